import { describe, expect, test } from 'vitest';
import { type Asked, askedOf, mostAsked, type Wish, wishOf } from '../../src/decision/asked.ts';
import { type AskedBefore, missing, superfluous } from '../../src/decision/asking.ts';
import type { Facts } from '../../src/decision/facts.ts';
import { approval, type Changes, facts, person, policy, said, settled, time, twoStages } from '../support/facts.ts';

const two = policy(twoStages);

function asked(given: Facts, draft = false): readonly string[] {
  return askedOf(settled(two, given), { draft }).map(({ account, stage }) => `${stage} ${account.login}`);
}

describe('who is asked', () => {
  test.each<[string, Changes, readonly string[]]>([
    ['the candidates of the stage that is open, never the author', {}, ['peer ana', 'peer bo']],
    ['those of the next when it opens', { reviews: [approval('bo')] }, ['release rita', 'release ana']],
    ['nobody when all seats are filled', { reviews: [approval('bo', '10:00'), approval('rita')] }, []],
    ['nobody about what is no proposal', { labels: [] }, []],
    [
      'nobody while a rejection stands',
      { reviews: [approval('bo', '11:00', { state: 'changes-requested', body: 'Too wide.' })] },
      [],
    ],
    [
      'nobody while it is deferred',
      {
        interventions: [
          said('bo', '11:00', { kind: 'defer', until: { kind: 'instant', at: time('23:00') }, because: '' }),
        ],
      },
      [],
    ],
  ])('%s', (_name, changes, expected) => {
    expect([...asked(facts(changes))].sort()).toEqual([...expected].sort());
  });

  test('nobody while it is a draft, whose seats are open all the same', () => {
    expect(asked(facts(), true)).toEqual([]);
    expect(wishOf(settled(two, facts()), { draft: true })?.open).toHaveLength(2);
  });

  test('nobody while evidence is missing: that comes first', () => {
    const strict = policy(twoStages.replace('  - name: a peer\n', '  - name: a peer\n    evidence: [rollback-plan]\n'));
    const decision = settled(strict, facts());
    expect([decision.state, askedOf(decision, { draft: false })]).toEqual(['incomplete', []]);
  });

  test('of a large team the fifteen with the lowest ids', () => {
    const many = Array.from({ length: 40 }, (_, index) => `p${index}`);
    const members = many.map((login) => `"user:${login}"`).join(', ');
    const large = policy(twoStages.replace('"user:ana", "user:bo", "user:author"', members));
    const people = askedOf(settled(large, facts()), { draft: false }).map(({ account }) => account.id);
    expect(people).toHaveLength(mostAsked);
    expect(people).toEqual([...people].sort((one, other) => one - other));
    expect(Math.max(...people)).toBeLessThan(person('p15').id);
  });
});

const ana = person('ana');
const bo = person('bo');

function wish(more: Partial<Wish> = {}): Wish {
  return { content: 'c1', ask: [ask(), ask({ account: bo })], open: [ana.id, bo.id], seated: [], ...more };
}

function ask(more: Partial<Asked> = {}): Asked {
  return { account: ana, stage: 'peer', because: ['peer'], lapsedAt: null, ...more };
}

function was(outcome: AskedBefore['outcome'], more: Partial<AskedBefore> = {}): AskedBefore {
  const key = { accountId: ana.id, login: 'ana', stage: 'peer', content: 'c1' };
  return { ...key, requestedAt: time('10:00'), outcome, ...more };
}

describe('nobody is told twice', () => {
  test.each<[string, readonly AskedBefore[], Partial<Asked>, boolean]>([
    ['who was never asked is', [], {}, true],
    ['who was asked is not', [was('asked')], {}, false],
    ['whom somebody else had asked is not', [was('shown')], {}, false],
    ['who is gone, or has removed their request, is not', [was('gone')], {}, false],
    ['whom we let go is, when the seat is open again', [was('withdrawn')], {}, true],
    ['when the answer was lost, it is looked at again', [was('asking')], {}, true],
    ['for another content everybody is', [was('asked', { content: 'c0' })], {}, true],
    ['for another stage everybody is', [was('asked', { stage: 'release' })], {}, true],
    ['whose approval has lapsed since is', [was('gone')], { lapsedAt: time('11:00') }, true],
    ['whose approval had lapsed before is not', [was('asked')], { lapsedAt: time('09:00') }, false],
    ['whom GitHub refused is not, for whatever', [was('refused', { content: 'c0' })], {}, false],
  ])('%s', (_name, before, more, expected) => {
    expect(missing(wish({ ask: [ask(more)] }), before).length === 1).toBe(expected);
  });

  test('what we asked for is taken back when nobody needs it, and nothing else', () => {
    const closed = wish({ ask: [], open: [] });
    const withdrawn = (before: AskedBefore) => superfluous(closed, [before]).withdraw.map(({ login }) => login);
    expect(withdrawn(was('asked'))).toEqual(['ana']);
    expect(withdrawn(was('asking'))).toEqual(['ana']);
    for (const outcome of ['shown', 'gone', 'withdrawn', 'refused'] as const)
      expect(withdrawn(was(outcome))).toEqual([]);
    expect(superfluous(wish({ ask: [] }), [was('asked')]).withdraw).toEqual([]);
    expect(superfluous(wish({ open: [], seated: [ana.id] }), [was('asked')])).toEqual({
      withdraw: [],
      fulfilled: [ana.id],
    });
  });
});
