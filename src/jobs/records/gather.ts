import { z } from 'zod';
import type { RecordFacts } from '../../follow-up/record.ts';
import { fileOf } from '../../follow-up/verify.ts';
import { readDeployments } from '../../github/deployments.ts';
import { readEndedRuns } from '../../github/runs.ts';
import { type Session, transact } from '../../store/database.ts';
import { deploymentsSince, runsSince, saveDeployment, saveRun } from '../../store/deployments.ts';
import { type Act, actsOn, type StoredRecord } from '../../store/records.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';
import { containments } from './containment.ts';

const Report = z.object({ by: z.string(), reason: z.string() });
const Revert = z.object({ pull: z.number(), commit: z.string() });

/** What the records of one repository are judged on, each by its number. */
export async function gatherRecords(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  records: readonly StoredRecord[],
): Promise<ReadonlyMap<number, RecordFacts>> {
  const { tenant, repositoryId } = locator;
  const since = records.map(({ mergedAt }) => mergedAt).sort()[0] ?? new Date(deps.now()).toISOString();
  const { acts, allDeployments, allRuns } = await transact(session, tenant, async (within) => ({
    acts: new Map<number, readonly Act[]>(
      await inTurn(records, async ({ id }) => [id, await actsOn(within, id)] as const),
    ),
    allDeployments: await deploymentsSince(within, repositoryId, since),
    allRuns: await runsSince(within, repositoryId, since),
  }));
  const environments = new Set(records.flatMap(environmentsOf).map((name) => name.toLowerCase()));
  const deployments = allDeployments.filter(({ environment }) => environments.has(environment.toLowerCase()));
  const anywhere = new Set(
    records.flatMap(({ duties }) => duties.filter(({ apply }) => apply === null)).flatMap(workflowsOf),
  );
  const shas = [
    ...deployments.map(({ sha }) => sha),
    ...allRuns.filter(({ workflow }) => anywhere.has(fileOf(workflow))).map(({ sha }) => sha),
  ];
  const reverts = [...acts.values()].flat().flatMap(revertIn);
  const commits = [...records.map(({ commit }) => commit), ...reverts.map(({ commit }) => commit)];
  const held = await containments(deps, session, locator, shas, [...new Set(commits)]);
  const holding = <Seen extends { readonly sha: string }>(seen: Seen) => ({ ...seen, holds: held.get(seen.sha) ?? [] });
  const shared = { deployments: deployments.map(holding), runs: allRuns.map(holding) };
  return new Map(records.map((record) => [record.id, factsOf(deps, record, acts.get(record.id) ?? [], shared)]));
}

async function inTurn<Item, Value>(items: readonly Item[], work: (item: Item) => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for (const item of items) values.push(await work(item));
  return values;
}

function factsOf(
  deps: Deps,
  { mergedAt, commit, duties }: StoredRecord,
  acts: readonly Act[],
  shared: Pick<RecordFacts, 'deployments' | 'runs'>,
): RecordFacts {
  return {
    now: new Date(deps.now()).toISOString(),
    mergedAt,
    commit,
    duties,
    ...shared,
    reverts: acts.flatMap(revertIn),
    reports: acts.flatMap(({ kind, at, details }) => (kind === 'report' ? [{ ...Report.parse(details), at }] : [])),
    reopenings: acts.flatMap(({ kind, at }) => (kind === 'reopening' ? [at] : [])),
  };
}

function revertIn({ kind, at, details }: Act) {
  return kind === 'revert' ? [{ ...Revert.parse(details), mergedAt: at }] : [];
}

function environmentsOf({ duties }: Pick<StoredRecord, 'duties'>): readonly string[] {
  return duties.flatMap(({ apply }) => apply?.deployments ?? []);
}

function workflowsOf({ verify }: StoredRecord['duties'][number]): readonly string[] {
  return verify?.workflows ?? [];
}

/** Reads again from GitHub what events may have failed to tell: deployments to the environments in question, and runs on what they brought. */
export async function readAgain(deps: Deps, session: Session, record: StoredRecord): Promise<void> {
  const { locator, commit, mergedAt } = record;
  const { tenant, repositoryId } = locator;
  const installation = deps.github.installation(tenant, locator.installation);
  const shas = new Set([commit]);
  for (const environment of new Set(environmentsOf(record))) {
    const read = await readDeployments(installation, locator, environment, 'facts');
    const since = read.filter(({ createdAt }) => Date.parse(createdAt) >= Date.parse(mergedAt));
    await transact(session, tenant, async (within) => {
      for (const deployment of since) await saveDeployment(within, repositoryId, deployment);
    });
    for (const { sha } of since) shas.add(sha);
  }
  if (record.duties.flatMap(workflowsOf).length === 0) return;
  for (const sha of [...shas].slice(-MOST_COMMITS)) {
    const runs = await readEndedRuns(installation, locator, sha, 'facts');
    await transact(session, tenant, async (within) => {
      for (const run of runs) await saveRun(within, repositoryId, run);
    });
  }
}

/** On as many commits runs are looked for, a call for each. */
const MOST_COMMITS = 20;
