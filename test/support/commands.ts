import { expect } from 'vitest';
import { eventually } from './app-process.ts';
import { deadJobs, nextSecond, type Proposed } from './attacks.ts';
import { budgetIsFresh, type Check, checkThat, propose, quiet, type World, waits } from './world.ts';

/** What tests of commands need: to say something, and to see what was answered and recorded. */

type Thread = { readonly repository: string; readonly number: number };

export function say(world: World, at: Thread, as: string, body: string): number {
  return world.github.comment({ repository: at.repository, number: at.number, as, body }).id;
}

/** What the app has said there, oldest first. */
export function answersTo(world: World, at: Thread): readonly string[] {
  return world.github
    .comments(at)
    .filter(({ user }) => user.login === 'countersign[bot]')
    .map(({ body }) => body);
}

/** Who put a thumb up on a comment. */
export function thumbsOn(world: World, at: Thread, comment: number): readonly string[] {
  const found = world.github.comments(at).find(({ id }) => id === comment);
  return found?.reactedBy.map(({ login }) => login) ?? [];
}

/** Every command on a pull request or issue, as the ledger has it: word, outcome, login. */
export async function recordedCommands(
  world: World,
  at: Thread,
): Promise<readonly (readonly [string, string, string])[]> {
  const rows = await world.database.query<{ readonly entry: string }>(
    "select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = 'command' and pull_number = $1 order by entry_id",
    [at.number],
  );
  return rows.map(({ entry }) => {
    const { actor, details } = JSON.parse(entry) as {
      readonly actor: { readonly login: string };
      readonly details: { readonly command: string; readonly outcome: string };
    };
    return [details.command, details.outcome, actor.login];
  });
}

/** A proposal that waits for its first signature, a second after everything that it is made of. */
export async function openWaiting(world: World) {
  await budgetIsFresh(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await nextSecond();
  return pull;
}

/** The same, by a person, who then is its author. */
export async function openWaitingBy(world: World, as: string) {
  await budgetIsFresh(world);
  const pull = propose(world, { as, body: '' });
  world.github.label({ ...pull, as: 'sam', name: 'remediation' });
  await checkThat(world, pull, waits);
  await nextSecond();
  return pull;
}

export const deferred = (check: Check): boolean => check.conclusion === 'action_required';

/** Says something and waits until the app has answered it in a comment, which it gives. */
export async function answerTo(world: World, at: Thread, as: string, body: string): Promise<string> {
  const before = answersTo(world, at).length;
  say(world, at, as, body);
  return eventually('an answer', async () => answersTo(world, at)[before]);
}

/** Whoever says this is told why it has no effect, and it has none. */
export async function isRefused(world: World, pull: Proposed, as: string, body: string, why: string): Promise<void> {
  const answer = await answerTo(world, pull, as, body);
  expect(answer).toContain(`@${as} “`);
  expect(answer).toContain(why);
  const [word, outcome, login] = (await recordedCommands(world, pull)).at(-1) ?? [];
  expect([`/${word}`, outcome, login]).toEqual([body.split(' ')[0], 'refused', as]);
}

/** Nothing was heard in what was said: no command is on record, no answer and no reaction given. */
export async function nothingWasHeard(world: World, pull: Proposed): Promise<void> {
  await quiet(world);
  expect(await recordedCommands(world, pull)).toEqual([]);
  expect(answersTo(world, pull)).toEqual([]);
  expect(world.github.comments(pull).flatMap(({ reactedBy }) => reactedBy)).toEqual([]);
  await checkThat(world, pull, waits);
  expect(await deadJobs(world)).toEqual([]);
}
