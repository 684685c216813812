import { describe, expect, test } from 'vitest';
import { type State, states } from '../../src/decision/decision.ts';
import {
  type JudgedMember,
  judgeGroup,
  mayMerge,
  type Standing,
  unresolvedGroup,
} from '../../src/decision/merge-group.ts';

const permitting: readonly State[] = ['approved', 'overridden', 'ungoverned'];

function decided(state: State, title = `It is ${state}`, checks = ['countersign/production']): Standing {
  return { kind: 'decided', decision: { state, title, checks }, leaf: 'ab' };
}

function member(pull: number, standing: Standing): JudgedMember {
  return { pull, head: 'f'.repeat(40), standing };
}

const absent: Standing = { kind: 'absent', why: 'It is closed' };

describe('what a group of the merge queue comes to', () => {
  test.each(states)('one pull request that is %s', (state) => {
    const verdict = judgeGroup([member(7, decided(state))]);
    expect(verdict).toMatchObject({
      outcome: permitting.includes(state) ? 'success' : 'failure',
      title: `#7: It is ${state}`,
      checks: ['countersign/production'],
    });
    expect(mayMerge(decided(state))).toBe(permitting.includes(state));
  });

  test('a success needs every one of them, and says how many', () => {
    const verdict = judgeGroup([
      member(1, decided('approved')),
      member(2, decided('ungoverned')),
      member(3, { kind: 'merged' }),
    ]);
    expect(verdict).toMatchObject({ outcome: 'success', title: 'All 3 pull requests of this group may be merged' });
  });

  test('the strictest is named, wherever it stands, and how many there are beside it', () => {
    const waiting = member(1, decided('waiting', 'Waiting for release-manager'));
    const rejected = member(3, decided('rejected', 'Rejected by ana'));
    const fine = member(2, decided('approved'));
    const expected = { outcome: 'failure', title: '#3: Rejected by ana (and 1 more)' };
    expect(judgeGroup([waiting, fine, rejected])).toMatchObject(expected);
    expect(judgeGroup([rejected, fine, waiting])).toMatchObject(expected);
    expect(judgeGroup([fine, waiting])).toMatchObject({ title: '#1: Waiting for release-manager' });
  });

  test('nothing is as strict as no decision', () => {
    const verdict = judgeGroup([member(1, decided('policy-invalid')), member(2, absent)]);
    expect(verdict.title).toBe('#2: It is closed (and 1 more)');
    expect(judgeGroup([member(2, absent)])).toMatchObject({ outcome: 'failure', checks: [] });
  });

  test('each is named with its state and one sentence, harmless in Markdown', () => {
    const { summary } = judgeGroup([
      member(1, decided('approved', 'Approved: 2 of 2 stages complete')),
      member(2, decided('rejected', 'Rejected: <b> @everyone')),
      member(3, absent),
    ]);
    expect(summary).toContain('- #1 **approved**: Approved: 2 of 2 stages complete');
    expect(summary).toContain('- #2 **rejected**: Rejected: &lt;b&gt; @\u200beveryone');
    expect(summary).toContain('- #3 **not permitted**: It is closed');
  });

  test('it has the checks of all of them, each once', () => {
    const verdict = judgeGroup([
      member(1, decided('policy-invalid', 'x', ['countersign/staging', 'countersign/production'])),
      member(2, decided('approved')),
    ]);
    expect(verdict.checks).toEqual(['countersign/production', 'countersign/staging']);
  });

  test('a title that is too long is cut, and still says how many there are', () => {
    const { title } = judgeGroup([member(1, decided('waiting', 'w'.repeat(400))), member(2, decided('waiting'))]);
    expect([...title].length).toBeLessThanOrEqual(200);
    expect(judgeGroup([member(1, decided('waiting')), member(2, decided('rejected', 'r'.repeat(400)))]).title).toMatch(
      /\(and 1 more\)$/,
    );
  });

  test('a hundred long ones fit into what GitHub shows', () => {
    const many = Array.from({ length: 100 }, (_, index) => member(index, decided('waiting', '<'.repeat(300))));
    const [first, ...rest] = many;
    expect(first && judgeGroup([first, ...rest]).summary.length).toBeLessThan(65_535);
  });

  test('what cannot be told is a failure in words', () => {
    expect(unresolvedGroup('main has no merge queue')).toMatchObject({
      outcome: 'failure',
      title: 'Cannot tell what this group would merge: main has no merge queue',
      checks: [],
    });
  });
});
