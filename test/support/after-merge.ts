import { eventually } from './app-process.ts';
import { nextSecond, type Proposed, sign } from './attacks.ts';
import { budgetIsFresh, checkThat, POLICY, propose, quiet, SCENARIO, startWorld, type World, waits } from './world.ts';

/** What tests of merged changes need: a policy that asks for something afterwards, and to see how a record stands. */

const AFTER = `
after-merge:
  - when: { environments: [production] }
    apply: { deployments: [production], within: 2h }
    verify: { workflows: [smoke.yml], within: 1h }
    on-failure: { issue: true, notify: [oncall] }
notify:
  channels: { oncall: { slack: ONCALL }, others: { slack: OTHERS } }
  on: { verification-failed: [oncall, others] }
`;

const repositories = SCENARIO.repositories ?? {};

export function startFollowedWorld() {
  return startWorld({
    clock: true,
    simulator: { limits: false },
    scenario: {
      ...SCENARIO,
      repositories: { ...repositories, '.github': { files: { 'countersign.yml': POLICY + AFTER } } },
    },
  });
}

export const HOUR = 3_600_000;
export const REPOSITORY = 'acme/shop';

/** A proposal that is signed and merged; `sha` is the merge commit. */
export async function merged(world: World) {
  await budgetIsFresh(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const outcome = world.github.merge({ ...pull, as: 'sam' });
  if (!outcome.merged) throw new Error(`not merged: ${outcome.message}`);
  await standing(world, pull, 'merged');
  return { ...pull, sha: outcome.sha };
}

type Row = {
  readonly state: string;
  readonly issue: number | null;
  readonly standing: { readonly awaited: readonly string[]; readonly failure: { readonly code: string } | null };
};

export async function recordOf(world: World, { number }: Pick<Proposed, 'number'>): Promise<Row | undefined> {
  const [row] = await world.database.query<Row>(
    'select state, standing, issue_number as issue from countersign.records where pull_number = $1',
    [number],
  );
  return row;
}

/** Waits until a record is in a state, and gives it; says what it was instead when it never is. */
export async function standing(world: World, pull: Pick<Proposed, 'number'>, state: string): Promise<Row> {
  try {
    return await eventually(`#${pull.number} to be ${state}`, async () => {
      const record = await recordOf(world, pull);
      return record?.state === state ? record : undefined;
    });
  } catch (error) {
    const log = world.app.log.filter((line) => Number(line.level) >= 40).slice(-5);
    const last = JSON.stringify(await recordOf(world, pull));
    throw new Error(`${error instanceof Error ? error.message : error}; it was ${last}; ${JSON.stringify(log)}`);
  }
}

/** Deploys the main branch to production, through a workflow, and says how it ended. */
export async function deployed(
  world: World,
  state: 'success' | 'failure' = 'success',
): Promise<{ readonly sha: string }> {
  const { deployment, sha } = world.github.deploy({ repository: REPOSITORY, environment: 'production', as: 'sam' });
  world.github.finishDeployment({ deployment, state });
  await nextSecond();
  return { sha };
}

/** A run of the workflow that verifies, on what was deployed. */
export function smoke(world: World, sha: string, conclusion: 'success' | 'failure'): void {
  const path = '.github/workflows/smoke.yml';
  const run = world.github.startWorkflowRun({ repository: REPOSITORY, path, as: 'sam', branch: 'main', sha });
  world.github.completeWorkflowRun({ run: run.id, conclusion });
}

const KINDS = ['record-opened', 'deployment', 'verification', 'failure-reported', 'escalated', 'record-reopened'];

/** What the ledger says of a merged change, oldest first: the kind, and how it came out. */
export async function ledgerOf(world: World, { number }: Pick<Proposed, 'number'>): Promise<readonly string[]> {
  const rows = await world.database.query<{ readonly kind: string; readonly outcome: string | null }>(
    `select kind, entry::jsonb#>>'{details,outcome}' as outcome from countersign.ledger
      where pull_number = $1 and kind = any($2) order by entry_id`,
    [number, [...KINDS, 'record-closed', 'revert-linked']],
  );
  return rows.map(({ kind, outcome }) => (outcome === null ? kind : `${kind} ${outcome}`));
}

/** Channels that were told that a merged change has failed. */
export async function toldOf(world: World, { number }: Pick<Proposed, 'number'>): Promise<readonly string[]> {
  const rows = await world.database.query<{ readonly channel: string }>(
    "select channel from countersign.notifications where pull_number = $1 and event = 'verification-failed' order by channel",
    [number],
  );
  return rows.map(({ channel }) => channel);
}

/** Issues that call the owners of a merged change. */
export function issuesOf(world: World, { number }: Pick<Proposed, 'number'>) {
  const title = `#${number} has failed after the merge`;
  return world.github.issues({ repository: REPOSITORY }).filter((issue) => issue.title === title);
}

/** Nothing happens any more, and the record is as it was. */
export async function staysAs(world: World, pull: Pick<Proposed, 'number'>, state: string): Promise<void> {
  await quiet(world);
  await standing(world, pull, state);
}
