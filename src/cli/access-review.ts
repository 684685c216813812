import { type Line, remarkable } from '../access-review/line.ts';
import { type TableLine, tableOf } from '../access-review/table.ts';
import { lastReview, type Shown } from './access-review/last.ts';
import { liveReview } from './access-review/live.ts';
import { CannotRun, type Command, flag, noPositionals, option, required } from './command.ts';
import { openOutput } from './output.ts';
import type { Terminal } from './terminal.ts';

export const accessReview: Command = {
  name: 'access-review',
  summary: 'show who may sign what, how they hold it, when they last used it, and what to look at',
  help: `
Usage: APP_ID=… PRIVATE_KEY=… DATABASE_URL=postgres://… countersign access-review --org ORG [--repo OWNER/NAME] [--json] [--out FILE]
       DATABASE_URL=postgres://… countersign access-review --org ORG --last [--repo OWNER/NAME] [--json] [--out FILE]

Reads the policy in force, its teams and its people from GitHub, and what they have done from the database, and prints a line for each
person and role, for each name behind which nobody stands, and for each exception: what an access review would ask its reviewers about if it
were opened now. Changes nothing. Without DATABASE_URL the last use, the proposals and the delegations are not known.

With --last it prints the newest review that was opened, as it was then, with who has answered for which line. GitHub is not asked.

Options:
  --org ORG          the organization, such as acme
  --repo OWNER/NAME  the repository whose policy is reviewed; the organization's policy repository if it is left out
  --last             the newest review instead of the present moment
  --json             print data
  --out FILE         write to a file

Exit status: 0 there is nothing to look at, 1 there is (a suspended or shared account, a conflict, an objection …), 2 it could not be run.

Examples:
  countersign access-review --org acme
  countersign access-review --org acme --json | jq -r '.lines[] | select(.remarks != []) | [.role, .person.login, .remarks[].code] | @tsv'
  countersign access-review --org acme --last --out review.txt`,
  options: {
    org: { type: 'string' },
    repo: { type: 'string' },
    last: { type: 'boolean' },
    json: { type: 'boolean' },
    out: { type: 'string' },
  },
  run: async (given, terminal) => {
    noPositionals(given);
    const organization = required(given, 'org');
    const repo = option(given, 'repo');
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(organization))
      throw new CannotRun(`--org must be the login of an organization, such as acme, and is "${organization}".`);
    if (repo !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repo))
      throw new CannotRun(`--repo must be a repository such as acme/shop, and is "${repo}".`);
    if (repo !== undefined && !repo.toLowerCase().startsWith(`${organization.toLowerCase()}/`))
      throw new CannotRun(`--repo must be a repository of ${organization}, and is "${repo}".`);
    const shown = flag(given, 'last')
      ? await lastReview(organization, repo)
      : await liveReview(organization, repo, terminal);
    const output = await openOutput(option(given, 'out'));
    const text = flag(given, 'json') ? JSON.stringify(shown.data, null, 2) : printed(shown, terminal).join('\n');
    await output.write(`${text}\n`);
    await output.close();
    return remarkable(shown.lines).length === 0 && shown.objected === 0 ? 0 : 1;
  },
};

function printed(shown: Shown, { paint }: Terminal): readonly string[] {
  const { head, lines } = tableOf(shown.lines);
  const look = remarkable(shown.lines).length;
  return [
    paint('bold', shown.title),
    '',
    paint('dim', head),
    ...lines.flatMap((line) => [line.text, ...below(line, shown, paint)]),
    '',
    `${count(shown.lines)}; ${look === 0 ? 'nothing to look at' : `${look} to look at`}.`,
    ...shown.ending,
  ];
}

function below({ line, remarks }: TableLine, { answersOf }: Shown, paint: Terminal['paint']): readonly string[] {
  return [
    ...remarks.map((text) => paint('yellow', `${text}`)),
    ...answersOf(line.number).map((text) => `      ${text}`),
  ];
}

function count(lines: readonly Line[]): string {
  return lines.length === 1 ? '1 line' : `${lines.length} lines`;
}
