import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseCount } from '../support/cases.ts';
import {
  approval,
  codesOf,
  commit,
  type Delivered,
  facts,
  head,
  holders,
  person,
  policy,
  settled,
  sha,
  time,
  twoStages,
} from '../support/facts.ts';

const wide = policy(
  twoStages
    .replace('{ role: peer }', '{ role: peer, count: 2 }')
    .replace('"user:author"', '"user:author", "user:cy", "user:dee"'),
);
const logins = ['ana', 'bo', 'cy', 'rita', 'ruth', 'author', 'zoe'];
const clock = (minute: number) =>
  `${`${9 + Math.floor(minute / 60)}`.padStart(2, '0')}:${`${minute % 60}`.padStart(2, '0')}`;

const review = fc
  .record({
    login: fc.constantFrom(...logins),
    minute: fc.nat(170),
    state: fc.constantFrom('approved', 'approved', 'approved', 'dismissed', 'commented'),
    delivered: fc.constantFrom(head, head, head, sha('b'), null),
  })
  .map(({ login, minute, state, delivered }): Delivered => approval(login, clock(minute), { state, delivered }));
const reviews = fc.array(review, { maxLength: 7 });
const contributors = fc.uniqueArray(fc.constantFrom(...logins), { maxLength: 2 });
const commitsBy = (names: readonly string[]) => [
  commit(person('author')),
  ...names.map((name) => commit(person(name))),
];

const order = [
  'approved',
  'held',
  'waiting',
  'unfillable',
  'deferred',
  'rejected',
  'incomplete',
  'misrouted',
  'facts-incomplete',
];

describe('for all proposals', () => {
  test('the same input gives the same bytes, and a decision survives JSON', () => {
    fc.assert(
      fc.property(reviews, (given) => {
        const input = facts({ reviews: given });
        const decision = settled(wide, input);
        expect(JSON.stringify(settled(wide, structuredClone(input)))).toBe(JSON.stringify(decision));
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      { numRuns: caseCount(100) },
    );
  });

  test('nobody set apart ever holds a seat', () => {
    fc.assert(
      fc.property(reviews, contributors, (given, names) => {
        const decision = settled(wide, facts({ reviews: given, commits: commitsBy(names) }));
        const held = holders(decision).map((line) => line.split(' ')[1]);
        for (const name of ['author', ...names]) expect(held).not.toContain(name);
        for (const name of held) expect(codesOf(decision, name ?? '')).toEqual([]);
      }),
      { numRuns: caseCount(300) },
    );
  });

  test('T09 nobody holds two seats of the plan', () => {
    fc.assert(
      fc.property(reviews, (given) => {
        const held = holders(settled(wide, facts({ reviews: given }))).map((line) => line.split(' ')[1]);
        expect(new Set(held).size).toBe(held.length);
      }),
      { numRuns: caseCount(300) },
    );
  });

  test('an added approval never blocks, and takes no filled seat away', () => {
    fc.assert(
      fc.property(reviews, fc.constantFrom(...logins), (given, login) => {
        const before = settled(wide, facts({ reviews: given }));
        const after = settled(wide, facts({ reviews: [...given, approval(login, '11:59')] }));
        expect(order.indexOf(after.state)).toBeLessThanOrEqual(order.indexOf(before.state));
        const seats = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
        expect(seats(holders(after))).toEqual(expect.arrayContaining(seats(holders(before))));
      }),
      { numRuns: caseCount(300) },
    );
  });

  test('the order of approvals within a stage does not matter', () => {
    const people = fc.shuffledSubarray(['bo', 'cy', 'dee'], { minLength: 2 });
    fc.assert(
      fc.property(people, people, (one, other) => {
        const outcome = (names: readonly string[]) =>
          settled(wide, facts({ reviews: names.map((name, index) => approval(name, clock(index))) }));
        const same = [...one].sort().join() === [...other].sort().join();
        if (same) expect(holders(outcome(one)).length).toBe(holders(outcome(other)).length);
      }),
    );
  });

  test('more truncation never passes', () => {
    fc.assert(
      fc.property(
        reviews,
        fc.constantFrom('files', 'commits', 'reviews', 'labels'),
        fc.nat(3),
        (given, kind, missing) => {
          const whole = facts({ reviews: given });
          const cut = {
            ...whole,
            [kind]: { items: whole[kind].items.slice(0, -1 - missing), total: whole[kind].items.length },
          };
          const truncated = settled(wide, whole[kind].items.length === 0 ? whole : cut);
          if (truncated.state === 'approved') expect(settled(wide, whole).state).toBe('approved');
          if (truncated.state === 'ungoverned') expect(settled(wide, whole).state).toBe('ungoverned');
        },
      ),
      { numRuns: caseCount(300) },
    );
  });

  test('a stage opens at an instant that is a fact, never at the clock', () => {
    const reviewsAt = (at: string) =>
      settled(wide, facts({ at, reviews: [approval('ana', '09:00'), approval('bo', '09:30')] }));
    expect(reviewsAt(time('10:00')).plan[1]?.openedAt).toBe(time('09:30'));
    expect(reviewsAt(time('11:00')).plan[1]?.openedAt).toBe(time('09:30'));
  });
});
