import { digestOf } from '../../audit/canonical.ts';
import type { LoadResult } from '../../policy/load.ts';
import { loadBacktest, saveBacktest } from '../../store/backtests.ts';
import { type Session, withTenant } from '../../store/database.ts';
import type { PolicyBlobs } from '../../store/policies.ts';
import { enqueue } from '../../store/queue.ts';
import { lastDecisions, type Recorded } from '../../store/recorded.ts';
import type { Deps } from '../deps.ts';
import { evaluateJob, type Job, PRIORITY, type PullLocator } from '../job.ts';
import { compareAll } from './compare-all.ts';
import { policiesByBlobs } from './policies.ts';

/** Policy files that somebody proposes, by the ids of their blobs, and those that they would take the place of. */
export type Proposal = {
  readonly proposed: PolicyBlobs;
  readonly inForce: PolicyBlobs;
  /** Whether those in force are valid: what they decide cannot be told otherwise, and what was recorded is looked at instead. */
  readonly isValid: boolean;
};
export type BacktestPayload = { readonly locator: PullLocator; readonly proposal: Proposal };

const PERIOD_MS = 90 * 86_400_000;
/** A check is read by people: the newest differences say more than all of them. The command line tells the rest. */
const MOST_PULLS = 500;
const MOST_DIFFERENCES = 200;
/** A policy may be written to take long. Nobody waits for this, but other work does. */
const MOST_MS = 10_000;

/** What a proposal is known by: the same files against the same files are tried once. */
export function keyOfProposal(proposal: Proposal): string {
  return digestOf(proposal);
}

export function backtestJob(payload: BacktestPayload): Job<'backtest'> {
  const { repositoryId, pull } = payload.locator;
  const key = `backtest:${repositoryId}:${pull}:${keyOfProposal(payload.proposal)}`;
  return { task: 'backtest', key, payload, priority: PRIORITY.housekeeping };
}

/** Tries a proposed policy on what is on record, and has the pull request evaluated again so that its check can say what came out. */
export async function tryPolicy(deps: Deps, { locator, proposal }: BacktestPayload): Promise<void> {
  const { tenant, repositoryId } = locator;
  const read = <T>(work: (session: Session) => Promise<T>): Promise<T> => withTenant(deps.database, tenant, work);
  const key = keyOfProposal(proposal);
  if ((await read((session) => loadBacktest(session, repositoryId, key))) === null) {
    const since = new Date(deps.now() - PERIOD_MS);
    const concerned = proposal.proposed.organization === proposal.inForce.organization ? repositoryId : null;
    const rows = lastDecisions(read, { from: since, to: null }, concerned);
    const begun = performance.now();
    const result = await compareAll(rows, policiesOf(read, repositoryId, proposal), {
      isEnough: (compared) => compared >= MOST_PULLS || performance.now() - begun > MOST_MS,
      mostDifferences: MOST_DIFFERENCES,
    });
    await read((session) => saveBacktest(session, repositoryId, key, { since: since.toISOString(), ...result }));
    deps.log.info(
      { tenant, repository: repositoryId, ...result.summary },
      'tried a proposed policy on what is on record',
    );
  }
  await read((session) => enqueue(session, evaluateJob(locator, PRIORITY.cosmetic)));
}

/** Every repository keeps its own policy, but the one whose file is proposed. */
function policiesOf(
  read: Parameters<typeof policiesByBlobs>[0],
  repositoryId: number,
  { proposed, inForce, isValid }: Proposal,
) {
  const policyOf = policiesByBlobs(read);
  const blobsFor = (files: PolicyBlobs, recorded: Recorded): PolicyBlobs =>
    recorded.repositoryId === repositoryId ? files : { ...files, repository: recorded.policy.repository };
  return {
    before: async (recorded: Recorded) => {
      const loaded = isValid ? await policyOf(blobsFor(inForce, recorded)) : undefined;
      return loaded?.ok === true ? loaded.effective : undefined;
    },
    after: async (recorded: Recorded): Promise<LoadResult> =>
      (await policyOf(blobsFor(proposed, recorded))) ?? { ok: false, errors: [] },
  };
}
