import { expect, test } from 'vitest';
import type { AccountState, Line, RemarkCode } from '../../src/access-review/line.ts';
import { recordedLine } from '../../src/access-review/record.ts';
import { type Known, type ReviewInput, reviewOf } from '../../src/access-review/review.ts';
import { tableOf } from '../../src/access-review/table.ts';
import { wordsIn } from '../../src/audit/personal.ts';
import type { Account } from '../../src/decision/values.ts';
import { factsOf } from '../../src/findings/matter.ts';
import { policy } from '../policy/load.ts';
import { bot, head, now, person } from '../support/facts.ts';

const POLICY = `version: 1
stages: [peer]
roles:
  owner: { members: ["team:acme/owners", "user:ana"], backups: ["user:cy"] }
  manager: { members: ["user:rita", "user:svc-x"], backups: ["team:acme/deputies"] }
  nobody: { members: ["user:left"] }
rules: [{ name: a peer, require: { peer: [{ role: owner }] } }]
environments: { production: { base: [main] } }
segregation:
  shared-accounts: ["svc-*"]
  exceptions:
    - { user: "user:rita", may-approve-own: production, until: 2026-12-01, reason: "sole maintainer" }
    - { user: "user:ana", may-approve-own: production, until: 2026-11-01, reason: old }
    - { user: "user:left", may-approve-own: production, until: 2028-01-01, reason: far }
access-review: { every: 90d, reviewers: [{ role: manager }] }
`;

const at = now;
const ok = <Value>(value: Value) => ({ ok: value, at });
const team = (id: number, ...logins: string[]) => ok({ id, members: logins.map(person) });

function input(
  changes: Partial<ReviewInput> & { readonly users?: Readonly<Record<string, Account | null>> } = {},
): ReviewInput {
  const logins = ['ana', 'cy', 'rita', 'svc-x'];
  const users = { ...Object.fromEntries(logins.map((login) => [login, person(login)])), left: null, ...changes.users };
  const bare = factsOf({ id: 1, server: 'https://github.com', owner: 'acme', name: '.github' }, { head, at }, {});
  const lookups = {
    users: Object.fromEntries(Object.entries(users).map(([login, account]) => [login, ok(account)])),
    teams: { 'acme/owners': team(1, 'bo', 'ana'), 'acme/deputies': team(2, 'dee') },
  };
  const states = ['ana', 'bo', 'cy', 'dee', 'rita', 'svc-x'].map((login) => active(person(login)));
  return {
    policy: policy(POLICY),
    facts: { ...bare, lookups },
    nextAt: Date.parse(at) + 90 * 86_400_000,
    accounts: Object.fromEntries(states.map((state) => [`${state.id}`, state])),
    known: nothing,
    ...changes,
  };
}

const nothing: Known = { uses: [], proposals: [], delegations: [] };

function active({ id, kind }: Account, more: Partial<AccountState> = {}): AccountState {
  return { id, kind, state: 'active', member: true, ...more };
}

function holder(lines: readonly Line[], role: string, login: string) {
  const found = lines.find((line) => line.kind === 'holder' && line.role === role && line.person.login === login);
  if (found?.kind !== 'holder') throw new Error(`${login} does not hold ${role}`);
  return found;
}

const codes = ({ remarks }: Line): readonly RemarkCode[] => remarks.map(({ code }) => code);

test('a line for each person and role, members first, then backups; then names without anybody; then exceptions', () => {
  const { lines } = reviewOf(input());
  const shown = lines.map((line) => {
    if (line.kind === 'holder') return `${line.role} ${line.person.login} ${line.how.map((how) => how.kind).join('+')}`;
    if (line.kind === 'exception') return `exception ${line.login} ${line.until}`;
    return line.kind === 'name' ? `${line.role} ${line.name}` : line.role;
  });
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
  expect(shown).toEqual([
    'owner ana team+user',
    'owner bo team',
    'owner cy user',
    'manager rita user',
    'manager svc-x user',
    'manager dee team',
    'nobody',
    'nobody user:left',
    'exception rita 2026-12-01',
    'exception ana 2026-11-01',
    'exception left 2028-01-01',
  ]);
  expect(lines.map(codes)).toEqual([
    [],
    [],
    ['never-stood-in'],
    [],
    ['shared-account'],
    ['never-stood-in'],
    ['nobody'],
    ['nobody'],
    ['exception-ends'],
    ['exception-ended'],
    ['nobody'],
  ]);
});

test('what is not known yet is wanted, and nothing is said of anybody before', () => {
  const bare = input();
  const { wants, people } = reviewOf({ ...bare, facts: { ...bare.facts, lookups: {} } });
  expect(wants.map(({ kind, key }) => `${kind} ${key}`).sort()).toEqual([
    'teams acme/deputies',
    'teams acme/owners',
    'users ana',
    'users cy',
    'users left',
    'users rita',
    'users svc-x',
  ]);
  expect(people).toEqual([]);
});

test('a team that cannot be read, or is not there, has a line that says so, and is never taken for an empty one', () => {
  const bare = input();
  const teams = { 'acme/owners': { error: 'no' }, 'acme/deputies': ok(null) };
  const { lines } = reviewOf({ ...bare, facts: { ...bare.facts, lookups: { ...bare.facts.lookups, teams } } });
  const names = lines.filter(({ kind }) => kind === 'name');
  expect(names.map((line) => [line.kind === 'name' ? line.name : '', ...codes(line)])).toEqual([
    ['team:acme/owners', 'unread'],
    ['team:acme/deputies', 'nobody'],
    ['user:left', 'nobody'],
  ]);
});

test('a name that is held by another id than it was bound to lets nobody in', () => {
  const bare = input();
  const { lines } = reviewOf({ ...bare, facts: { ...bare.facts, bindings: { 'user:rita': 4711 } } });
  expect(lines.some((line) => line.kind === 'holder' && line.person.login === 'rita')).toBe(false);
  const name = lines.find((line) => line.kind === 'name' && line.name === 'user:rita');
  expect(name === undefined ? [] : codes(name)).toEqual(['nobody']);
});

test.each<[string, AccountState | undefined, readonly RemarkCode[]]>([
  ['is as it should be', active(person('rita')), []],
  ['is suspended', active(person('rita'), { state: 'suspended' }), ['suspended']],
  ['is gone', active(person('rita'), { state: 'gone', member: false }), ['gone']],
  ['has left', active(person('rita'), { member: false }), ['outsider']],
  ['is a bot', active(bot('rita'), { kind: 'bot' }), ['not-a-person']],
  ['could not be read', undefined, ['unread']],
])('an account that %s', (_, state, expected) => {
  const bare = input();
  const { lines } = reviewOf({ ...bare, accounts: { ...bare.accounts, [`${person('rita').id}`]: state } });
  expect(codes(holder(lines, 'manager', 'rita'))).toEqual(expected);
});

test('what is on record: the last use, proposals that the role had to sign, and seats that were handed over', () => {
  const [rita, bo, dee] = [person('rita'), person('bo'), person('dee')];
  const last = { what: 'signed', at: '2026-11-01T00:00:00Z', where: 'acme/shop#7' } as const;
  const known: Known = {
    uses: [
      { role: 'manager', account: rita.id, last, count: 3 },
      { role: 'manager', account: dee.id, last, count: 1 },
      { role: 'owner', account: rita.id, last, count: 9 },
    ],
    proposals: [{ role: 'owner', account: bo.id, count: 2, at: '2026-10-01T00:00:00Z', where: 'acme/shop#5' }],
    delegations: [{ role: null, from: person('ana'), to: bo, until: '2026-12-01T00:00:00Z', where: 'acme/shop#9' }],
  };
  const { lines } = reviewOf(input({ known }));
  expect(holder(lines, 'manager', 'rita')).toMatchObject({ lastUse: last, uses: 3, remarks: [] });
  expect(codes(holder(lines, 'manager', 'dee'))).toEqual([]);
  expect(holder(lines, 'owner', 'ana').lastUse).toBeNull();
  const conflict = holder(lines, 'owner', 'bo');
  expect(conflict.remarks[0]?.text).toContain(
    '2 changes that owner had to sign, the last one on 2026-10-01 (acme/shop#5)',
  );
  expect(conflict.how.at(-1)).toMatchObject({ kind: 'delegate', from: { login: 'ana' }, where: 'acme/shop#9' });
});

test('without a database nothing is said of uses, rather than that there were none', () => {
  const { lines } = reviewOf(input({ known: null }));
  const backup = holder(lines, 'owner', 'cy');
  expect('lastUse' in backup).toBe(false);
  expect(codes(backup)).toEqual([]);
  expect(tableOf(lines).lines[0]?.text).toContain('not known');
});

test('a name in what the ledger keeps stands nowhere but where it is committed to, with whose it is', () => {
  const { lines } = reviewOf(input());
  const recorded = lines.map(recordedLine);
  const words = wordsIn(recorded);
  const rest = JSON.stringify(recorded, (key, value) =>
    ['login', 'text', 'reason'].includes(key) ? undefined : value,
  );
  expect(rest).not.toMatch(/\b(ana|rita|svc-x|left|sole)\b/);
  expect(words.filter(({ value }) => value === 'rita').every(({ account }) => account === person('rita').id)).toBe(
    true,
  );
  expect(words.map(({ value }) => value)).toContain('sole maintainer');
});

test('a terminal is shown no control characters', () => {
  const text = POLICY.replace('"sole maintainer"', '"sole \\u001b[31m \\u202e maintainer"');
  const { lines } = reviewOf(input({ policy: policy(text) }));
  const shown = tableOf(lines).lines.flatMap((line) => [line.text, ...line.remarks]);
  for (const character of ['\u001b', '\u202e']) expect(shown.join('')).not.toContain(character);
});
