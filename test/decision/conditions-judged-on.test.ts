import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/decision/facts.ts';
import { subjectOf } from '../../src/decision/subject.ts';
import {
  bot,
  type Changes,
  facts,
  head,
  listing,
  manifest,
  now,
  person,
  policy,
  settled,
  twoStages,
} from '../support/facts.ts';

const renamed = { path: 'b', status: 'renamed' } as const;
const added = { path: 'a', status: 'added' } as const;
const of = (changes: Changes) => subjectOf(facts(changes)).change;
const details = (items: readonly (typeof added | typeof renamed)[], total = items.length): Facts['lookups'] => ({
  files: { [head]: { at: now, ok: { items: items.map((file) => ({ ...file, blob: '1', patch: 'p' })), total } } },
});
const listed = (total: number, lookups: Facts['lookups'] = {}) => {
  const { files } = subjectOf({ ...facts({ lookups }), files: { items: [added], total } }).change;
  return [files.complete, files.count, files.list.map(({ path }) => path)];
};

describe('what conditions are judged on', () => {
  test.each<[string, Changes, object]>([
    ['a person', {}, { login: 'author', kind: 'human' }],
    ['a machine', { pull: { author: bot('robo') } }, { login: 'robo', kind: 'bot' }],
    [
      'an account that is gone, which may have been a person',
      { pull: { author: null } },
      { login: 'ghost', kind: 'human' },
    ],
  ])('the author is %s', (_, changes, author) => {
    expect(of(changes).author).toMatchObject(author);
  });

  test('where the head is', () => {
    expect([of({}).forkOwner, of({ pull: { forkOwner: 'mallory' } }).forkOwner]).toEqual([undefined, 'mallory']);
  });

  test('the teams of the author, as far as they were read', () => {
    const team = (...logins: readonly string[]) => ({ at: now, ok: { id: 77, members: logins.map(person) } });
    const teams = {
      'acme/all': team('ana', 'author'),
      'acme/other': team('ana', 'bo'),
      'acme/gone': { at: now, ok: null },
      'acme/hidden': { error: 'no' },
    };
    const known = [
      { team: 'acme/all', member: true },
      { team: 'acme/other', member: false },
      { team: 'acme/gone', member: false },
    ];
    expect(of({ lookups: { teams } }).author.teams).toEqual(known);
    const nobody = known.map(({ team: name }) => ({ team: name, member: false }));
    expect(of({ lookups: { teams }, pull: { author: null } }).author.teams).toEqual(nobody);
  });

  test.each<[string, number, Facts['lookups'], readonly unknown[]]>([
    ['all of them', 1, {}, [true, 1, ['a']]],
    ['a part', 2, {}, [false, 2, ['a']]],
    [
      'a part, and then all',
      2,
      details([added, { ...added, path: 'c' } as unknown as typeof added]),
      [true, 2, ['a', 'c']],
    ],
    ['a part, and then fewer than GitHub counts', 3, details([added]), [false, 3, ['a']]],
    ['a part, and then a part of more', 2, details([added], 5), [false, 5, ['a']]],
    ['a file that was renamed, without its old name', 2, details([added, renamed]), [false, 2, ['a', 'b']]],
  ])('the files that change: %s', (_, total, lookups, expected) => {
    expect(listed(total, lookups)).toEqual(expected);
  });

  test('policy files that are known to be as they were', () => {
    const proposed = (kind: 'untouched' | 'valid') => ({ proposedPolicy: { [head]: { at: now, ok: { kind } } } });
    const untouched = (lookups: Facts['lookups']) => of({ lookups }).files.untouched;
    expect([untouched(proposed('untouched')), untouched(proposed('valid')), untouched({})]).toEqual([
      ['.github/countersign.yml'],
      [],
      [],
    ]);
  });
});

describe('a list of files that cannot be read to its end', () => {
  const sensitive = policy(`${twoStages}systems: { payments: { when: { paths: ["pay/**"] } } }\n`);
  const cut = (total: number, changes: Changes, read: number) => {
    const files = Array.from({ length: read }, (_, n) => ({
      path: `f${n}`,
      status: 'added' as const,
      blob: '1',
      patch: 'p',
    }));
    const lookups = { files: { [head]: { at: now, ok: listing(files) } } };
    return settled(sensitive, { ...facts(changes), files: { items: [added], total } }, { lookups });
  };

  test('holds it up, and says how much of it is missing', () => {
    const { state, reasons } = cut(5, {}, 3);
    expect([state, reasons.map(({ message }) => message)]).toEqual([
      'facts-incomplete',
      [
        'GitHub lists 3 of 5 changed files. Split the change: what cannot be read cannot be approved.',
        'What this change is cannot be said for certain without: files.',
      ],
    ]);
  });

  test('and read to its end does not', () => {
    expect(cut(3, {}, 3).state).toBe('waiting');
  });

  test('is not the reason to read policy files where there are none', () => {
    const without = cut(5, { repository: { policyPaths: [] } }, 3);
    expect([without.state, without.restsOn, without.wants]).toEqual(['facts-incomplete', [], []]);
  });
});

describe('who asked a machine for it', () => {
  const asking = (initiator: string) =>
    policy(twoStages.replace('{ labels: [remediation] }', `{ labels: [remediation] }\n    initiator: ${initiator}`));
  const robo = { author: bot('robo') };
  const before = { categories: ['remediation'], route: 'approval' as const, since: now };
  const history = { ...facts().history, governed: before };

  test.each<[string, string, Changes, string]>([
    ['must be named', 'required', { pull: robo }, 'incomplete'],
    ['need not be, where policy says so', 'none', { pull: robo }, 'waiting'],
    ['need not be, where it was a proposal before and is one', 'none', { pull: robo, history }, 'waiting'],
    [
      'must be named once it was a proposal and looks like none now',
      'none',
      { pull: robo, history, labels: [] },
      'incomplete',
    ],
    ['is nobody where a person proposes it', 'required', {}, 'waiting'],
    [
      'need not be for a change of policy',
      'required',
      { pull: robo, labels: [], files: ['.github/countersign.yml'] },
      'waiting',
    ],
    ['is named', 'required', { pull: { ...robo, body: manifest('initiator: cy') } }, 'waiting'],
  ])('%s', (_, initiator, changes, state) => {
    expect(settled(asking(initiator), facts(changes)).state).toBe(state);
  });

  test('is shown among the evidence', () => {
    const { evidence } = settled(asking('required'), facts({ pull: { ...robo, body: manifest('initiator: cy') } }));
    expect(evidence).toEqual([
      { kind: 'initiator', verified: true, code: null, message: 'Who asked for it is named.', shown: ['cy'] },
    ]);
  });

  test('is shown as it was written when it is nobody', () => {
    const given = facts({ pull: { ...robo, body: manifest('initiator: nobody-here') } });
    const { evidence, state } = settled(asking('required'), given, { missing: ['nobody-here'] });
    expect([state, evidence[0]?.code, evidence[0]?.shown]).toEqual([
      'incomplete',
      'initiator-unknown',
      ['nobody-here'],
    ]);
  });
});
