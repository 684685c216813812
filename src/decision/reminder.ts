import { mostAsked } from './asked.ts';
import type { Decision, PlannedStage } from './decision.ts';
import { escaped } from './escape.ts';
import { epochOf, inWords } from './time.ts';
import type { Account } from './values.ts';

/** A stage that still waits for people although its time has run out. */
export type Breach = {
  readonly stage: string;
  readonly openedAt: string;
  readonly dueAt: string;
  /** Open seats, as people call them. */
  readonly seats: readonly string[];
  /** Who can fill them, without those who stand in. */
  readonly members: readonly Account[];
  /** Who may fill them in the place of members. */
  readonly backups: readonly Account[];
};

/**
 * The stages that are overdue. Only while people are what it waits for: what the author owes, or has been answered with no, is not late
 * because of them; and of a draft nobody is told.
 */
export function breachesOf({ state, plan, at }: Decision, { draft }: { readonly draft: boolean }): readonly Breach[] {
  if (draft || (state !== 'waiting' && state !== 'unfillable')) return [];
  return plan.flatMap((stage) => {
    const { name, open, complete, openedAt, dueAt } = stage;
    const isOverdue = open && !complete && dueAt !== null && epochOf(dueAt) <= epochOf(at);
    return isOverdue ? [{ stage: name, openedAt: openedAt ?? dueAt, dueAt, ...whoFills(stage) }] : [];
  });
}

function whoFills({ seats }: PlannedStage): Pick<Breach, 'seats' | 'members' | 'backups'> {
  const open = seats.filter(({ filledBy }) => filledBy === null);
  const standIns = new Set(open.flatMap(({ backups }) => backups.map(({ id }) => id)));
  const all = [
    ...new Map(open.flatMap(({ candidates }) => candidates).map((account) => [account.id, account])).values(),
  ];
  const people = all.sort((one, other) => one.id - other.id);
  return {
    seats: [...new Set(open.map(({ label }) => label))],
    members: people.filter(({ id }) => !standIns.has(id)),
    backups: people.filter(({ id }) => standIns.has(id)),
  };
}

/** The comment that reminds them, in Markdown: the one place where people are mentioned so that GitHub tells them. */
export function reminderText({ stage, openedAt, dueAt, members, backups }: Breach): string {
  const to = members.length === 0 ? 'T' : `${mentions(members)}: t`;
  const since = inWords(epochOf(openedAt));
  const waits = `${to}he stage "${escaped(stage)}" has been waiting since ${since}; its time ran out on ${inWords(epochOf(dueAt))}.`;
  if (backups.length === 0) return waits;
  return `${waits} ${mentions(backups)} may approve now as backup${backups.length === 1 ? '' : 's'}.`;
}

function mentions(people: readonly Account[]): string {
  const named = people.slice(0, mostAsked).map(({ login }) => `@${login}`);
  const others = people.length - named.length;
  return others === 0 ? named.join(', ') : `${named.join(', ')} and ${others} more`;
}
