import { oneLine, plain } from './checks.ts';
import type { Stage } from './stage.ts';

/** A conversation: a pull request or an issue. */
export type Thread = { readonly repository: string; readonly number: number };

const APP = 'countersign[bot]';

/** Somebody writes a comment; its id. */
export function say({ github }: Stage, { repository, number }: Thread, as: string, body: string): number {
  return github.comment({ repository, number, as, body }).id;
}

/** Waits until the app has said this in a comment that is newer than `after`, and gives what it said in one line. */
export async function answered(stage: Stage, thread: Thread, after: number, expected: string): Promise<string> {
  const found = await stage.until(
    `an answer with "${expected}"`,
    async () => answersAfter(stage, thread, after).find((answer) => answer.includes(expected)),
    async () => `"${answersAfter(stage, thread, after).join('", "') || 'no answer'}"`,
  );
  return `${APP} answers: ${found}`;
}

/** One comment may answer several commands; they are parted by a rule. What only the app reads in it is left out. */
function answersAfter({ github }: Stage, { repository, number }: Thread, after: number): readonly string[] {
  return github
    .comments({ repository, number })
    .filter(({ id, user }) => id > after && user.login === APP)
    .flatMap(({ body }) => body.replace(/<!--.*?-->/gs, '').split('\n\n---\n\n'))
    .map((answer) => oneLine(plain(answer).replaceAll('**', '')));
}

/** Waits until the app has put its thumb up on a comment, which is all the answer that most commands get. */
export async function thumbUp({ github, until }: Stage, thread: Thread, comment: number): Promise<string> {
  const reactions = () => {
    const found = github.comments(thread).find(({ id }) => id === comment);
    return found?.reactedBy.map(({ login, content }) => `${login} ${content}`) ?? [];
  };
  await until(
    `a thumb of ${APP} on the comment`,
    async () => reactions().find((reaction) => reaction === `${APP} +1`),
    async () => `"${reactions().join(', ') || 'no reaction'}"`,
  );
  return `${APP} puts a thumb up on the comment.`;
}

/** Waits until GitHub shows exactly these people as asked for a review. */
export async function asksFor({ github, until }: Stage, pull: Thread, ...people: readonly string[]): Promise<string> {
  const asked = () => {
    const { requested_reviewers: reviewers } = github.pullRequest({ repository: pull.repository, number: pull.number });
    return reviewers.map(({ login }) => login).sort();
  };
  const found = await until(
    people.length === 0 ? 'nobody to be asked for a review' : `exactly ${people.join(', ')} to be asked for a review`,
    async () => (asked().join() === [...people].sort().join() ? asked() : undefined),
    async () => `a request to ${asked().join(', ') || 'nobody'}`,
  );
  return `asked for a review: ${found.join(', ') || 'nobody'}`;
}
