import type { BranchCommit } from '../coverage/update.ts';
import type { Hold } from '../decision/decision.ts';

/** Why a deployment may not go on, or is let through with a word. Codes are stable: pipelines may branch on them. */
export const gateCodes = [
  'policy-missing',
  'policy-invalid',
  'environment-undefined',
  'commit-unknown',
  'not-adopted',
  'range-too-large',
  'commit-uncovered',
  'reconciliation-rejected',
  'held',
  'undecidable',
] as const;
export type GateCode = (typeof gateCodes)[number];

export type GateReason = { readonly code: GateCode; readonly message: string };

/** What an environment runs now, as far as it can be trusted, is where the question begins. */
export type Start = {
  readonly sha: string;
  /** `deployed`: this app let it be deployed, and it was. `adopted`: from here on the app has watched the branch. */
  readonly as: 'deployed' | 'adopted';
};

export type DeploymentFacts = {
  /** GitHub's name of the deployment environment. */
  readonly deployment: string;
  /** The policy's environment that it belongs to. */
  readonly environment: string;
  readonly sha: string;
  readonly start: Start;
  /** Commits that would be added. */
  readonly commits: readonly BranchCommit[];
  /** How many there are; more than `commits` when not all could be read. */
  readonly total: number;
  /** By commit: which pull requests' decisions permit it here, null standing for a finding that was approved afterwards. */
  readonly permitted: ReadonlyMap<string, readonly (number | null)[]>;
  /** What is known of commits that nothing permits: which finding names them. */
  readonly found: ReadonlyMap<string, string>;
  /** Pull requests that passed on a broken glass which was judged wrong afterwards. */
  readonly rejected: readonly number[];
  /** Reasons of time to wait, of the environment and of the pull requests in the range. */
  readonly holds: readonly Hold[];
};

export type GateAnswer = {
  readonly allowed: boolean;
  readonly reasons: readonly GateReason[];
  /** Commits that no decision permits here; as many as are named. */
  readonly uncovered: readonly string[];
  /** Pull requests whose decisions permit what would be added. */
  readonly pulls: readonly number[];
  readonly start: Start | null;
  /** How many commits would be added. */
  readonly total: number;
  /** When to ask again, where only time stands in the way; null where nobody can know, or something else does. */
  readonly until: string | null;
};

/** As many commits as an answer names. */
const MOST_NAMED = 20;

/**
 * Whether a commit may be deployed: only when every commit between what runs there and what is to run traces to a decision that permitted
 * it for that environment, so that nothing rides along behind an approved one (T35). A commit that has been let through before, and with
 * it everything that it reaches, is permitted again.
 */
export function judgeDeployment(facts: DeploymentFacts): GateAnswer {
  const uncovered = facts.commits.map(({ sha }) => sha).filter((sha) => !facts.permitted.has(sha));
  const pulls = pullsOf(facts);
  const rejected = facts.rejected.filter((pull) => pulls.includes(pull));
  const reasons = [
    ...tooLarge(facts),
    ...uncovered.slice(0, MOST_NAMED).map((sha) => uncoveredReason(facts, sha)),
    ...more(uncovered),
    ...rejected.map(
      (pull): GateReason => ({
        code: 'reconciliation-rejected',
        message: `#${pull} passed on a broken glass, and whoever looked at it afterwards has rejected it.`,
      }),
    ),
  ];
  const held = facts.holds.map(({ message }): GateReason => ({ code: 'held', message }));
  const until = reasons.length === 0 ? latest(facts.holds) : null;
  return {
    allowed: reasons.length === 0 && held.length === 0,
    reasons: [...reasons, ...held],
    uncovered: uncovered.slice(0, MOST_NAMED),
    pulls,
    start: facts.start,
    total: facts.total,
    until,
  };
}

/** A question that has no range to look at: always refused, with one sentence. */
export function refuse(code: GateCode, message: string): GateAnswer {
  const reasons = [{ code, message }];
  return { allowed: false, reasons, uncovered: [], pulls: [], start: null, total: 0, until: null };
}

function pullsOf({ commits, permitted }: DeploymentFacts): readonly number[] {
  const all = commits.flatMap(({ sha }) => permitted.get(sha) ?? []).filter((pull) => pull !== null);
  return [...new Set(all)].sort((one, other) => one - other);
}

function tooLarge({ commits, total }: DeploymentFacts): readonly GateReason[] {
  if (commits.length >= total) return [];
  const message = `${total} commits would be added, and only ${commits.length} of them could be looked at; deploy an earlier commit first.`;
  return [{ code: 'range-too-large', message }];
}

function uncoveredReason({ environment, found }: DeploymentFacts, sha: string): GateReason {
  const known = found.get(sha);
  const why = known === undefined ? `no decision permits it for ${environment}` : known;
  return { code: 'commit-uncovered', message: `${sha.slice(0, 10)}: ${why}.` };
}

function more(uncovered: readonly string[]): readonly GateReason[] {
  const rest = uncovered.length - MOST_NAMED;
  return rest > 0 ? [{ code: 'commit-uncovered', message: `And ${rest} more commits that no decision permits.` }] : [];
}

function latest(holds: readonly Hold[]): string | null {
  if (holds.some(({ until }) => until === null)) return null;
  return holds.reduce<string | null>((end, { until }) => (end === null || (until ?? '') > end ? until : end), null);
}
