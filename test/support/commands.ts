import type { World } from './world.ts';

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
    "select entry from countersign.ledger where kind = 'command' and pull_number = $1 order by entry_id",
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
