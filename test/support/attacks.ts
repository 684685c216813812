import { expect } from 'vitest';
import { type Check, checkThat, quiet, succeeded, type World } from './world.ts';

/** What a test of an attack needs over and over: sign a proposal, and make sure of what must not have happened. */

export type Proposed = { readonly repository: string; readonly number: number; readonly head: string };

/** Gives the approvals that the usual policy asks for, in their order, and waits for the success. */
export async function sign(world: World, pull: Proposed, people: readonly [string, string] = ['ana', 'rita']) {
  await nextSecond();
  world.github.approve({ ...pull, as: people[0] });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  world.github.approve({ ...pull, as: people[1] });
  return checkThat(world, pull, succeeded);
}

export const fails = (check: Check): boolean => check.conclusion === 'failure';

/** Nobody may merge it now: the ruleset that asks for our check refuses. */
export function cannotBeMerged(world: World, pull: Proposed): void {
  expect(world.github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });
}

export type Published = { readonly conclusion: string | null; readonly check: string; readonly title: string };

/** Everything that was ever published on a commit, oldest first, as the ledger has it. */
export async function publishedOn(world: World, head: string): Promise<readonly Published[]> {
  const rows = await world.database.query<{ readonly entry: string }>(
    "select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = 'check-published' and entry::jsonb->>'head' = $1 order by entry_id",
    [head],
  );
  return rows.map(({ entry }) => (JSON.parse(entry) as { readonly details: Published }).details);
}

/** No success that lets anything pass was ever published on the pull request's head, not even for a moment. */
export async function neverSucceeded(world: World, pull: Proposed): Promise<void> {
  const granted = (await publishedOn(world, pull.head)).filter(({ conclusion }) => conclusion === 'success');
  expect(granted.filter(({ check }) => check !== 'countersign/policy')).toEqual([]);
}

export type RecordedDecision = {
  readonly state: string;
  readonly approvals: readonly {
    readonly by: { readonly login: string };
    readonly counts: boolean;
    readonly reasons: readonly { readonly code: string }[];
  }[];
};

/** The decision about a pull request that the ledger holds last. */
export async function lastDecision(
  world: World,
  pull: Pick<Proposed, 'repository' | 'number'>,
): Promise<RecordedDecision> {
  const [row] = await world.database.query<{ readonly entry: string }>(
    "select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = 'decision' and pull_number = $1 and entry::jsonb#>>'{repository,name}' = $2 order by entry_id desc limit 1",
    [pull.number, pull.repository],
  );
  const entry = JSON.parse(row?.entry ?? '{}') as { readonly details?: { readonly decision: RecordedDecision } };
  if (entry.details === undefined) throw new Error(`the ledger holds no decision about #${pull.number}`);
  return entry.details.decision;
}

/** Why somebody's approval does not count, by the codes on record; empty when it counts. */
export async function codesFor(
  world: World,
  pull: Pick<Proposed, 'repository' | 'number'>,
  login: string,
): Promise<readonly string[]> {
  const { approvals } = await lastDecision(world, pull);
  return approvals.find(({ by }) => by.login === login)?.reasons.map(({ code }) => code) ?? [];
}

/** At the end of a file: all work is done, no job has died, and GitHub was spoken to as it wants to be. */
export async function endsWell(world: World): Promise<void> {
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);
  expect(world.simulator.violations).toEqual([]);
  expect(world.simulator.limitViolations).toEqual([]);
}

export async function deadJobs(world: World): Promise<readonly { readonly last_error: string | null }[]> {
  return world.database.query<{ readonly last_error: string | null }>(
    'select task_identifier, key, last_error from graphile_worker.jobs where attempts >= max_attempts and locked_at is null and key is not null',
  );
}

/** GitHub tells times in whole seconds: what is approved in the second of an edit may be what stood there before, and does not count. */
export function nextSecond(): Promise<void> {
  return new Promise((done) => setTimeout(done, 1_020 - (Date.now() % 1_000)));
}
