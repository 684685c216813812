import { describe, expect, test } from 'vitest';
import { evolve } from '../../src/decision/evolve.ts';
import { type History, noHistory, type Question } from '../../src/decision/history.ts';
import {
  approval,
  type Changes,
  facts,
  head,
  listing,
  policy,
  settled,
  sha,
  time,
  twoStages,
} from '../support/facts.ts';
import { toldOfPeople } from '../support/told.ts';

const kept = policy(`${twoStages}approvals: { stale: on-content-change }\n`);
const detail = (blob: string) => ({
  ok: listing([{ path: 'src/a.ts', status: 'modified' as const, blob, patch: 'p' }]),
  at: time('12:00'),
});
const files = (blob: string) => ({ lookups: { files: { [head]: detail(blob) } } });
const earlier = (): History => {
  const given = facts({ pull: { headSha: sha('b') }, at: time('09:00') });
  return evolve(noHistory, settled(kept, given, { lookups: { files: { [sha('b')]: detail('1') } } }));
};
const asked = (more: Partial<Question>): History => {
  const history = earlier();
  return { ...history, questions: history.questions.map((question) => ({ ...question, ...more })) };
};
const reviews = [approval('bo', '10:00', { delivered: sha('b') })];
const bo = (history: History, world = files('1'), changes: Changes = {}) =>
  toldOfPeople(settled(kept, facts({ history, reviews, ...changes }), world))[1];

describe('an approval of an earlier head', () => {
  const stale =
    'bo: (stale-commit) It was given on bbbbbbbbbb, and the head is now aaaaaaaaaa. Look at what changed and approve again.';

  test('holds while content and classification are the same', () => {
    expect(bo(earlier())).toBe('bo fills peer/role:peer#1');
  });

  test.each([
    ['the content is another', () => bo(earlier(), files('2'))],
    ['the content of the earlier head is not known', () => bo({ ...earlier(), fingerprints: [] })],
    ['the content of the present head is not known', () => bo(earlier(), { lookups: { files: {} } })],
    ['the environment is another', () => bo(earlier(), files('1'), { pull: { base: 'develop' } })],
    ['it was classified otherwise', () => bo(asked({ classification: 'other' }))],
    ['nothing was asked on its commit', () => bo(asked({ head: sha('c') }))],
    ['nothing was asked under its layer', () => bo(asked({ layer: 'other' }))],
  ])('does not hold when %s', (_, told) => {
    expect(told()).toBe(stale);
  });

  test('what is approved is the content where it can be known, and else the head', () => {
    expect(settled(policy(twoStages), facts()).content).toBe(head);
    expect(settled(kept, facts()).content).toBe(head);
    expect(settled(kept, facts(), files('1')).content).toMatch(/^[0-9a-f]{64}$/);
  });
});
