import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkThat, propose, quiet, startWorld, succeeded, type World, waits } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('a remediation is held, signed by the right people, stale after a push, signed again, merged, and recorded', async () => {
  const { github } = world;
  const pull = propose(world);
  const first = await checkThat(world, pull, waits);
  expect(first.title).toContain('service-owner');
  expect(github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: false });

  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);

  const { sha } = github.push({
    repository: pull.repository,
    branch: pull.branch,
    as: 'fixer[bot]',
    files: { 'src/more.ts': 'export {};\n' },
  });
  const moved = { ...pull, head: sha };
  const stale = await checkThat(world, moved, waits);
  expect(stale.summary).toContain('stale-commit');

  github.approve({ ...pull, as: 'bo' });
  github.approve({ ...pull, as: 'raj' });
  await checkThat(world, moved, succeeded);
  expect(github.merge({ ...pull, as: 'sam' })).toMatchObject({ merged: true });
  await quiet(world);

  const entries = await world.database.query<{ kind: string; entry: string }>(
    'select kind, countersign.opened(tenant_id, entry) as entry from countersign.ledger order by entry_id',
  );
  expect(entries.at(-1)?.kind).toBe('closed');
  expect(JSON.parse(entries.at(-1)?.entry ?? '{}').details).toMatchObject({ merged: true, permitted: true });
  expect(world.simulator.violations).toEqual([]);
  expect(world.simulator.limitViolations).toEqual([]);
});
