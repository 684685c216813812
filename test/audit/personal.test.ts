import { describe, expect, test } from 'vitest';
import { opened, sealed, wordsIn } from '../../src/audit/personal.ts';

const entry = {
  kind: 'decision',
  actor: { id: 9, login: 'sam', kind: 'user' },
  details: {
    state: 'waiting',
    title: 'Waiting for rita',
    rationale: '',
    command: { by: { id: 7, login: 'rita', kind: 'user' }, rationale: 'Not on a Friday.' },
    evidence: [{ kind: 'failure', shown: ['acme/shop#3', 'see rita'], count: 2 }],
    next: { author: ['Ask rita.'], approvers: [] },
    because: ['rule one'],
    seats: [
      { id: 'code:@acme/db @ada', label: 'code owner @acme/db @ada' },
      { id: 'role:code-reviewer', label: 'code-reviewer' },
    ],
    classification: { systems: [{ name: 'shop', because: ['rita is the author'] }] },
    restsOn: [
      { kind: 'users', key: 'rita' },
      { kind: 'teams', key: 'acme/owners' },
    ],
  },
};

describe('what names people or is written by them', () => {
  test('is found with whose it is, in one order', () => {
    expect(wordsIn(entry)).toEqual([
      { value: 'sam', account: 9 },
      { value: 'Waiting for rita', account: 9 },
      { value: 'rita', account: 7 },
      { value: 'Not on a Friday.', account: 7 },
      { value: 'acme/shop#3', account: 9 },
      { value: 'see rita', account: 9 },
      { value: 'Ask rita.', account: 9 },
      { value: 'code:@acme/db @ada', account: null },
      { value: 'code owner @acme/db @ada', account: null },
      { value: 'rita is the author', account: null },
      { value: 'rita', account: null },
    ]);
  });

  test('is replaced by commitments, and nothing else is', () => {
    const words = wordsIn(entry);
    let next = 0;
    const leaf = sealed(entry, ({ value }) => {
      expect(value).toBe(words[next]?.value);
      next += 1;
      return { commitment: `c${next}` };
    });
    expect(leaf).toEqual({
      kind: 'decision',
      actor: { id: 9, login: { commitment: 'c1' }, kind: 'user' },
      details: {
        state: 'waiting',
        title: { commitment: 'c2' },
        rationale: '',
        command: { by: { id: 7, login: { commitment: 'c3' }, kind: 'user' }, rationale: { commitment: 'c4' } },
        evidence: [{ kind: 'failure', shown: [{ commitment: 'c5' }, { commitment: 'c6' }], count: 2 }],
        next: { author: [{ commitment: 'c7' }], approvers: [] },
        because: ['rule one'],
        seats: [
          { id: { commitment: 'c8' }, label: { commitment: 'c9' } },
          { id: 'role:code-reviewer', label: 'code-reviewer' },
        ],
        classification: { systems: [{ name: 'shop', because: [{ commitment: 'c10' }] }] },
        restsOn: [
          { kind: 'users', key: { commitment: 'c11' } },
          { kind: 'teams', key: 'acme/owners' },
        ],
      },
    });
    const known = (commitment: string) => words[Number(commitment.slice(1)) - 1]?.value;
    expect(opened(leaf, known)).toEqual(entry);
    expect(opened({ login: { commitment: 'c99' } }, known)).toEqual({ login: '(erased)' });
  });
});
