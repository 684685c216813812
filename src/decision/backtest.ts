import type { EffectivePolicy } from '../policy/compose.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Facts, Repository } from './facts.ts';
import { okOf } from './subject.ts';
import { epochOf } from './time.ts';
import type { Account } from './values.ts';

/** What a changed policy would have decided of a pull request, as it was when it was decided last. */
export type Compared = {
  readonly pull: string;
  /** Who may see it. */
  readonly visibility: Repository['visibility'];
  readonly at: string;
  readonly before: Outcome;
  readonly after: Outcome;
  /** Roles and owners that would have been asked besides, and that would not have been. */
  readonly asked: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Facts that it would have asked for, and that were never read. Its outcome is not certain then. */
  readonly unread: readonly string[];
};

export type Outcome = {
  readonly state: Decision['state'];
  /** What is next, in one line. */
  readonly title: string;
  /** Milliseconds from the opening of the pull request to its last filled seat; null while a seat is open. */
  readonly waited: number | null;
};

/** What a policy decides of recorded facts, and what of that it had to assume. */
export type Supposed = { readonly decision: Decision; readonly assumed: readonly string[] };

export function decideAgain(policy: EffectivePolicy, given: Facts): Supposed {
  const { facts, assumed } = withAssumptions(policy, given);
  return { decision: decide({ kind: 'valid', effective: policy }, facts), assumed };
}

/** Compares a decision with what another policy makes of the same facts; undefined where nobody would have noticed. */
export function backtest(policy: EffectivePolicy, recorded: Decision, facts: Facts): Compared | undefined {
  const { decision, assumed } = decideAgain(policy, facts);
  const [before, after] = [outcomeOf(recorded, facts), outcomeOf(decision, facts)];
  const [had, has] = [seatsOf(recorded), seatsOf(decision)];
  const added = without(has, had);
  const removed = without(had, has);
  if (before.state === after.state && added.length === 0 && removed.length === 0) return undefined;
  const { owner, name } = facts.repository;
  return {
    pull: `${owner}/${name}#${facts.pull.number}`,
    visibility: facts.repository.visibility,
    at: facts.at,
    before,
    after,
    asked: { added, removed },
    unread: [...assumed, ...decision.wants.map(({ kind, key, login }) => `${kind} ${login ?? key}`)],
  };
}

type Assumption = { readonly facts: Facts; readonly assumed: readonly string[] };

/**
 * Whoever would have been asked and never was is taken to have been able to sign: that is what a policy counts on. Further people are asked
 * once those before are answered for, and nobody twice, so there is an end.
 */
function withAssumptions(policy: EffectivePolicy, facts: Facts, assumed: readonly string[] = []): Assumption {
  const known = accountsIn(facts);
  const { wants } = decide({ kind: 'valid', effective: policy }, facts);
  const people = wants.flatMap(({ kind, key }) => (kind === 'people' ? (known.get(key) ?? []) : []));
  if (people.length === 0) return { facts, assumed };
  const answers = people.map((account): [string, NonNullable<Facts['lookups']['people']>[string]] => [
    String(account.id),
    { ok: { account, permission: 'admin', suspended: false }, at: facts.at },
  ]);
  const lookups = { ...facts.lookups, people: { ...facts.lookups.people, ...Object.fromEntries(answers) } };
  return withAssumptions(policy, { ...facts, lookups }, [...assumed, ...people.map(({ login }) => `people ${login}`)]);
}

/** Accounts that the facts tell of, by id. */
function accountsIn({ lookups }: Facts): ReadonlyMap<string, Account> {
  const members = Object.values(lookups.teams ?? {}).flatMap((team) => okOf(team)?.members ?? []);
  const users = Object.values(lookups.users ?? {}).flatMap((user) => okOf(user) ?? []);
  return new Map([...members, ...users].map((account) => [String(account.id), account]));
}

function outcomeOf({ state, title, plan }: Decision, { pull }: Facts): Outcome {
  const seats = plan.flatMap((stage) => stage.seats);
  const filled = seats.flatMap(({ filledBy }) => (filledBy === null ? [] : [epochOf(filledBy.at)]));
  const isFull = seats.length > 0 && filled.length === seats.length;
  return { state, title, waited: isFull ? Math.max(...filled) - epochOf(pull.createdAt) : null };
}

/** `peer: security`, once for each seat. */
function seatsOf({ plan }: Decision): readonly string[] {
  return plan.flatMap(({ name, seats }) => seats.map(({ label }) => `${name}: ${label}`));
}

/** The difference of two lists in which an item may stand several times. */
function without(all: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return all.filter((item) => {
    const at = left.indexOf(item);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}

export type Summary = {
  readonly compared: number;
  readonly different: number;
  /** Passed then, and would not have. */
  readonly stopped: number;
  /** Did not pass then, and would have. */
  readonly passed: number;
  readonly uncertain: number;
};

const PASSING: readonly Decision['state'][] = ['approved', 'overridden', 'ungoverned'];

export function summaryOf(compared: number, differences: readonly Compared[]): Summary {
  const passes = ({ state }: Outcome): boolean => PASSING.includes(state);
  return {
    compared,
    different: differences.length,
    stopped: differences.filter(({ before, after }) => passes(before) && !passes(after)).length,
    passed: differences.filter(({ before, after }) => !passes(before) && passes(after)).length,
    uncertain: differences.filter(({ unread }) => unread.length > 0).length,
  };
}
