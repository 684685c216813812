import { escaped } from '../decision/escape.ts';
import type { Reconciliation } from '../decision/reconciliation.ts';
import { epochOf, inWords } from '../decision/time.ts';
import { type Matter, passedAt, pullOf } from '../findings/matter.ts';
import { meaningOf, undo } from '../findings/told.ts';

/** The texts of a reconciliation: its issue, and what is said there when it comes to something. Markdown. */

export function issueTitle(matter: Matter): string {
  if (matter.kind === 'finding') return `Reconcile: ${escaped(matter.finding.title, 120)}`;
  return `Reconcile the broken glass of #${matter.pull} (${escaped(matter.glass.incident, 80)})`;
}

/** What an issue says besides what it is about. */
export type IssueSetting = {
  /** Null where the policy names nobody who may reconcile it. */
  readonly reconciled: Reconciliation | null;
  /** Which policy should have been followed, and where it stands. */
  readonly policy: string;
  readonly timezone: string;
  readonly marker: string;
};

export function issueBody(matter: Matter, { reconciled, policy, timezone, marker }: IssueSetting): string {
  const due = reconciled === null ? [] : [`- To be reconciled by: **${inWords(epochOf(reconciled.dueAt), timezone)}**`];
  return [
    ...aboutIt(matter, policy),
    `- When${matter.kind === 'finding' ? ' it was found' : ''}: ${inWords(epochOf(passedAt(matter)), timezone)}`,
    ...due,
    '',
    ...(reconciled === null ? namesNobody : howTo(matter, reconciled)),
    '',
    marker,
  ].join('\n');
}

function aboutIt(matter: Matter, policy: string): readonly string[] {
  if (matter.kind === 'finding') return [...meaningOf(matter.finding), `- It should have been signed under: ${policy}`];
  const { by, incident, reason, head } = matter.glass;
  return [
    `**${escaped(by.login)}** broke the glass for #${matter.pull}: its head passed without the approvals that the policy asks for.`,
    '',
    `- Incident: ${escaped(incident)}`,
    `- Reason: ${escaped(reason, 2_000)}`,
    `- Head: ${head}`,
  ];
}

const namesNobody = [
  'The policy names nobody who may reconcile this: it has no `break-glass` section, whose `require` says which seats look at such things afterwards and whose `reconcile-within` says until when.',
  '',
  'Add that section to the policy, and then say `/status` here. Until it is there, this stays open and nothing of it is permitted.',
];

function howTo(matter: Matter, reconciled: Reconciliation): readonly string[] {
  const did = matter.kind === 'glass' ? 'broke the glass' : 'let it go past the gate';
  const instead = matter.kind === 'glass' ? 'somebody has to undo the change' : 'it has to be undone';
  return [
    `Other people look at it now, one for each seat. Nobody who wrote the change, asked for it or ${did} can.`,
    '',
    ...seatTable(reconciled),
    ...inTheWay(reconciled),
    'Read the change and what was done, and say here, on a line of its own:',
    '',
    '- `/reconcile approve <rationale>` if it was right to pass, or',
    `- \`/reconcile reject <rationale>\` if it was not. It is then settled as rejected, and ${instead}.`,
  ];
}

function seatTable({ seats }: Reconciliation): readonly string[] {
  return [
    '| Seat | Who can fill it |',
    '| --- | --- |',
    ...seats.map(({ label, candidates }) => `| ${escaped(label)} | ${mentions(candidates)} |`),
    '',
  ];
}

/** As long as it is not known who had a part in it, it can be rejected only. */
function inTheWay({ unknown }: Reconciliation): readonly string[] {
  if (unknown.length === 0) return [];
  const why = unknown.map((sentence) => `- ${escaped(sentence)}`);
  return ['It cannot be approved as long as it is not known who had a part in it:', '', ...why, ''];
}

/** As many as are mentioned: a whole department is not called because of one seat. */
const mostMentions = 15;

function mentions(people: readonly { readonly login: string }[]): string {
  if (people.length === 0) return 'nobody can now: see to it that somebody holds the role';
  const shown = people.slice(0, mostMentions).map(({ login }) => `@${login}`);
  return people.length > mostMentions
    ? `${shown.join(', ')} and ${people.length - mostMentions} more`
    : shown.join(', ');
}

/** For an issue that was opened when the policy named nobody. */
export function namedNowText(reconciled: Reconciliation, timezone: string): string {
  return [
    `The policy names now who may reconcile this, by **${inWords(epochOf(reconciled.dueAt), timezone)}**, with \`/reconcile approve <rationale>\` or \`/reconcile reject <rationale>\`:`,
    '',
    ...seatTable(reconciled),
    ...inTheWay(reconciled),
  ].join('\n');
}

export function overdueText(reconciled: Reconciliation, matter: Matter, timezone: string): string {
  const open = reconciled.seats.filter(({ filledBy }) => filledBy === null);
  return [
    `**Overdue.** This was to be reconciled by ${inWords(epochOf(reconciled.dueAt), timezone)}. Backups of the roles are active now.`,
    '',
    ...open.map(({ label, candidates }) => `- ${escaped(label)}: ${mentions(candidates)}`),
    '',
    ...inTheWay(reconciled),
    `${whoCares(matter)}It stays in every report as overdue until it is decided.`,
  ].join('\n');
}

function whoCares(matter: Matter): string {
  if (matter.kind === 'glass')
    return `@${matter.glass.by.login} broke the glass and should see to it that somebody looks. `;
  const { by } = matter.finding;
  return by?.kind === 'user' ? `@${by.login} did it and should see to it that somebody looks. ` : '';
}

export function settledText({ state, seats, rejectedBy }: Reconciliation, matter: Matter): string {
  if (state === 'rejected')
    return `**Rejected afterwards** by ${escaped(rejectedBy?.by.login ?? '')}: ${escaped(rejectedBy?.rationale ?? '', 2_000)}\n\n${afterRejection(matter)}`;
  const who = seats.map(({ label, filledBy }) => `${escaped(label)}: ${escaped(filledBy?.login ?? '')}`).join(', ');
  return `**Reconciled.** Approved afterwards (${who}).${afterApproval(matter)}`;
}

function afterRejection(matter: Matter): string {
  if (matter.kind === 'glass')
    return 'The change should not have passed. Undo it, or have it approved in the usual way; this issue stays open for that.';
  const { kind, commits } = matter.finding;
  const unpermitted = commits.length === 0 ? '' : ' What came with it stays unpermitted.';
  return `It should not have passed. ${undo[kind]}${unpermitted} This issue stays open for that.`;
}

function afterApproval(matter: Matter): string {
  if (matter.kind === 'glass') return '';
  const { commits, environment } = matter.finding;
  if (commits.length === 0 || environment === null) return '';
  const what =
    commits.length === 1 ? 'The commit that came with it is' : `The ${commits.length} commits that came with it are`;
  return ` ${what} permitted for ${escaped(environment)}.`;
}

export function statusText(reconciled: Reconciliation, matter: Matter): string {
  const { state, seats, dueAt } = reconciled;
  if (state !== 'open') return settledText(reconciled, matter);
  const lines = seats.map(({ label, filledBy, candidates }) => {
    const who = filledBy === null ? `open; ${names(candidates)}` : `approved by ${escaped(filledBy.login)}`;
    return `- ${escaped(label)}: ${who}`;
  });
  const obstacles = inTheWay(reconciled);
  return [
    `To be reconciled by ${inWords(epochOf(dueAt))}.`,
    '',
    ...lines,
    ...(obstacles.length > 0 ? ['', ...obstacles] : []),
  ].join('\n');
}

function names(people: readonly { readonly login: string }[]): string {
  if (people.length === 0) return 'nobody can fill it now';
  return `${people
    .slice(0, mostMentions)
    .map(({ login }) => escaped(login))
    .join(', ')} can fill it`;
}

/** What such an issue is about, where a command that it does not know is said on it. */
export function elsewhereText(matter: Matter): string {
  const what = matter.kind === 'glass' ? 'a broken glass' : 'something that was found';
  const pull = pullOf(matter);
  const where = pull === null ? '' : ` Say it on the pull request, #${pull}.`;
  return `This issue is about ${what}.${where}`;
}
