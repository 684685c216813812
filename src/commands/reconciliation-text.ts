import { escaped } from '../decision/escape.ts';
import type { InterventionOf } from '../decision/intervention.ts';
import type { Reconciliation } from '../decision/reconciliation.ts';
import { epochOf, inWords } from '../decision/time.ts';

/** The texts of a reconciliation: its issue, and what is said there when it comes to something. Markdown. */

type Glass = InterventionOf<'break-glass'>;

export function issueTitle(pull: number, { incident }: Glass): string {
  return `Reconcile the broken glass of #${pull} (${escaped(incident, 80)})`;
}

export function issueBody(
  pull: number,
  glass: Glass,
  { seats, dueAt }: Reconciliation,
  timezone: string,
  marker: string,
): string {
  const { by, at, head, incident, reason } = glass;
  return [
    `**${escaped(by.login)}** broke the glass for #${pull}: its head passed without the approvals that the policy asks for.`,
    '',
    `- Incident: ${escaped(incident)}`,
    `- Reason: ${escaped(reason, 2_000)}`,
    `- Head: ${head}`,
    `- When: ${inWords(epochOf(at), timezone)}`,
    `- To be reconciled by: **${inWords(epochOf(dueAt), timezone)}**`,
    '',
    'Other people look at it now, one for each seat. Nobody who wrote the change, asked for it or broke the glass can.',
    '',
    '| Seat | Who can fill it |',
    '| --- | --- |',
    ...seats.map(({ label, candidates }) => `| ${escaped(label)} | ${mentions(candidates)} |`),
    '',
    'Read the change and what was done, and say here, on a line of its own:',
    '',
    '- `/reconcile approve <rationale>` if it was right to pass, or',
    '- `/reconcile reject <rationale>` if it was not. It is then settled as rejected, and somebody has to undo the change.',
    '',
    marker,
  ].join('\n');
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

export function overdueText({ seats, dueAt }: Reconciliation, { by }: Glass, timezone: string): string {
  const open = seats.filter(({ filledBy }) => filledBy === null);
  return [
    `**Overdue.** This was to be reconciled by ${inWords(epochOf(dueAt), timezone)}. Backups of the roles are active now.`,
    '',
    ...open.map(({ label, candidates }) => `- ${escaped(label)}: ${mentions(candidates)}`),
    '',
    `@${by.login} broke the glass and should see to it that somebody looks. It stays in every report as overdue until it is decided.`,
  ].join('\n');
}

export function settledText({ state, seats, rejectedBy }: Reconciliation): string {
  if (state === 'rejected')
    return `**Rejected afterwards** by ${escaped(rejectedBy?.by.login ?? '')}: ${escaped(rejectedBy?.rationale ?? '', 2_000)}\n\nThe change should not have passed. Undo it, or have it approved in the usual way; this issue stays open for that.`;
  const who = seats.map(({ label, filledBy }) => `${escaped(label)}: ${escaped(filledBy?.login ?? '')}`).join(', ');
  return `**Reconciled.** Approved afterwards (${who}).`;
}

export function statusText(reconciliation: Reconciliation): string {
  const { state, seats, dueAt } = reconciliation;
  if (state !== 'open') return settledText(reconciliation);
  const lines = seats.map(({ label, filledBy, candidates }) => {
    const who = filledBy === null ? `open; ${names(candidates)}` : `approved by ${escaped(filledBy.login)}`;
    return `- ${escaped(label)}: ${who}`;
  });
  return [`To be reconciled by ${inWords(epochOf(dueAt))}.`, '', ...lines].join('\n');
}

function names(people: readonly { readonly login: string }[]): string {
  if (people.length === 0) return 'nobody can fill it now';
  return `${people
    .slice(0, mostMentions)
    .map(({ login }) => escaped(login))
    .join(', ')} can fill it`;
}
