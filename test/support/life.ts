import { checkThat, propose, quiet, succeeded, type World, waits } from './world.ts';

/** What each event of a life cost: the calls by name. */
export type Spent = Readonly<Record<string, readonly string[]>>;

/**
 * One life of a pull request (opened, 2 reviews, 20 check runs, a push, approved again, merged), and the calls to GitHub that each event
 * cost once the token and the policy are cached.
 */
export async function liveOneLife(world: World): Promise<Spent> {
  const { github } = world;
  const before = propose(world);
  await checkThat(world, before, waits);
  await callsSince(world);
  const spent: Record<string, readonly string[]> = {};

  const pull = propose(world);
  await checkThat(world, pull, waits);
  spent.opened = await callsSince(world);

  github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  spent['first review'] = await callsSince(world);

  github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);
  spent['second review, granted'] = await callsSince(world);

  for (let n = 0; n < 20; n += 1) {
    const run = { app: 'ci', sha: pull.head, name: `ci-${n}`, status: 'completed', conclusion: 'success' } as const;
    github.createCheckRun({ repository: pull.repository, ...run });
  }
  spent['20 check runs'] = await callsSince(world);

  const { sha } = github.push({ ...pull, as: 'fixer[bot]', files: { 'src/x.ts': '1' } });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, waits);
  spent.push = await callsSince(world);

  github.approve({ ...pull, as: 'bo' });
  await checkThat(world, moved, (check) => check.title.includes('release-manager'));
  github.approve({ ...pull, as: 'raj' });
  await checkThat(world, moved, succeeded);
  spent['approved again'] = await callsSince(world);

  const outcome = github.merge({ ...pull, as: 'sam' });
  if (!outcome.merged) throw new Error(`not merged: ${JSON.stringify(outcome)}`);
  spent.merged = await callsSince(world);
  return spent;
}

const asksPeople = (call: string): boolean => call.endsWith('/requested_reviewers');
/** What came to the base branch, and by whom, is looked at after a merge, and has no part in deciding. */
const watches = (call: string): boolean => /\/activity$|\/compare\/|\/branches$|^CountersignRepository$/.test(call);

/** What deciding and publishing cost, and what asking people for reviews and watching branches adds to it. */
export function apart(spent: Spent): { readonly deciding: Spent; readonly asking: Spent; readonly watching: Spent } {
  const only = (keep: (call: string) => boolean): Spent =>
    Object.fromEntries(Object.entries(spent).map(([event, calls]) => [event, calls.filter(keep)]));
  return {
    deciding: only((call) => !asksPeople(call) && !watches(call)),
    asking: only(asksPeople),
    watching: only(watches),
  };
}

export function totalOf(spent: Spent): number {
  return Object.values(spent).reduce((sum, calls) => sum + calls.length, 0);
}

/** What GitHub was asked since the last time. */
async function callsSince(world: World): Promise<readonly string[]> {
  await quiet(world);
  const made = world.simulator.calls.map((call) => call.graphqlOperation ?? `${call.method} ${call.path}`);
  world.simulator.resetCalls();
  return made;
}
