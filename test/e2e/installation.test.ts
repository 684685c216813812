import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderWith, countersign as runCommandLine } from '../cli/run.ts';
import { deployed, merged, recordOf, smoke, standing, startFollowedWorld } from '../support/after-merge.ts';
import { deadJobs, nextSecond, sign } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { say } from '../support/commands.ts';
import { checkOf, checkThat, propose, quiet, succeeded, type World, waits } from '../support/world.ts';

/** The app is taken off an organization and put on again: nothing of its record is lost, and what was left undone goes on. */

let world: World;
beforeAll(async () => {
  world = await startFollowedWorld();
});
afterAll(async () => {
  expect(await deadJobs(world)).toEqual([]);
  await world.close();
});

const countersign = (...typed: readonly string[]) =>
  runCommandLine(typed, { env: { DATABASE_URL: world.database.url } });

/** A verified export, and its checkpoint as somebody would have kept it. */
async function exported(kept: readonly string[] = []): Promise<{ readonly entries: number; readonly kept: string }> {
  const file = join(folderWith(), 'export');
  const made = await countersign('audit', 'export', '--org', 'acme', '--out', file, '--json');
  expect({ status: made.status, err: made.err }).toEqual({ status: 0, err: '' });
  const keys = JSON.parse((await countersign('audit', 'keys', '--json')).out) as readonly { verifier: string }[];
  const typed = keys.flatMap(({ verifier }) => ['--key', verifier]);
  const verified = await countersign(
    'audit',
    'verify',
    file,
    ...typed,
    ...kept.flatMap((one) => ['--checkpoint', one]),
  );
  expect({ status: verified.status, err: verified.err }).toEqual({ status: 0, err: '' });
  const { out } = await countersign('audit', 'checkpoint', '--org', 'acme');
  return { entries: JSON.parse(made.out).count, kept: join(folderWith({ kept: out }), 'kept') };
}

async function trees(): Promise<number> {
  return (await world.database.query('select from countersign.trees')).length;
}

test('while it is removed nothing is done and nothing is lost; installed again, everything goes on in the same ledger', async () => {
  const open = propose(world);
  await checkThat(world, open, waits);
  const followed = await merged(world);
  const before = await exported();

  world.github.removeInstallation({ organization: 'acme', as: 'acme-owner' });
  await quiet(world);
  world.github.approve({ ...open, as: 'ana' });
  say(world, open, 'bo', '/reject risk not now');
  const unseen = propose(world);
  await quiet(world);
  expect(checkOf(world, unseen.repository, unseen.head)).toBeUndefined();
  expect((await exported([before.kept])).entries).toBeGreaterThanOrEqual(before.entries);
  await moveClock(world, { by: 60_000 });
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);

  world.github.install({ organization: 'acme', as: 'acme-owner' });
  await checkThat(world, unseen, waits);
  await quiet(world);
  expect(await trees()).toBe(1);
  await nextSecond();
  await sign(world, open);
  await checkThat(world, open, succeeded);

  const { number } = followed;
  const { sha } = await deployed(world);
  smoke(world, sha, 'success');
  await standing(world, { number }, 'closed');
  const after = await exported([before.kept]);
  expect(after.entries).toBeGreaterThan(before.entries);
});

test('what came due while it was removed is found when it is back', async () => {
  const late = await merged(world);
  world.github.removeInstallation({ organization: 'acme', as: 'acme-owner' });
  await quiet(world);
  await moveClock(world, { by: 3 * 3_600_000 });
  await quiet(world);
  expect(await deadJobs(world)).toEqual([]);
  world.github.install({ organization: 'acme', as: 'acme-owner' });
  await standing(world, late, 'escalated');
  expect((await recordOf(world, late))?.standing.failure).toMatchObject({ code: 'not-applied' });
});

test('a suspension is the same, and what was said during it is not taken for said', async () => {
  const open = propose(world);
  await checkThat(world, open, waits);
  world.github.suspendInstallation({ organization: 'acme', as: 'acme-owner' });
  await quiet(world);
  world.github.approve({ ...open, as: 'ana' });
  await quiet(world);
  world.github.suspendInstallation({ organization: 'acme', suspended: false, as: 'acme-owner' });
  await quiet(world);
  await checkThat(world, open, waits);
  await nextSecond();
  await sign(world, open);
  await checkThat(world, open, succeeded);
});

test('a repository that is taken away is left alone, and looked at again when it is back', async () => {
  const open = propose(world);
  await checkThat(world, open, waits);
  world.github.selectRepositories({
    organization: 'acme',
    add: ['acme/.github'],
    remove: ['acme/shop'],
    as: 'acme-owner',
  });
  await quiet(world);
  const unseen = propose(world);
  await quiet(world);
  expect(checkOf(world, unseen.repository, unseen.head)).toBeUndefined();
  expect(await deadJobs(world)).toEqual([]);
  world.github.selectRepositories({ organization: 'acme', add: ['acme/shop'], as: 'acme-owner' });
  await checkThat(world, unseen, waits);
  await nextSecond();
  await sign(world, open);
  await checkThat(world, open, succeeded);
});
