import { describe, expect, test } from 'vitest';
import { evolve } from '../../src/decision/evolve.ts';
import type { Dismissal } from '../../src/decision/facts.ts';
import { noHistory } from '../../src/decision/history.ts';
import { approval, type Delivered, facts, person, policy, said, settled, time, twoStages } from '../support/facts.ts';

const two = policy(twoStages);
const asks = (more: Partial<Delivered> = {}) =>
  approval('ana', '10:30', { id: 60, state: 'changes-requested', body: ' too wide\n', ...more });
const approves = (by: string, at: string, id: number) => approval(by, at, { id });
const dismissal = (by: string | null, message: string, more: Partial<Dismissal> = {}): Dismissal => ({
  reviewId: 60,
  by: by === null ? null : person(by),
  previousState: 'changes-requested',
  message,
  at: time('11:00'),
  ...more,
});
const standing = (
  reviews: readonly Delivered[],
  dismissals: readonly Dismissal[] = [],
  interventions = [] as ReturnType<typeof said>[],
) =>
  settled(two, facts({ reviews, dismissals: [...dismissals], interventions })).rejections.map(
    ({ source, id, by, stage, code, rationale }) => `${source} ${id} by ${by.login} in ${stage}: ${code}, ${rationale}`,
  );
const stands = ['review 60 by ana in peer: other, too wide'];

describe('a review that asks for changes', () => {
  /** The API shows a review that was dismissed as that, and its delivery may never have come. */
  const dismissed = asks({ state: 'dismissed', delivered: null });

  test.each([
    ['by an approver', [asks()], [], stands],
    ['by somebody who is none', [asks({ author: person('zoe') })], [], []],
    ['by nobody', [asks({ author: null })], [], []],
    ['dismissed by the author', [dismissed], [dismissal('author', 'done')], stands],
    ['dismissed by nobody who is known', [dismissed], [dismissal(null, 'done')], stands],
    ['dismissed by who gave it', [dismissed], [dismissal('ana', '')], []],
    ['dismissed by another approver of the stage', [dismissed], [dismissal('bo', 'agreed')], []],
    ['dismissed by another approver, who does not say why', [dismissed], [dismissal('bo', ' \n')], stands],
    ['dismissed by an approver of another stage', [dismissed], [dismissal('rita', 'agreed')], stands],
    ['that did not, when it was dismissed', [dismissed], [dismissal('author', '', { previousState: 'approved' })], []],
    ['of which nobody knows what it said', [dismissed], [dismissal('author', '', { previousState: null })], []],
    ['beside a dismissal of another one', [dismissed], [dismissal('bo', 'agreed', { reviewId: 61 })], []],
    ['after a dismissal of another one', [asks()], [dismissal('bo', 'agreed', { reviewId: 61 })], stands],
    ['followed by an approval', [asks(), approves('ana', '10:40', 70)], [], []],
    ['preceded by an approval', [approves('ana', '10:20', 50), asks()], [], stands],
    ['followed by an approval in that second', [asks(), approves('ana', '10:30', 61)], [], []],
    ['preceded by an approval in that second', [approves('ana', '10:30', 59), asks()], [], stands],
    ['followed by the approval of somebody else', [asks(), approves('bo', '10:40', 70)], [], stands],
    ['followed by a comment', [asks(), approval('ana', '10:40', { id: 70, state: 'commented' })], [], stands],
  ])('%s', (_, reviews, dismissals, expected) => {
    expect(standing(reviews, dismissals)).toEqual(expected);
  });
});

describe('a rejection by command', () => {
  const reject = said('ana', '10:30', { kind: 'reject', code: 'risk', rationale: 'no' }, { id: 60 });
  const rejected = ['command 60 by ana in peer: risk, no'];

  test('is not what a dismissal of the review of that number is about', () => {
    expect(standing([], [dismissal('bo', 'agreed')], [reject])).toEqual(rejected);
  });

  test('is lifted by an approval after it, and not in that very second', () => {
    expect(standing([approves('ana', '10:29', 70)], [], [reject])).toEqual(rejected);
    expect(standing([approves('ana', '10:30', 70)], [], [reject])).toEqual(rejected);
    expect(standing([approves('ana', '10:31', 70)], [], [reject])).toEqual([]);
  });

  test('once lifted is remembered by its source and number', () => {
    const given = facts({ reviews: [asks(), approves('ana', '10:40', 70)], interventions: [reject] });
    const first = settled(two, given);
    expect(first.remember.lifted).toEqual(['review 60', 'command 60']);
    const history = evolve(noHistory, first);
    expect(settled(two, facts({ reviews: [asks()], history })).rejections).toEqual([]);
    expect(settled(two, facts({ reviews: [asks({ id: 61 })], history })).rejections).toHaveLength(1);
  });
});
