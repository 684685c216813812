import { describe, expect, test } from 'vitest';
import { approval, type Changes, facts, policy, settled, time, twoStages } from '../support/facts.ts';

const limits = (peer: string, release: string) =>
  policy(
    twoStages
      .replace('  - name: a peer\n', `  - name: a peer\n    sla: { peer: ${peer}, release: ${release} }\n`)
      .replace('[ { role: peer } ]', '[ { role: peer, count: 2 } ]'),
  );
const hours = limits('6h', '2h');

/** Of each stage: since when it is open, until when there is time for it, and whether it is complete. */
function times(rules: ReturnType<typeof policy>, changes: Changes) {
  const { plan, reevaluateAt } = settled(rules, facts(changes));
  return [...plan.map(({ open, openedAt, dueAt, complete }) => [open, openedAt, dueAt, complete]), reevaluateAt];
}

describe('when a stage opens, and how long there is for it', () => {
  const closed = [false, null, null, false];

  test.each<[string, ReturnType<typeof policy>, Changes, readonly unknown[]]>([
    [
      'the first has been open since the pull request was there',
      hours,
      {},
      [[true, time('08:00'), time('14:00'), false], closed, time('14:00')],
    ],
    [
      'one of two approvals opens nothing and buys no time',
      hours,
      { reviews: [approval('bo', '10:00')] },
      [[true, time('08:00'), time('14:00'), false], closed, time('14:00')],
    ],
    [
      'the second opens when the first is complete, which has no more limit',
      hours,
      { reviews: [approval('bo', '10:00'), approval('ana', '11:00')] },
      [[true, time('08:00'), null, true], [true, time('11:00'), time('13:00'), false], time('13:00')],
    ],
    [
      'a limit that has passed is no reason to look again',
      hours,
      { reviews: [approval('bo', '09:00'), approval('ana', '09:30')] },
      [[true, time('08:00'), null, true], [true, time('09:30'), time('11:30'), false], null],
    ],
    [
      'without a limit there is none',
      policy(twoStages),
      { reviews: [approval('bo', '10:00')] },
      [[true, time('08:00'), null, true], [true, time('10:00'), null, false], null],
    ],
  ])('%s', (_, rules, changes, expected) => {
    expect(times(rules, changes)).toEqual(expected);
  });

  test('of two limits the shorter one', () => {
    const shorter = twoStages
      .replace('  - name: a peer\n', '  - name: a peer\n    sla: { peer: 6h }\n')
      .replace('  - name: production\n', '  - name: production\n    sla: { peer: 5h }\n');
    expect(times(policy(shorter), {})[0]).toEqual([true, time('08:00'), time('13:00'), false]);
  });
});
