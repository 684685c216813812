import type { BranchCommit } from '../../coverage/update.ts';
import type { Hold } from '../../decision/decision.ts';
import { frozenNow, heldNow } from '../../decision/held-now.ts';
import { type GateAnswer, judgeDeployment, refuse } from '../../deployment/judge.ts';
import { AppError } from '../../errors.ts';
import { type Range, readRange } from '../../github/compare.ts';
import type { EffectivePolicy } from '../../policy/compose.ts';
import { atLeastAsStrict, deploymentEnvironment, gateEnvironment } from '../../policy/gate.ts';
import { listAdoptions, permittedAmong } from '../../store/branches.ts';
import { type Session, transact } from '../../store/database.ts';
import { latestDecision, latestFacts } from '../../store/decisions.ts';
import { findingsOn } from '../../store/findings.ts';
import { rejectedAmong } from '../../store/gate.ts';
import { enqueue } from '../../store/queue.ts';
import { judgeNew } from '../branches/watch.ts';
import type { Deps } from '../deps.ts';
import { adoptJob, type RepositoryLocator } from '../job.ts';
import { policyOfRepository } from '../policy-of-repository.ts';
import { startOf } from './start-of.ts';

/** More commits than this in one deployment are refused: a thousand is 10 calls, of 30 that one question may take. */
const MOST_COMMITS = 1_000;

/** GitHub's record of a branch's activity may come later than the run that the same push has started. */
const LAG_MS = 30_000;
const ASK_AGAIN_MS = 3_000;

export type Asked = {
  readonly locator: RepositoryLocator;
  readonly environment: string;
  readonly sha: string;
  /** Since when somebody waits for the answer; null where they come again themselves. */
  readonly askedAt: string | null;
};

/**
 * Whether a commit may be deployed to an environment at this moment. Every outcome is an answer; only trouble that may pass is thrown, and
 * whoever asks comes again.
 */
export async function reachAnswer(deps: Deps, session: Session, asked: Asked): Promise<GateAnswer> {
  const { locator, environment: deployment } = asked;
  const policy = await policyOfRepository(deps, session, locator);
  if (policy === null) return refuse('policy-missing', 'The app cannot see this repository any more.');
  const inForce = policy.force.policy;
  if (inForce.kind === 'none')
    return refuse('policy-missing', 'No policy is in force here, so nobody can have permitted anything.');
  if (inForce.kind === 'invalid')
    return refuse('policy-invalid', `The policy is invalid: ${inForce.problems[0] ?? 'it cannot be read'}.`);
  const { effective } = inForce;
  const environment = deploymentEnvironment(effective, deployment);
  if (environment === undefined) return refuse('environment-undefined', undefinedEnvironment(effective, deployment));
  return answerFor(deps, session, asked, effective, environment);
}

function undefinedEnvironment({ layers }: EffectivePolicy, deployment: string): string {
  const known = layers[0].policy.environments.flatMap(({ name, deployments }) =>
    deployments.length === 0 ? [name] : deployments,
  );
  const names = known.length === 0 ? 'it names none at all' : `it names ${known.join(', ')}`;
  return `No environment of the policy has the deployment environment "${deployment}"; ${names}.`;
}

async function answerFor(
  deps: Deps,
  session: Session,
  { locator, environment: deployment, sha, askedAt }: Asked,
  effective: EffectivePolicy,
  environment: string,
): Promise<GateAnswer> {
  const { tenant, repositoryId, owner, repository } = locator;
  const adoptions = await transact(session, tenant, (within) => listAdoptions(within, repositoryId));
  if (adoptions.length === 0) {
    await enqueue(session, adoptJob(locator));
    return refuse('not-adopted', 'The app has only now begun to watch this repository; ask again in a minute.');
  }
  const installation = deps.github.installation(tenant, locator.installation);
  const start = await startOf(deps, session, { locator, deployment, sha, adoptions });
  if (start === null) return refuse('commit-unknown', `This repository has no commit ${sha.slice(0, 10)}.`);
  const range = await readRange(installation, { owner, repository, base: start.sha, head: sha }, MOST_COMMITS, 'facts');
  if (range === null) return refuse('commit-unknown', `This repository has no commit ${sha.slice(0, 10)}.`);
  const covered = await coverage(deps, session, locator, { effective, environment, range, askedAt });
  const facts = { deployment, environment, sha, start, commits: range.commits, total: range.total, ...covered };
  return judgeDeployment(facts);
}

type Covering = {
  readonly effective: EffectivePolicy;
  readonly environment: string;
  readonly range: Range;
  readonly askedAt: string | null;
};

/** What permits the commits, after what has come to the branches since was judged, if something is missing. */
async function coverage(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  { effective, environment, range: { commits }, askedAt }: Covering,
) {
  let permitted = await permittedFor(session, locator, effective, environment, commits);
  const without = () => commits.map(({ sha }) => sha).filter((sha) => !permitted.has(sha));
  const waits = without().length > 0 && (await catchUp(deps, session, locator, effective));
  if (without().length > 0) permitted = await permittedFor(session, locator, effective, environment, commits);
  const missing = without();
  const pulls = [...new Set([...permitted.values()].flat().filter((pull) => pull !== null))];
  const at = new Date(deps.now()).toISOString();
  const found = await transact(session, locator.tenant, (within) => findingsOn(within, locator.repositoryId, missing));
  const isFresh = askedAt !== null && deps.now() - Date.parse(askedAt) < LAG_MS;
  if (missing.some((sha) => !found.has(sha)) && (waits || isFresh)) throw notYet();
  return transact(session, locator.tenant, async (within) => ({
    permitted,
    found,
    rejected: await rejectedAmong(within, locator.repositoryId, pulls),
    holds: await holdsOf(within, locator, { effective, environment, pulls, at }),
  }));
}

/** A run may be started by the push whose merge is not known yet: that is no reason to refuse it. */
function notYet(): AppError {
  const message = 'What has just come to the branch is not known well enough yet.';
  return new AppError('busy', message, { retryable: true, retryAfterMs: ASK_AGAIN_MS });
}

async function permittedFor(
  session: Session,
  { tenant, repositoryId }: RepositoryLocator,
  effective: EffectivePolicy,
  environment: string,
  commits: readonly BranchCommit[],
): Promise<ReadonlyMap<string, readonly (number | null)[]>> {
  const shas = commits.map(({ sha }) => sha);
  const rows = await transact(session, tenant, (within) => permittedAmong(within, repositoryId, shas));
  const permitted = new Map<string, (number | null)[]>();
  for (const row of rows)
    if (atLeastAsStrict(effective, row.environment, environment))
      permitted.set(row.sha, [...(permitted.get(row.sha) ?? []), row.pull]);
  return permitted;
}

/**
 * Judges what has come to the governed branches and has not been judged yet: an event may be on its way, or lost. Says whether a merge is
 * not known by its pull request yet.
 */
async function catchUp(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  effective: EffectivePolicy,
): Promise<boolean> {
  let waits = false;
  const adoptions = await transact(session, locator.tenant, (within) => listAdoptions(within, locator.repositoryId));
  for (const adoption of adoptions) {
    const environment = gateEnvironment(effective, adoption.ref);
    if (environment === undefined) continue;
    const { waiting } = await judgeNew(deps, session, locator, adoption, environment);
    waits ||= waiting;
  }
  return waits;
}

type Held = {
  readonly effective: EffectivePolicy;
  readonly environment: string;
  readonly pulls: readonly number[];
  readonly at: string;
};

/** Freezes and windows of the pull requests that would be deployed; where there is none, freezes of the environment. */
async function holdsOf(
  session: Session,
  { repositoryId }: RepositoryLocator,
  { effective, environment, pulls, at }: Held,
): Promise<readonly Hold[]> {
  if (pulls.length === 0) return frozenNow(effective, environment, at);
  const holds = new Map<string, Hold>();
  for (const pull of pulls) {
    const decided = await latestDecision(session, repositoryId, pull);
    const facts = await latestFacts(session, repositoryId, pull);
    if (decided === null || facts === null) continue;
    const { decision } = decided;
    for (const hold of heldNow(effective, { decision, facts }, environment, at)) holds.set(hold.message, hold);
  }
  return [...holds.values()];
}
