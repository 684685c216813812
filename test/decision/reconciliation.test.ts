import { describe, expect, test } from 'vitest';
import type { Contributor } from '../../src/decision/history.ts';
import { reconcile, reconcileBy, type Statement } from '../../src/decision/reconciliation.ts';
import { epochOf } from '../../src/decision/time.ts';
import { hasBreakGlass } from '../../src/policy/policy.ts';
import { answered, bot, facts, now, person, policy, said, time, twoStages, type World } from '../support/facts.ts';

/** Rita broke the glass at eleven; the others have a day. */
const glass = said('rita', '11:00', { kind: 'break-glass', incident: 'INC-1', reason: 'down' });
const due = '2026-11-24T11:00:00Z';

function policyWith(require: string, more = '', within = '1d') {
  const loaded = policy(
    `${twoStages}${more}break-glass: { roles: [release-manager], reconcile-within: ${within}, require: [ ${require} ] }\n`,
  );
  const found = loaded.kind === 'valid' ? loaded.effective.layers[0].policy : undefined;
  if (found === undefined || !hasBreakGlass(found)) throw new Error('it has a glass');
  return found;
}

const one = policyWith('{ role: peer }');
const two = policyWith('{ role: peer, count: 2 }');
const both = policyWith('{ role: peer }, { role: release-manager }');
let ids = 100;

function stated(by: string | Statement['by'], verdict: Statement['verdict'], at = '11:30'): Statement {
  ids += 1;
  return { id: ids, by: typeof by === 'string' ? person(by) : by, at: time(at), verdict, rationale: 'seen' };
}

type Given = {
  readonly policy?: typeof one;
  readonly at?: string;
  readonly contributors?: readonly Contributor[];
  readonly world?: World;
  readonly by?: string;
};

function reconciled(statements: readonly Statement[], given: Given = {}) {
  const { at = now, world = {}, by = 'rita', contributors = [{ account: person('author'), as: 'author' }] } = given;
  return answered(facts({ at }), world, (current) =>
    reconcile({
      policy: given.policy ?? one,
      facts: current,
      passedAt: glass.at,
      letPass: [{ account: person(by), how: 'broke-the-glass' }],
      unknown: [],
      contributors,
      statements,
    }),
  );
}

/** The state, each seat with its holder and who could have it, and whose word has no effect. */
function told({ state, seats, rejectedBy, refused }: ReturnType<typeof reconcile>): readonly string[] {
  return [
    state,
    ...seats.map(({ label, filledBy, candidates }) =>
      [`${label}: ${filledBy?.login ?? '?'}`, ...candidates.map(({ login }) => login)].join(' '),
    ),
    ...(rejectedBy === null ? [] : [`no: ${rejectedBy.by.login}`]),
    ...refused.map(({ by, reason }) => `${by.login}: ${reason.message}`),
  ];
}

describe('who judges a broken glass', () => {
  test.each<[string, readonly Statement[], Given, readonly string[]]>([
    ['it waits for its seat, which the author has no part in', [], {}, ['open', 'peer: ? ana bo']],
    ['one approves', [stated('bo', 'approve')], {}, ['approved', 'peer: bo']],
    ['one of two approves', [stated('bo', 'approve')], { policy: two }, ['open', 'peer: bo', 'peer: ? ana bo']],
    [
      'both approve',
      [stated('bo', 'approve'), stated('ana', 'approve')],
      { policy: two },
      ['approved', 'peer: bo', 'peer: ana'],
    ],
    [
      'nobody holds two seats',
      [stated('ana', 'approve', '11:20')],
      { policy: both },
      ['open', 'peer: ana', 'release-manager: ? ana'],
    ],
    [
      'each takes the seat that is theirs',
      [stated('bo', 'approve'), stated('ana', 'approve')],
      { policy: both },
      ['approved', 'peer: bo', 'release-manager: ana'],
    ],
    ['one rejects', [stated('bo', 'reject')], {}, ['rejected', 'peer: ? ana bo', 'no: bo']],
    [
      'one rejects what is full',
      [stated('bo', 'approve'), stated('ana', 'reject')],
      {},
      ['rejected', 'peer: bo', 'no: ana'],
    ],
    [
      'of one person the last word counts',
      [stated('bo', 'reject'), stated('bo', 'approve')],
      {},
      ['approved', 'peer: bo'],
    ],
    [
      'whichever it is',
      [stated('bo', 'approve'), stated('bo', 'reject')],
      {},
      ['rejected', 'peer: ? ana bo', 'no: bo'],
    ],
    [
      'whoever broke it does not',
      [stated('ana', 'approve')],
      { by: 'ana' },
      ['open', 'peer: ? bo', 'ana: ana broke the glass for it. It is reconciled by other people.'],
    ],
    [
      'nor can they reject it',
      [stated('ana', 'reject')],
      { by: 'ana' },
      ['open', 'peer: ? bo', 'ana: ana broke the glass for it. It is reconciled by other people.'],
    ],
    [
      'whoever made the change does not',
      [stated('author', 'approve')],
      {},
      ['open', 'peer: ? ana bo', 'author: author opened this pull request. It is reconciled by other people.'],
    ],
    [
      'a machine does not',
      [stated(bot('robo'), 'approve')],
      {},
      ['open', 'peer: ? ana bo', 'robo: robo is not a person. It is reconciled by other people.'],
    ],
    [
      'nobody from outside its roles does',
      [stated('zoe', 'approve'), stated('cy', 'reject')],
      { policy: both },
      [
        'open',
        'peer: ? ana bo',
        'release-manager: ? ana',
        'zoe: You hold no seat of this reconciliation. It asks for: peer, release-manager.',
        'cy: You hold no seat of this reconciliation. It asks for: peer, release-manager.',
      ],
    ],
    [
      'nobody without permission does',
      [stated('bo', 'approve'), stated('ana', 'approve')],
      { world: { permissions: { bo: 'read' } } },
      ['approved', 'peer: ana', 'bo: bo has read permission here, and write is needed.'],
    ],
    [
      'nobody of whom it cannot be read does',
      [stated('bo', 'approve')],
      { world: { lookups: { people: { [person('bo').id]: { error: 'GitHub answered 403.' } } } } },
      ['open', 'peer: ? ana bo', 'bo: What you may do in this repository could not be read. Say it again later.'],
    ],
    [
      'nor is anybody asked who has none',
      [stated('bo', 'reject')],
      { world: { permissions: { bo: 'read' } } },
      ['open', 'peer: ? ana', 'bo: bo has read permission here, and write is needed.'],
    ],
  ])('%s', (_, statements, given, expected) => {
    expect(told(reconciled(statements, given))).toEqual(expected);
  });

  test('an exception lets nobody judge what they made', () => {
    const exception = '{ user: "user:author", may-approve-own: production, until: 2026-12-31, reason: RISK-1 }';
    const excepting = policyWith('{ role: peer }', `  exceptions: [ ${exception} ]\n`);
    expect(told(reconciled([stated('author', 'approve')], { policy: excepting }))[0]).toBe('open');
  });

  test('what is not known of them is wanted, and until then nobody counts', () => {
    const { wants, state } = reconcile({
      policy: one,
      facts: facts(),
      passedAt: glass.at,
      letPass: [{ account: person('rita'), how: 'broke-the-glass' }],
      contributors: [],
      unknown: [],
      statements: [stated('bo', 'approve')],
    });
    expect([state, wants.map(({ kind, key }) => `${kind} ${key}`)]).toEqual([
      'open',
      ['users ana', 'users bo', 'users author'],
    ]);
  });
});

describe('how long there is for it', () => {
  const backed = '{ role: release-manager }';

  test.each([
    ['a minute before its time', '2026-11-24T10:59:00Z', false, 'release-manager: ? ana'],
    ['when its time has come, and backups are called', due, true, 'release-manager: ? ana ruth'],
    ['later', '2026-11-30T11:00:00Z', true, 'release-manager: ? ana ruth'],
  ])('%s', (_, at, overdue, seat) => {
    const found = reconciled([], { policy: policyWith(backed), at });
    expect([found.overdue, found.dueAt, ...told(found)]).toEqual([overdue, due, 'open', seat]);
  });

  test('by the working time of its calendar', () => {
    const calendars = 'calendars: { office: { timezone: UTC, hours: { mon-fri: "09:00-17:00" } } }\n';
    const working = policyWith('{ role: peer }', calendars, '8h, calendar: office');
    expect(reconciled([], { policy: working }).dueAt).toBe(due);
    expect(reconciled([], { policy: policyWith('{ role: peer }', calendars, '8h') }).dueAt).toBe(time('19:00'));
  });

  test('none where the calendar never opens again', () => {
    const calendar = { name: 'shut', timezone: 'UTC', hours: [], holidays: [] };
    const shut = { ...one, breakGlass: { ...one.breakGlass, calendar: 'shut' }, calendars: [calendar] };
    expect(reconcileBy(shut, time('11:00'))).toBe(epochOf(time('11:00')));
    expect(reconciled([], { policy: shut }).overdue).toBe(true);
  });
});
