import type { Pull } from './checks.ts';
import { answered, say, type Thread, thumbUp } from './comments.ts';
import type { Narrator } from './narrator.ts';
import { REPOSITORY } from './proposals.ts';
import type { Stage } from './stage.ts';

/** What follows a broken glass: an issue on which others say whether it was right. */

/** Reads the issue that the app names in its answer to the command that broke the glass. */
export async function findIssue(stage: Stage, narrator: Narrator, pull: Pull, comment: number): Promise<Thread> {
  let issue: Thread = pull;
  await narrator.step('An issue is open, for other people to say whether it was right.', async () => {
    const answer = await answered(stage, pull, comment, 'The broken glass is reconciled on #');
    issue = { repository: REPOSITORY, number: Number(/reconciled on #(\d+)/.exec(answer)?.[1]) };
    const { title, body, state } = stage.github.issue(issue);
    const seats = (body ?? '').split('\n').filter((line) => line.startsWith('| ') && line.includes('@'));
    if (state !== 'open' || seats.length !== 2) throw new Error(`expected an open issue with two seats; it is ${body}`);
    const due = (body ?? '').split('\n').find((line) => line.includes('To be reconciled by')) ?? '';
    return [
      answer,
      `#${issue.number} is ${state}: ${title}`,
      due.replace('- ', '· ').replaceAll('**', ''),
      ...seats.map((row) => `· ${row.replace(/^\| | \|$/g, '').replace(' | ', ', who can: ')}`),
    ];
  });
  return issue;
}

/** Who broke the glass or asked for the change is refused there; two others settle it, and the issue is closed. */
export async function reconcile(stage: Stage, narrator: Narrator, issue: Thread): Promise<void> {
  const stateOf = () => stage.github.issue(issue).state;
  const refused = async (login: string, why: string) => {
    const comment = say(stage, issue, login, '/reconcile approve it was right');
    const answer = await answered(stage, issue, comment, why);
    if (stateOf() !== 'open') throw new Error(`expected #${issue.number} to stay open.`);
    return [answer, `#${issue.number} is ${stateOf()}.`];
  };
  await narrator.step('cora, who broke the glass: “/reconcile approve it was right”', () =>
    refused('cora', 'cora broke the glass for it.'),
  );
  await narrator.step('sam, who asked for the change: “/reconcile approve it was right”', () =>
    refused('sam', 'sam asked for it.'),
  );
  await narrator.step(
    'ana, a service owner, and sec, for security, had no part in it, and approve it there.',
    async () => {
      const first = say(stage, issue, 'ana', '/reconcile approve one line, and it is off by a switch');
      const thumb = await thumbUp(stage, issue, first);
      const comment = say(stage, issue, 'sec', '/reconcile approve nothing is exposed');
      const answer = await answered(stage, issue, comment, 'Reconciled. Approved afterwards');
      const closed = async () => (stateOf() === 'closed' ? `#${issue.number} is closed.` : undefined);
      return [thumb, answer, await stage.until(`#${issue.number} to be closed`, closed, async () => stateOf())];
    },
  );
}
