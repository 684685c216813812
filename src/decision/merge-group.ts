import { type Decision, states } from './decision.ts';
import { escaped, shortened } from './escape.ts';
import { gateOf } from './gate.ts';
import { longestSummary } from './render.ts';

/** What stands about one pull request of a group, with facts of this moment. */
export type Standing =
  | { readonly kind: 'decided'; readonly decision: Pick<Decision, 'state' | 'title' | 'checks'>; readonly leaf: string }
  /** It has been merged, under a decision that let exactly this head pass. */
  | { readonly kind: 'merged' }
  /** Nothing permits it. `why` is the rest of a sentence that begins with its number. */
  | { readonly kind: 'absent'; readonly why: string };

export type JudgedMember = { readonly pull: number; readonly head: string; readonly standing: Standing };

export type GroupVerdict = {
  readonly outcome: 'success' | 'failure';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Names of the checks that its pull requests have; empty where none is known. */
  readonly checks: readonly string[];
};

/** Check titles are cut by GitHub's pages; what is missing comes first. */
const longestTitle = 200;

/**
 * What a group of the merge queue comes to: a success if every one of its pull requests may be merged at this moment, and otherwise a
 * failure that names what is missing. The queue knows no waiting: what is not there now is taken out, and comes again.
 */
export function judgeGroup(members: readonly [JudgedMember, ...JudgedMember[]]): GroupVerdict {
  const [first, ...rest] = members;
  const worst = rest.reduce((held, next) => (strictness(next) < strictness(held) ? next : held), first);
  const missing = members.filter((member) => !mayMerge(member.standing)).length;
  const outcome = missing === 0 ? 'success' : 'failure';
  return {
    outcome,
    title: shortened(missing === 0 ? allMay(members) : missingIn(worst, missing), longestTitle),
    summary: summaryOf(outcome, members),
    checks: checksOf(members),
  };
}

/** What is shown while nobody can say which pull requests a group would merge. */
export function unresolvedGroup(why: string): GroupVerdict {
  const summary =
    `GitHub's merge queue did not say which pull requests this commit would merge: ${escaped(why)}.\n\n` +
    'Nothing is let through that nobody has looked at. The queue is asked again by itself; if the group is gone by then, put the pull ' +
    'requests into the queue again.';
  const title = shortened(`Cannot tell what this group would merge: ${why}`, longestTitle);
  return { outcome: 'failure', title, summary, checks: [] };
}

/** Whether it may be merged now: it has been already, or its own check is a success. */
export function mayMerge(standing: Standing): boolean {
  switch (standing.kind) {
    case 'merged':
      return true;
    case 'absent':
      return false;
    case 'decided': {
      const gate = gateOf(standing.decision.state);
      return gate.status === 'completed' && gate.conclusion === 'success';
    }
  }
}

/** In a word: the state of its decision, `merged` or `not permitted`. */
export function wordOf(standing: Standing): string {
  return standing.kind === 'decided'
    ? standing.decision.state
    : standing.kind === 'merged'
      ? 'merged'
      : 'not permitted';
}

/** In a sentence: the title of its decision, or why there is none that counts. */
export function sentenceOf(standing: Standing): string {
  switch (standing.kind) {
    case 'decided':
      return standing.decision.title;
    case 'merged':
      return 'Merged already, under a decision that permits it';
    case 'absent':
      return standing.why;
  }
}

/** Smaller is stricter, as in the list of states; nothing is as strict as no decision at all. */
function strictness({ standing }: JudgedMember): number {
  switch (standing.kind) {
    case 'absent':
      return -1;
    case 'decided':
      return states.indexOf(standing.decision.state);
    case 'merged':
      return states.length;
  }
}

function allMay(members: readonly JudgedMember[]): string {
  const [only, ...more] = members;
  if (only !== undefined && more.length === 0) return `#${only.pull}: ${sentenceOf(only.standing)}`;
  return `All ${members.length} pull requests of this group may be merged`;
}

function missingIn({ pull, standing }: JudgedMember, missing: number): string {
  const others = missing === 1 ? '' : ` (and ${missing - 1} more)`;
  return `#${pull}: ${shortened(sentenceOf(standing), longestTitle - 30)}${others}`;
}

function checksOf(members: readonly JudgedMember[]): readonly string[] {
  const names = members.flatMap(({ standing }) => (standing.kind === 'decided' ? standing.decision.checks : []));
  return [...new Set(names)].sort();
}

function summaryOf(outcome: GroupVerdict['outcome'], members: readonly JudgedMember[]): string {
  const head =
    outcome === 'success'
      ? 'Every pull request that this commit of the merge queue would merge was decided again just now, and may be merged.'
      : 'Every pull request that this commit of the merge queue would merge was decided again just now, and not all of them may be merged. ' +
        'See the check of each on its own commit; when it is a success, put the pull request into the queue again.';
  const lines = members.map(
    ({ pull, standing }) => `- #${pull} **${wordOf(standing)}**: ${escaped(sentenceOf(standing))}`,
  );
  // A hundred lines of three hundred characters at most fit well into what GitHub shows; more entries than that no queue builds.
  return [head, '', ...lines].join('\n').slice(0, longestSummary - 1_000);
}
