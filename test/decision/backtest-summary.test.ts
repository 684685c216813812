import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../src/decision/backtest.ts';
import { type Changes, said, twoStages } from '../support/facts.ts';
import { compared } from '../support/recorded.ts';

const more = twoStages.replace('{ role: peer }', '{ role: peer, count: 2 }');
const ofOthers = twoStages.replace('{ labels: [remediation] }', '{ labels: [else] }');
const routine = twoStages.replace('when: { labels', 'route: standard\n    when: { labels');
const slow = `${twoStages}approvals: { minimum-open: 5h }\n`;
const glass = `${twoStages}break-glass: { roles: [peer], reconcile-within: 1d, require: [ { role: peer } ] }\n`;
const broken = said('bo', '11:30', { kind: 'break-glass', incident: 'INC-1', reason: 'it burns' });
const unsigned = { reviews: [], interventions: [broken] };

describe('all pull requests of a period together', () => {
  test.each<[string, string, string, Changes, readonly [number, number, number]]>([
    ['approved → waiting', twoStages, more, {}, [1, 0, 0]],
    ['ungoverned → facts-incomplete', ofOthers, more, {}, [1, 0, 1]],
    ['overridden → waiting', glass, twoStages, unsigned, [1, 0, 1]],
    ['waiting → approved', more, twoStages, {}, [0, 1, 0]],
    ['waiting → ungoverned', more, ofOthers, {}, [0, 1, 0]],
    ['waiting → overridden', twoStages, glass, unsigned, [0, 1, 1]],
    ['approved → ungoverned', twoStages, ofOthers, {}, [0, 0, 0]],
    ['overridden → ungoverned', glass, ofOthers, unsigned, [0, 0, 0]],
    ['ungoverned → approved', ofOthers, routine, {}, [0, 0, 0]],
    ['waiting → held', more, slow, {}, [0, 0, 0]],
    ['held → waiting', slow, more, {}, [0, 0, 0]],
  ])('one that is %s', (states, from, to, changes, [stopped, passed, uncertain]) => {
    const difference = compared(from, to, changes);
    expect(`${difference?.before.state} → ${difference?.after.state}`).toBe(states);
    expect(summaryOf(3, difference === undefined ? [] : [difference])).toEqual({
      compared: 3,
      different: 1,
      stopped,
      passed,
      uncertain,
    });
  });

  test('several, and none', () => {
    const all = [
      compared(twoStages, more),
      compared(ofOthers, more),
      compared(more, twoStages),
      compared(glass, twoStages, unsigned),
      compared(twoStages, twoStages),
    ].filter((difference) => difference !== undefined);
    expect(summaryOf(5, all)).toEqual({ compared: 5, different: 4, stopped: 3, passed: 1, uncertain: 2 });
    expect(summaryOf(5, [])).toEqual({ compared: 5, different: 0, stopped: 0, passed: 0, uncertain: 0 });
  });
});
