import type { Stage } from './stage.ts';

/** A pull request at one head, and the name of the check that guards the branch it wants to get into. */
export type Pull = {
  readonly repository: string;
  readonly number: number;
  readonly head: string;
  readonly check: string;
};

/** How the simulated GitHub shows a check. Everything here is read out of it, as a person would read the page. */
export type Check = {
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
};

/** The newest check of the app that GitHub shows on the head. */
function checkOf({ github }: Stage, { repository, head, check: name }: Pull): Check | undefined {
  const check = github.checkRuns({ repository, sha: head, name, app: 'countersign' }).at(-1);
  if (check === undefined) return undefined;
  const { status, conclusion, output } = check;
  return { status, conclusion, title: output.title ?? '', summary: output.summary ?? '' };
}

export function checkThat(stage: Stage, pull: Pull, what: string, expected: (check: Check) => boolean): Promise<Check> {
  return stage.until(
    what,
    async () => {
      const check = checkOf(stage, pull);
      return check !== undefined && expected(check) ? check : undefined;
    },
    async () => {
      const check = checkOf(stage, pull);
      return check === undefined ? 'no check at all' : `"${shown(check)}"`;
    },
  );
}

export const isIncomplete = ({ conclusion, title }: Check): boolean =>
  conclusion === 'action_required' && title.startsWith('Incomplete');

export const succeeds = ({ conclusion }: Check): boolean => conclusion === 'success';

/** It is turned down or put off, in these words. */
export const says =
  (conclusion: string, beginning: string) =>
  (check: Check): boolean =>
    check.conclusion === conclusion && check.title.startsWith(beginning);

export const waitsFor =
  (role: string) =>
  ({ status, title }: Check): boolean =>
    status === 'in_progress' && title.startsWith(`Waiting for ${role}`);

/** Waits until an approval is listed as one that does not count, for this reason, and the seat is still open. */
export async function setApart(
  stage: Stage,
  pull: Pull,
  login: string,
  code: string,
  role: string,
): Promise<readonly string[]> {
  const reasonIn = ({ summary }: Check) =>
    sectionOf(summary, 'Approvals that do not count').find(
      (line) => line.startsWith(`${login}: `) && line.includes(`(${code})`),
    );
  const what = `${login}'s approval not to count (${code})`;
  const check = await checkThat(stage, pull, what, (each) => waitsFor(role)(each) && reasonIn(each) !== undefined);
  return [`does not count: ${(reasonIn(check) ?? '').replace(`${login}: `, '')}`, shown(check)];
}

/** What stands in the way besides the seats that are open. */
export function inTheWayOf({ summary }: Check): readonly string[] {
  const lines = sectionOf(summary, 'What stands in the way').filter((line) => !line.endsWith('(seat-open)'));
  return lines.map((line) => `· ${line}`);
}

/** What the checklist of evidence has open, but for the manifest, which the title has named. */
export function missingOf({ summary }: Check): readonly string[] {
  const open = sectionOf(summary, 'Evidence').filter((line) => line.startsWith('[ ] '));
  return open
    .map((line) => line.replace('[ ] ', '· ').replaceAll('**', ''))
    .filter((line) => !line.startsWith('· manifest'));
}

/** The rows of the plan, without the head of the table. */
export function planOf({ summary }: Check): readonly string[] {
  const rows = sectionOf(summary, 'Plan')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  return rows.map((row) => {
    const [, stage, seat, by] = row.split('|').map((cell) => cell.trim());
    return `· ${stage}: ${seat}, filled by ${by}`;
  });
}

export function sectionOf(summary: string, heading: string): readonly string[] {
  const [, section = ''] = summary.split(`### ${heading}\n`);
  const lines = (section.split('\n### ')[0] ?? '').split('\n---')[0] ?? '';
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => plain(line.replace(/^- /, '')));
}

/** Undoes what keeps text from being Markdown: a terminal shows it as it is. */
export function plain(markdown: string): string {
  return markdown
    .replaceAll('\u200b', '')
    .replace(/\\([|\\`*_~[\]!$])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

export function shown({ status, conclusion, title }: Check): string {
  return `check ${conclusion ?? status}: ${title}`;
}

/** GitHub parts its messages by empty lines. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ': ');
}
