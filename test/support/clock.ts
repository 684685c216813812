import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quiet, type World } from './world.ts';

/** A clock that the app and the simulator share, and that a test moves. It goes on by itself in between. */
export type TestClock = {
  /** Where the app reads by how much it is moved. */
  readonly file: string;
  now(): number;
  /** By whole seconds, as GitHub tells times: the fraction of a second stays that of the machine. */
  moveBy(milliseconds: number): void;
  remove(): void;
};

export function createTestClock(startAt?: string): TestClock {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-clock-'));
  const file = join(folder, 'offset');
  let offset = 0;
  const moveBy = (milliseconds: number): void => {
    offset += Math.round(milliseconds / 1000) * 1000;
    writeFileSync(file, String(offset));
  };
  moveBy(startAt === undefined ? 0 : Date.parse(startAt) - Date.now());
  return {
    file,
    now: () => Date.now() + offset,
    moveBy,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * Moves the clock of a world that was started with one, forward, to an instant or by a span: the app's, the simulator's, and every timer
 * that waits in the database comes nearer by as much. Work that is under way is finished first, by the old clock, where an app lives.
 */
export async function moveClock(world: World, to: string | { readonly by: number }): Promise<void> {
  const { clock, database } = world;
  if (clock === undefined) throw new Error('this world was started without a clock: startWorld({ clock: true })');
  if (world.isRunning()) await quiet(world);
  const milliseconds = typeof to === 'string' ? Date.parse(to) - clock.now() : to.by;
  if (!(milliseconds >= 0)) throw new Error('the clock only goes forward');
  clock.moveBy(milliseconds);
  await database.query(
    `update graphile_worker._private_jobs set run_at = run_at - $1::float8 * interval '1 millisecond'
      where run_at > now() and locked_at is null`,
    [milliseconds],
  );
  // Workers look for what has become due once a second unless they are told.
  await database.query(`select pg_notify('jobs:insert', '{"r":"clock","count":1}')`);
}
