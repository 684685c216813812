import { afterAll, beforeAll, expect, test } from 'vitest';
import { apart, liveOneLife, totalOf } from '../support/life.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('a life costs at most 14 calls to GitHub: a change of state two, a grant three, what changes nothing none', async () => {
  const { deciding: spent, asking, watching } = apart(await liveOneLife(world));
  expect(spent['20 check runs']).toEqual([]);
  expect(spent.merged).toEqual([]);
  for (const change of ['opened', 'first review', 'push']) {
    expect(spent[change]?.length, `${change}: ${spent[change]}`).toBeLessThanOrEqual(2);
  }
  expect(spent['second review, granted']?.length, String(spent['second review, granted'])).toBeLessThanOrEqual(3);
  expect(totalOf(spent), JSON.stringify(spent)).toBeLessThanOrEqual(14);
  // Asking people comes on top: a look, a request, and one that is taken back, for each change of who is needed.
  expect(asking['20 check runs']).toEqual([]);
  expect(asking.merged).toEqual([]);
  expect(asking.opened?.length, String(asking.opened)).toBeLessThanOrEqual(2);
  expect(asking['first review']?.length, String(asking['first review'])).toBeLessThanOrEqual(3);
  expect(totalOf(asking), JSON.stringify(asking)).toBeLessThanOrEqual(14);
  // And what came to the base branch is judged: the record of activity, and the commits; the first time, from where on as well.
  expect(totalOf(watching), JSON.stringify(watching)).toBe(watching.merged?.length);
  expect(watching.merged?.length, String(watching.merged)).toBeLessThanOrEqual(4);
});
