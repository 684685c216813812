import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchSeats, type Option } from '../../src/decision/matching.ts';
import { caseCount } from '../support/cases.ts';

/** Every way to fill the seats, by trying; answers which set of seats is filled, earliest seats first. */
function bestByForce(seats: readonly (readonly Option[])[]): string {
  const attempt = (index: number, slots: ReadonlySet<string>, tokens: ReadonlySet<string>): string => {
    const options = seats[index];
    if (options === undefined) return '';
    let best = `0${attempt(index + 1, slots, tokens)}`;
    for (const { slot, tokens: usable } of options) {
      for (const token of slots.has(slot) ? [] : usable) {
        if (tokens.has(token)) continue;
        const filled = `1${attempt(index + 1, new Set([...slots, slot]), new Set([...tokens, token]))}`;
        if (filled > best) best = filled;
      }
    }
    return best;
  };
  return attempt(0, new Set(), new Set());
}

/** Seats in three stages; five people with up to three approvals each, every one usable in some stages only. */
const plans = fc
  .record({
    seats: fc.array(fc.record({ stage: fc.nat(2), people: fc.uniqueArray(fc.nat(4), { maxLength: 4 }) }), {
      maxLength: 5,
    }),
    approvals: fc.array(fc.record({ person: fc.nat(4), stages: fc.uniqueArray(fc.nat(2), { minLength: 1 }) }), {
      maxLength: 8,
    }),
    once: fc.boolean(),
  })
  .map(({ seats, approvals, once }) =>
    [...seats]
      .sort((one, other) => one.stage - other.stage)
      .map(({ stage, people }) =>
        people.flatMap((person): readonly Option[] => {
          const mine = approvals.flatMap((given, index) =>
            given.person === person && given.stages.includes(stage) ? [`approval ${index}`] : [],
          );
          if (mine.length === 0) return [];
          return [{ slot: `${stage} ${person}`, tokens: once ? [`person ${person}`] : mine }];
        }),
      ),
  );

test('fills earlier seats first, and as many as any filling could', () => {
  fc.assert(
    fc.property(plans, (seats) => {
      const matches = matchSeats(seats);
      const used = matches.flatMap((match) => (match === undefined ? [] : [match]));
      expect(new Set(used.map(({ slot }) => slot)).size).toBe(used.length);
      expect(new Set(used.map(({ token }) => token)).size).toBe(used.length);
      matches.forEach((match, index) => {
        const option = seats[index]?.find(({ slot }) => slot === match?.slot);
        if (match !== undefined) expect(option?.tokens).toContain(match.token);
      });
      expect(matches.map((match) => (match === undefined ? '0' : '1')).join('')).toBe(bestByForce(seats));
    }),
    { numRuns: caseCount(3000) },
  );
});
