import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { evolve } from '../../src/decision/evolve.ts';
import { noHistory, type Rejection } from '../../src/decision/history.ts';
import type { Intervention } from '../../src/decision/intervention.ts';
import {
  approval,
  facts,
  head,
  listing,
  person,
  policy,
  said,
  settled,
  sha,
  time,
  twoStages,
} from '../support/facts.ts';

const repository = (approvals = '') => `version: 1
roles: { shop: { members: ["user:bo", "user:zoe"] } }
rules:
  - name: more
    require: { peer: [ { role: shop } ] }
${approvals}`;
const layered = policy(
  `${twoStages}approvals: { expire-after: 5h }\n`,
  repository('    approvals: { minimum-open: 6h, expire-after: 4h }\n'),
);

describe('of two layers the strictest is shown, and nothing of the other one is lost', () => {
  const decision = () => settled(layered, facts({ reviews: [approval('bo', '10:00'), approval('rita', '11:00')] }));

  test('what is shown', () => {
    const { state, layer, plan, sources } = decision();
    expect([state, layer, plan[0]?.seats.length]).toEqual(['waiting', 'organization-with-repository', 2]);
    expect(sources.map(({ file }) => file)).toEqual(['countersign.yml', '.github/countersign.yml']);
  });

  test('the first instant at which any layer changes', () => {
    expect(decision().reevaluateAt).toBe(time('14:00'));
    const late = policy(
      `${twoStages}approvals: { expire-after: 90m }\n`,
      repository('    approvals: { minimum-open: 6h }\n'),
    );
    const given = facts({ reviews: [approval('bo', '11:00'), approval('rita', '11:15')] });
    expect(settled(late, given).reevaluateAt).toBe(time('12:30'));
    const timeless = policy(twoStages, repository());
    expect(settled(timeless, facts()).reevaluateAt).toBe(null);
  });

  test('what it rests on, binds and remembers, each once', () => {
    const { restsOn, bindings, contributors, remember, wants } = decision();
    expect(wants).toEqual([]);
    expect(new Set(restsOn.map(({ kind, key }) => `${kind} ${key}`)).size).toBe(restsOn.length);
    expect(restsOn).toContainEqual({ kind: 'users', key: 'zoe' });
    expect(restsOn).toContainEqual({ kind: 'people', key: `${person('bo').id}`, login: 'bo' });
    expect(Object.keys(bindings).sort()).toEqual(
      ['ana', 'author', 'bo', 'rita', 'ruth', 'zoe'].map((login) => `user:${login}`).filter((name) => name in bindings),
    );
    expect(bindings['user:bo']).toBe(person('bo').id);
    const author = person('author');
    const helped = (['author', 'commit-author', 'committer', 'pusher'] as const).map((as) => ({ account: author, as }));
    expect(contributors).toEqual(helped);
    expect(remember.contributors).toEqual(helped);
    expect(remember.governed).toEqual({ categories: ['remediation'], route: 'approval', since: time('12:00') });
    expect(remember.questions.map(({ layer }) => layer)).toEqual(['organization', 'organization-with-repository']);
    expect(remember.openings.map(({ stage, at }) => [stage, at])).toEqual([['release', time('10:00')]]);
    expect([remember.rejections, remember.lifted]).toEqual([[], []]);
  });

  test('wants of both, each once', () => {
    const { wants } = decide(layered, facts());
    expect(wants.filter(({ key }) => key === 'bo')).toEqual([{ kind: 'users', key: 'bo' }]);
    expect(wants).toContainEqual({ kind: 'users', key: 'zoe' });
  });

  test('fingerprints once', () => {
    const kept = policy(`${twoStages}approvals: { stale: on-content-change }\n`, repository());
    const files = listing([{ path: 'src/a.ts', status: 'modified' as const, blob: '1', patch: 'p' }]);
    const lookups = { files: { [head]: { ok: files, at: time('12:00') } } };
    const { remember } = settled(kept, facts(), { lookups });
    expect(remember.fingerprints.map((entry) => entry.head)).toEqual([head]);
  });

  test('a rejection that one layer lifts stands while the other one does not', () => {
    const reject = said('bo', '11:30', { kind: 'reject', code: 'risk', rationale: 'no' }, { id: 42 });
    const withdraw = (by: string) => said(by, '11:40', { kind: 'withdraw', whose: person('bo').id, rationale: 'seen' });
    const withdrawn = (by: string) => settled(layered, facts({ interventions: [reject, withdraw(by)] }));
    const [first, both] = [withdrawn('zoe'), withdrawn('bo')];
    expect([first.remember.rejections.length, first.remember.lifted]).toEqual([1, []]);
    expect([both.remember.rejections.length, both.remember.lifted]).toEqual([0, ['command 42']]);
  });
});

describe('what is remembered', () => {
  const two = policy(twoStages);

  test('a question that was asked already is not asked again, whenever it was asked', () => {
    const first = evolve(noHistory, settled(two, facts({ at: time('09:00') })));
    const again = evolve(first, settled(two, facts({ history: first, at: time('10:00') })));
    expect(again.questions).toEqual(first.questions);
    const moved = facts({ history: again, pull: { headSha: sha('b') }, lookups: {} });
    expect(evolve(again, settled(two, moved)).questions.map((question) => question.head)).toEqual([head, sha('b')]);
  });

  test('each layer’s question is compared with its own', () => {
    const first = evolve(noHistory, settled(layered, facts({ at: time('09:00') })));
    expect(first.questions.map(({ layer }) => layer)).toEqual(['organization', 'organization-with-repository']);
    expect(evolve(first, settled(layered, facts({ history: first }))).questions).toEqual(first.questions);
  });

  test('a stage stays open for the same content and question', () => {
    const given = facts({ at: time('10:01'), reviews: [approval('bo', '10:00')] });
    const history = evolve(noHistory, settled(two, given));
    expect(history.openings.map(({ stage, at }) => [stage, at])).toEqual([['release', time('10:00')]]);
    const later = (more: object) =>
      settled(two, { ...facts({ reviews: [approval('ana', '11:30'), approval('rita', '10:30')] }), ...more });
    expect(later({ history }).plan[1]?.openedAt).toBe(time('10:00'));
    expect(later({}).plan[1]?.openedAt).toBe(time('11:30'));
    const other = (changes: object) => ({
      ...history,
      openings: history.openings.map((entry) => ({ ...entry, ...changes })),
    });
    expect(later({ history: other({ content: sha('c') }) }).plan[1]?.openedAt).toBe(time('11:30'));
    expect(later({ history: other({ question: 'other' }) }).plan[1]?.openedAt).toBe(time('11:30'));
    expect(evolve(history, later({ history })).openings).toEqual(history.openings);
  });

  const recorded = (more: Partial<Rejection> = {}): Rejection => ({
    id: 42,
    source: 'command',
    by: person('bo'),
    stage: 'peer',
    code: 'risk',
    rationale: 'no',
    at: time('09:30'),
    ...more,
  });
  const reject = (id: number) => said('bo', '09:30', { kind: 'reject', code: 'risk', rationale: 'no' }, { id });
  const withdraw = (by: string) => said(by, '11:40', { kind: 'withdraw', whose: person('bo').id, rationale: 'seen' });

  const cases: readonly (readonly [string, Rejection[], Intervention[], readonly number[]])[] = [
    ['once, with its command', [recorded()], [reject(42)], [42]],
    ['beside another command', [recorded()], [reject(43)], [42, 43]],
    ['beside the review of the same number', [recorded({ source: 'review' })], [reject(42)], [42, 42]],
    ['until it is withdrawn by an approver of its stage', [recorded()], [withdraw('ana')], []],
    ['though an approver of another stage withdraws it', [recorded()], [withdraw('rita')], [42]],
    [
      'until anybody withdraws it whose stage is there, when its own is not',
      [recorded({ stage: 'gone' })],
      [withdraw('rita')],
      [],
    ],
    ['though somebody withdraws it who is no approver', [recorded({ stage: 'gone' })], [withdraw('zoe')], [42]],
  ];
  test.each(cases)('a rejection stands %s', (_, rejections, interventions, standing) => {
    const decision = settled(two, facts({ history: { ...noHistory, rejections }, interventions }));
    expect(decision.rejections.map(({ id }) => id)).toEqual(standing);
  });
});
