import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveOneLife, totalOf } from '../support/life.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

test('a life costs at most 14 calls to GitHub: a change of state two, a grant three, what changes nothing none', async () => {
  const spent = await liveOneLife(world);
  expect(spent['20 check runs']).toEqual([]);
  expect(spent.merged).toEqual([]);
  for (const change of ['opened', 'first review', 'push']) {
    expect(spent[change]?.length, `${change}: ${spent[change]}`).toBeLessThanOrEqual(2);
  }
  expect(spent['second review, granted']?.length, String(spent['second review, granted'])).toBeLessThanOrEqual(3);
  expect(totalOf(spent), JSON.stringify(spent)).toBeLessThanOrEqual(14);
});
