import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { evolve } from '../../src/decision/evolve.ts';
import { noHistory } from '../../src/decision/history.ts';
import { strictest } from '../../src/decision/strictest.ts';
import {
  approval,
  bot,
  codesOf,
  commit,
  facts,
  head,
  holders,
  listing,
  manifest,
  person,
  policy,
  reasonCodes,
  said,
  settled,
  sha,
  time,
  twoStages,
} from '../support/facts.ts';

const two = policy(twoStages);
const both = () => [approval('bo', '10:00'), approval('rita', '11:00')];

describe('what is governed', () => {
  test('a pull request that no proposal condition matches is not', () => {
    const decision = settled(two, facts({ labels: [] }));
    expect([decision.state, decision.title, decision.check]).toEqual([
      'ungoverned',
      'Not a remediation proposal',
      'countersign/production',
    ]);
    expect(decision.gate).toEqual({ status: 'completed', conclusion: 'success' });
  });

  test('without a policy nothing is published', () => {
    expect(decide({ kind: 'none' }, facts())).toMatchObject({ state: 'ungoverned', check: null, checks: [] });
  });

  test('T20 T41 what was governed once stays governed', () => {
    const first = settled(two, facts());
    const history = evolve(noHistory, first);
    expect(settled(two, facts({ labels: [], history })).state).toBe('waiting');
  });

  test('T13 the check is named after the environment of the base', () => {
    const decision = settled(two, facts({ pull: { base: 'develop' }, reviews: [approval('bo')] }));
    expect([decision.check, decision.state]).toEqual(['countersign/staging', 'approved']);
    expect(settled(two, facts({ pull: { base: 'elsewhere' } })).check).toBe('countersign/unclassified');
  });
});

describe('what fails closed', () => {
  test('T46 an invalid policy fails every check of ours', () => {
    const effective = two.kind === 'valid' ? two.effective : undefined;
    const decision = decide(
      { kind: 'invalid', problems: ['line 1: no'], sources: [], lastValid: effective },
      facts({ reviews: both() }),
    );
    expect(decision.state).toBe('policy-invalid');
    expect(decision.checks).toEqual(['countersign/production', 'countersign/staging']);
  });

  test('a pull request that only mends the policy is decided under the last valid one', () => {
    const lastValid = two.kind === 'valid' ? two.effective : undefined;
    const invalid = { kind: 'invalid', problems: ['line 1: no'], sources: [], lastValid } as const;
    const mending = facts({ files: ['.github/countersign.yml'], labels: [] });
    const decision = settled(invalid, mending);
    expect(decision.state).toBe('waiting');
    expect(decision.plan.map(({ name, seats }) => [name, seats.length])).toEqual([['release', 2]]);
    const spoiling = {
      proposedPolicy: { [head]: { ok: { kind: 'invalid' as const, problems: ['line 2'] }, at: time('12:00') } },
    };
    expect(settled(invalid, { ...mending, lookups: spoiling }).state).toBe('policy-invalid');
  });

  test('T46 a pull request that makes a policy invalid fails too', () => {
    const lookups = {
      proposedPolicy: { [head]: { ok: { kind: 'invalid' as const, problems: ['line 2: no'] }, at: time('12:00') } },
    };
    const decision = settled(two, facts({ files: ['.github/countersign.yml'], lookups }));
    expect([decision.state, reasonCodes(decision)]).toEqual(['policy-invalid', ['proposed-policy-invalid']]);
  });

  test('a lookup that failed is said in its words, and one that is absent is a want', () => {
    const given = facts({ reviews: both() });
    const wanting = decide(two, given);
    expect(wanting.state).toBe('facts-incomplete');
    expect(wanting.wants).toContainEqual({ kind: 'users', key: 'rita' });
    const failing = settled(two, { ...given, lookups: { users: { rita: { error: 'GitHub answered 502.' } } } });
    expect([failing.state, failing.wants, failing.reasons]).toEqual([
      'facts-incomplete',
      [],
      [{ code: 'fact-unreadable', message: 'GitHub answered 502.' }],
    ]);
  });

  test.each(['files', 'commits', 'reviews'] as const)('T23 truncated %s', (kind) => {
    const sensitive = policy(`${twoStages}systems: { payments: { when: { paths: ["pay/**"] } } }\n`);
    const given = facts({ reviews: both() });
    const cut = { ...given, [kind]: { ...given[kind], total: 3001 } };
    const full = { ok: { items: [], total: 3001 }, at: time('12:00') };
    const lookups = { [kind]: { [kind === 'reviews' ? 'pull' : head]: full } };
    const decision = settled(sensitive, { ...cut, lookups });
    expect([decision.state, reasonCodes(decision)[0]]).toEqual(['facts-incomplete', 'fact-truncated']);
  });

  test('an enormous pull request that policy does not care about is not held up', () => {
    const given = facts({ labels: [] });
    const enormous = { ...given, files: { ...given.files, total: 90_000 } };
    const lookups = {
      files: { [head]: { ok: { items: [], total: 90_000 }, at: time('12:00') } },
      proposedPolicy: { [head]: { ok: { kind: 'untouched' as const }, at: time('12:00') } },
    };
    expect(settled(two, { ...enormous, lookups }).state).toBe('ungoverned');
  });
});

const evidence = policy(
  `${twoStages.replace(
    '    require: { peer: [ { role: peer } ] }',
    '    require: { peer: [ { role: peer } ] }\n    evidence: [failure, validation, services]',
  )}evidence: { validation: { workflows: [ci.yml] } }\nsystems: { payments: { when: { paths: ["src/**"] } } }\n`,
);
const told = 'failure: https://github.com/acme/shop/actions/runs/1100\nservices: [payments]';
const world = { runs: { 'acme/shop/1100': { id: 1100, conclusion: 'failure' } }, validations: [{}] };

describe('evidence', () => {
  const unverifiedOf = (body: string, more = {}, around = {}) => {
    const decision = settled(evidence, facts({ pull: { body: manifest(body) }, reviews: both(), ...more }), {
      ...world,
      ...around,
    });
    return [decision.state, ...decision.evidence.filter(({ verified }) => !verified).map(({ kind }) => kind)];
  };

  test.each([
    ['all of it', told, {}, {}, ['approved']],
    [
      'T31 a run that did not fail',
      told,
      {},
      { runs: { 'acme/shop/1100': { conclusion: 'success' } } },
      ['incomplete', 'failure'],
    ],
    ['T31 a run elsewhere', told.replace('acme/shop', 'acme/other'), {}, {}, ['incomplete', 'failure']],
    [
      'T30 an internal address',
      told.replace('https://github.com/', 'http://10.0.0.1/'),
      {},
      {},
      ['incomplete', 'failure'],
    ],
    [
      'T30 a look-alike host',
      told.replace('github.com/', 'github.com.evil.example/'),
      {},
      {},
      ['incomplete', 'failure'],
    ],
    [
      'T31 validation of another commit',
      told,
      {},
      { validations: [{ headSha: sha('c') }] },
      ['incomplete', 'validation'],
    ],
    [
      'T31 validation by another workflow',
      told,
      {},
      { validations: [{ workflow: '.github/workflows/other.yml' }] },
      ['incomplete', 'validation'],
    ],
    [
      'a newer run that failed',
      told,
      {},
      { validations: [{}, { id: 1300, conclusion: 'failure', startedAt: time('09:30') }] },
      ['incomplete', 'validation'],
    ],
    [
      'T43 a workflow that the proposal changes',
      told,
      { files: ['src/a.ts', '.github/workflows/ci.yml'] },
      {},
      ['incomplete', 'validation'],
    ],
    [
      'a touched system that is not declared',
      told.replace('[payments]', '[billing]'),
      {},
      {},
      ['incomplete', 'services'],
    ],
    ['no manifest', '', { pull: { body: '' } }, {}, ['incomplete', 'manifest', 'failure', 'services']],
  ] as const)('%s', (_, body, more, around, expected) => {
    expect(unverifiedOf(body, more, around)).toEqual(expected);
  });

  test('a manifest that does not parse is answered with line and column', () => {
    const decision = settled(evidence, facts({ pull: { body: manifest('failure: x\nrunz: [1]') } }), world);
    expect(decision.evidence[0]).toMatchObject({ kind: 'manifest', code: 'manifest-invalid' });
    expect(decision.evidence[0]?.shown[0]).toMatch(/^line \d+, column \d+: unknown key `runz`/);
  });

  test('T42 evidence swapped after the approval', () => {
    const before = facts({ pull: { body: manifest(told) }, reviews: [approval('bo', '10:00')], at: time('10:01') });
    const history = evolve(noHistory, settled(evidence, before, world));
    const swapped = { body: manifest(`${told}\nrollback: none`), bodyEditedAt: time('10:30') };
    const decision = settled(
      evidence,
      facts({
        ...before,
        history,
        pull: swapped,
        reviews: both(),
        files: ['src/a.ts'],
        labels: ['remediation'],
        commits: [commit(person('author'))],
        comments: [],
        at: time('12:00'),
      }),
      world,
    );
    expect([decision.state, codesOf(decision, 'bo')]).toEqual(['waiting', ['question-changed']]);
  });

  test('a person who may write supplies it in a comment', () => {
    const comment = { id: 1, author: person('zed'), body: manifest(told), createdAt: time('09:00'), editedAt: null };
    expect(settled(evidence, facts({ comments: [comment], reviews: both() }), world).state).toBe('approved');
    expect(
      settled(evidence, facts({ comments: [comment], reviews: both() }), { ...world, permissions: { zed: 'read' } })
        .state,
    ).toBe('incomplete');
  });

  test('approvals cite it where policy says so', () => {
    const citing = policy(
      `${twoStages.replace('{ peer: [ { role: peer } ] }', '{ peer: [ { role: peer } ] }\n    evidence: [failure]')}approvals: { cite-evidence: true }\n`,
    );
    const reviews = [
      approval('bo', '10:00', { body: 'run 1100 shows it' }),
      approval('rita', '11:00', { body: 'see 11000' }),
    ];
    const decision = settled(citing, facts({ pull: { body: manifest(told) }, reviews }), world);
    expect([decision.state, codesOf(decision, 'rita')]).toEqual(['waiting', ['evidence-not-cited']]);
  });
});

describe('initiators', () => {
  const machine = bot('fixer[bot]');
  const byMachine = (body: string, more = {}) =>
    facts({ pull: { author: machine, body }, commits: [commit(machine)], reviews: both(), ...more });

  test('T44 a machine that names nobody is incomplete', () => {
    expect(reasonCodes(settled(two, byMachine('')))).toEqual(['initiator-missing']);
    expect(reasonCodes(settled(two, byMachine(manifest('initiator: nemo')), { missing: ['nemo'] }))).toEqual([
      'initiator-unknown',
    ]);
  });

  test('T08 T44 everyone ever named is set apart', () => {
    const first = settled(two, byMachine(manifest('initiator: bo')));
    expect([first.state, codesOf(first, 'bo')]).toEqual(['waiting', ['initiator']]);
    const second = settled(two, byMachine(manifest('initiator: zoe'), { history: evolve(noHistory, first) }));
    expect([second.state, codesOf(second, 'bo')]).toEqual(['waiting', ['initiator']]);
  });

  test('engineering-only is misrouted with any machine among the authors, and is an approval without', () => {
    const engineers = policy(
      twoStages.replace(
        'when: { labels: [remediation] }',
        'when: { labels: [remediation] }\n    route: engineering-only',
      ),
    );
    expect(settled(engineers, byMachine(manifest('initiator: zoe'))).state).toBe('misrouted');
    expect(
      settled(engineers, facts({ reviews: both(), commits: [commit(person('author')), commit(machine)] })).state,
    ).toBe('misrouted');
    expect(settled(engineers, facts({ reviews: both() })).state).toBe('approved');
  });
});

describe('rejections, deferrals, requests', () => {
  const asksForChanges = approval('ana', '10:30', { state: 'changes-requested', body: 'too wide' });

  test('a request for changes by an approver rejects, and stands until they approve', () => {
    const decision = settled(two, facts({ reviews: [...both(), asksForChanges] }));
    expect([decision.state, decision.rejections[0]?.rationale]).toEqual(['rejected', 'too wide']);
    expect(settled(two, facts({ reviews: [...both(), asksForChanges, approval('ana', '11:30')] })).state).toBe(
      'approved',
    );
    expect(settled(two, facts({ reviews: [...both(), { ...asksForChanges, author: person('zoe') }] })).state).toBe(
      'approved',
    );
  });

  test('in one second the review with the larger id is the later one', () => {
    const earlier = approval('ana', '10:30');
    const rejecting = approval('ana', '10:30', { state: 'changes-requested', body: 'too wide' });
    const later = approval('ana', '10:30');
    const [, ...others] = both();
    expect(settled(two, facts({ reviews: [...others, earlier, rejecting] })).state).toBe('rejected');
    expect(settled(two, facts({ reviews: [...others, rejecting, later] })).rejections).toEqual([]);
  });

  test('an approval lifts one’s own rejection for good', () => {
    const later = approval('ana', '11:30', { state: 'dismissed' });
    const given = facts({ reviews: [...both(), asksForChanges, later] });
    const deliveredReviews = given.deliveredReviews.map((review) =>
      review.id === later.id ? { ...review, state: 'approved' as const } : review,
    );
    expect(settled(two, { ...given, deliveredReviews }).state).toBe('approved');
  });

  test('T40 a dismissal by the author changes nothing, one by an approver with a reason lifts it', () => {
    const dismissed = { ...asksForChanges, state: 'dismissed' as const };
    const dismissedBy = (login: string, message: string) =>
      facts({
        reviews: [...both(), dismissed],
        deliveredReviews: [...facts({ reviews: [...both(), asksForChanges] }).deliveredReviews],
        dismissals: [
          { reviewId: dismissed.id, by: person(login), previousState: 'changes-requested', message, at: time('11:00') },
        ],
      });
    expect(settled(two, dismissedBy('author', 'fixed')).state).toBe('rejected');
    expect(settled(two, dismissedBy('bo', '')).state).toBe('rejected');
    expect(settled(two, dismissedBy('rita', 'wrong stage')).state).toBe('rejected');
    const bo = dismissedBy('bo', 'agreed with ana');
    expect(settled(two, bo).rejections).toEqual([]);
  });

  test('once lifted, a rejection does not come back when whoever lifted it leaves', () => {
    const reject = said('bo', '11:30', { kind: 'reject', code: 'risk', rationale: 'no' }, { id: 42 });
    const withdraw = said('ana', '11:40', { kind: 'withdraw', whose: person('bo').id, rationale: 'seen' });
    const given = facts({ reviews: both(), interventions: [reject, withdraw] });
    const lifted = settled(two, given);
    expect(lifted.state).toBe('approved');
    const history = evolve(noHistory, lifted);
    expect(settled(two, { ...given, history }, { suspended: ['ana'] }).rejections).toEqual([]);
    expect(settled(two, given, { suspended: ['ana'] }).state).toBe('rejected');
  });

  test('by command, withdrawn by who said it', () => {
    const reject = said('bo', '11:30', { kind: 'reject', code: 'risk', rationale: 'no rollback' });
    expect(settled(two, facts({ reviews: both(), interventions: [reject] })).state).toBe('rejected');
    const withdraw = said('bo', '11:40', { kind: 'withdraw', whose: null, rationale: '' });
    expect(settled(two, facts({ reviews: both(), interventions: [reject, withdraw] })).state).toBe('approved');
    const stranger = said('zoe', '11:30', { kind: 'reject', code: 'risk', rationale: 'no' });
    const decision = settled(two, facts({ reviews: both(), interventions: [stranger] }));
    expect([decision.state, decision.refused[0]?.reason.code]).toEqual(['approved', 'not-entitled']);
  });

  test('deferrals end by themselves', () => {
    const defer = said('bo', '11:00', {
      kind: 'defer',
      until: { kind: 'instant', at: time('13:00') },
      because: 'lunch',
    });
    const decision = settled(two, facts({ reviews: both(), interventions: [defer] }));
    expect([decision.state, decision.reevaluateAt]).toEqual(['deferred', time('13:00')]);
    expect(settled(two, facts({ reviews: both(), interventions: [defer], at: time('13:00') })).state).toBe('approved');
    const until = said(
      'bo',
      '11:00',
      {
        kind: 'defer',
        until: { kind: 'reference', reference: 'acme/shop#9' },
        because: '',
      },
      { taken: true },
    );
    const issue = (state: 'open' | 'merged') => ({ issues: { 'acme/shop#9': { state, title: '', url: '' } } });
    expect(settled(two, facts({ reviews: both(), interventions: [until] }), issue('open')).state).toBe('deferred');
    expect(settled(two, facts({ reviews: both(), interventions: [until] }), issue('merged')).state).toBe('approved');
  });

  test('validation that was asked for must be newer than the request', () => {
    const ask = said('bo', '11:30', { kind: 'request-validation', what: 'load test' });
    const asked = facts({ pull: { body: manifest(told) }, reviews: both(), interventions: [ask] });
    expect(settled(evidence, asked, world).state).toBe('incomplete');
    expect(settled(evidence, asked, { ...world, validations: [{ startedAt: time('11:45') }] }).state).toBe('approved');
  });

  test('a narrower scope waits for a new head and for who asked', () => {
    const ask = said('ana', '09:00', { kind: 'narrow-scope', what: 'only payments' });
    expect(reasonCodes(settled(two, facts({ reviews: both(), interventions: [ask] })))).toEqual([
      'narrower-scope-requested',
    ]);
    const older = said('ana', '09:00', { kind: 'narrow-scope', what: 'only payments' }, { head: sha('b') });
    expect(settled(two, facts({ reviews: [...both(), approval('ana', '11:30')], interventions: [older] })).state).toBe(
      'approved',
    );
  });
});

describe('time', () => {
  const frozen = (approvers: string) =>
    policy(`${twoStages}freezes:
  - { name: stop, from: "2026-11-23T00:00", to: "2026-11-24T00:00", timezone: Europe/Zurich, environments: [production]${approvers} }
`);

  test('a freeze holds, says until when, and its approvers let one proposal through', () => {
    const decision = settled(frozen(''), facts({ reviews: both() }));
    expect([decision.state, decision.reevaluateAt]).toEqual(['held', time('23:00')]);
    const lifted = frozen(', approvers: [ { role: peer } ]');
    expect(settled(lifted, facts({ reviews: both() })).state).toBe('held');
    expect(settled(lifted, facts({ reviews: [...both(), approval('ana', '11:30')] })).state).toBe('approved');
    expect(settled(frozen(''), facts({ reviews: both(), pull: { base: 'develop' } })).state).toBe('approved');
  });

  test('T39 a window is open by the clocks of its zone, on both sides of a change of clocks', () => {
    const windowed =
      policy(`${twoStages.replace('    require: { release:', '    window: work\n    require: { release:')}calendars: { office: { timezone: Europe/Zurich, hours: { mon-sun: "09:00-17:00" } } }
windows: { work: { calendar: office } }
`);
    const stateAt = (at: string) =>
      settled(windowed, facts({ at, reviews: [], labels: ['remediation'] })).holds.map(({ until }) => until);
    expect(stateAt('2026-10-24T07:00:00Z')).toEqual([]);
    expect(stateAt('2026-10-25T07:00:00Z')).toEqual(['2026-10-25T08:00:00Z']);
    expect(stateAt('2026-10-25T08:00:00Z')).toEqual([]);
    expect(stateAt('2026-10-25T15:59:59Z')).toEqual([]);
    expect(stateAt('2026-10-25T16:00:00Z')).toEqual(['2026-10-26T08:00:00Z']);
  });

  test('minimum open time', () => {
    const slow = policy(`${twoStages}approvals: { minimum-open: 6h }\n`);
    const decision = settled(slow, facts({ reviews: both() }));
    expect([decision.state, decision.reevaluateAt]).toEqual(['held', time('14:00')]);
  });
});

describe('seats', () => {
  test('nobody can fill a seat: backups become active; without any it is unfillable', () => {
    const decision = settled(
      two,
      facts({
        reviews: [approval('bo', '10:00'), approval('ruth', '11:00')],
        commits: [commit(person('rita')), commit(person('ana'))],
      }),
    );
    expect([decision.state, holders(decision)]).toEqual([
      'approved',
      ['peer/role:peer#1 bo', 'release/role:release-manager#1 ruth'],
    ]);
    const alone = settled(two, facts({ commits: [commit(person('bo')), commit(person('ana'))] }));
    expect([alone.state, reasonCodes(alone)]).toEqual(['unfillable', ['seat-unfillable']]);
    expect(alone.plan[0]?.seats[0]?.out.map(({ account }) => account.login).sort()).toEqual(['ana', 'author', 'bo']);
  });

  test('backups are not active without need, and are while a member is away', () => {
    const reviews = [approval('bo', '10:00'), approval('ruth', '11:00')];
    expect(codesOf(settled(two, facts({ reviews })), 'ruth')).toEqual(['not-a-member']);
    const away = said('rita', '09:00', { kind: 'away', until: time('18:00') });
    expect(settled(two, facts({ reviews, interventions: [away] })).state).toBe('approved');
  });

  test('when a stage is overdue its backups are active', () => {
    const timed = policy(
      twoStages.replace('    require: { release:', '    sla: { release: 30m }\n    require: { release:'),
    );
    const reviews = [approval('bo', '10:00'), approval('ruth', '10:10')];
    const before = settled(timed, facts({ reviews, at: time('10:20') }));
    expect([before.state, before.reevaluateAt, before.plan[1]?.dueAt]).toEqual([
      'waiting',
      time('10:30'),
      time('10:30'),
    ]);
    expect(
      settled(
        timed,
        facts({ reviews: [approval('bo', '10:00')], at: time('10:30') }),
      ).plan[1]?.seats[0]?.candidates.map(({ login }) => login),
    ).toContain('ruth');
  });

  test('who may do too little is found out before the seat is called fillable', () => {
    const decision = settled(two, facts({ reviews: [approval('bo', '10:00')] }), {
      permissions: { rita: 'read', ana: 'triage', ruth: 'none' },
    });
    expect([decision.state, decision.plan[1]?.seats[0]?.out.map(({ reasons }) => reasons[0]?.code)]).toEqual([
      'unfillable',
      ['no-permission', 'no-permission', 'no-permission'],
    ]);
  });

  test('owners of systems cover them, with an approval that holds a role seat too', () => {
    const owned = policy(
      `${twoStages.replace('[ { role: peer } ]', '[ { role: peer }, { owners: systems } ]')}systems: { payments: { when: { paths: ["src/**"] }, owners: ["team:acme/payments"] } }\n`,
    );
    expect(settled(owned, facts({ reviews: both() }), { teams: { 'acme/payments': ['zoe'] } }).state).toBe('waiting');
    expect(settled(owned, facts({ reviews: both() }), { teams: { 'acme/payments': ['bo', 'zoe'] } }).state).toBe(
      'approved',
    );
  });

  test('owners of code by CODEOWNERS at the base', () => {
    const owned = policy(twoStages.replace('[ { role: peer } ]', '[ { role: peer }, { owners: code } ]'));
    const lookups = (text: string) => ({
      codeowners: { [sha('0')]: { ok: { path: 'CODEOWNERS', text }, at: time('12:00') } },
    });
    expect(settled(owned, facts({ reviews: both() }), { lookups: lookups('* @zoe\n/src/ @bo') }).state).toBe(
      'approved',
    );
    expect(settled(owned, facts({ reviews: both() }), { lookups: lookups('* @zoe') }).state).toBe('waiting');
    expect(settled(owned, facts({ reviews: both() }), { lookups: lookups('/src/ bo') }).state).toBe('facts-incomplete');
  });
});

describe('exceptions and the glass', () => {
  const excepted = policy(
    twoStages.replace(
      'segregation:',
      'segregation:\n  exceptions: [ { user: "user:author", may-approve-own: production, until: 2026-12-31, reason: "RISK-1" } ]',
    ),
  );

  test('an exception lifts what one person did, by command, and is named', () => {
    const own = said('author', '09:00', { kind: 'approve-own', rationale: 'alone here' });
    const decision = settled(excepted, facts({ interventions: [own], reviews: [approval('rita')] }));
    expect([decision.state, decision.exceptions.length]).toEqual(['approved', 1]);
    expect(settled(two, facts({ interventions: [own], reviews: [approval('rita')] })).state).toBe('waiting');
    expect(
      settled(excepted, facts({ interventions: [own], reviews: [approval('rita')], at: '2027-01-01T00:00:00Z' })).state,
    ).toBe('waiting');
  });

  test('T33 the glass is broken for this head, by a member who is no contributor', () => {
    const glass = policy(
      `${twoStages}break-glass: { roles: [release-manager], reconcile-within: 1d, require: [ { role: peer } ] }\n`,
    );
    const breaks = (login: string, more = {}) =>
      said(login, '11:00', { kind: 'break-glass', incident: 'INC-1', reason: 'down' }, more);
    expect(settled(glass, facts({ interventions: [breaks('rita')] })).state).toBe('overridden');
    expect(settled(glass, facts({ interventions: [breaks('rita', { head: sha('b') })] })).state).toBe('waiting');
    expect(settled(glass, facts({ interventions: [breaks('rita')], commits: [commit(person('rita'))] })).state).toBe(
      'waiting',
    );
    expect(settled(glass, facts({ interventions: [breaks('bo')] })).refused).toHaveLength(1);
  });
});

describe('several decisions', () => {
  test('T14 the strictest of those that share a head', () => {
    const lax = settled(two, facts({ labels: [] }));
    const strict = settled(two, facts());
    expect(strictest([lax, strict])).toBe(strict);
    expect(strictest([strict, lax])).toBe(strict);
  });

  test('T11 a repository policy only tightens: each layer decides by itself', () => {
    const tightened = policy(
      twoStages,
      'version: 1\nrules:\n  - name: more\n    require: { peer: [ { role: peer, count: 2 } ] }\n',
    );
    expect(settled(tightened, facts({ reviews: both() })).state).toBe('waiting');
    expect(settled(tightened, facts({ reviews: [approval('ana', '09:00'), ...both()] })).state).toBe('approved');
  });

  test('a fact that is missing leaves no question behind', () => {
    const decision = settled(two, { ...facts(), lookups: { users: { rita: { error: 'GitHub answered 502.' } } } });
    expect([decision.state, decision.remember.questions]).toEqual(['facts-incomplete', []]);
  });

  test('approvals survive a clean rebase where policy says so, and die with any edit', () => {
    const kept = policy(`${twoStages}approvals: { stale: on-content-change }\n`);
    const detail = (blob: string, mode?: string) => ({
      ok: listing([
        { path: 'src/a.ts', status: 'modified' as const, blob, patch: 'p', ...(mode === undefined ? {} : { mode }) },
      ]),
      at: time('12:00'),
    });
    const before = facts({
      pull: { headSha: sha('b') },
      reviews: [approval('bo', '10:00', { delivered: sha('b') })],
      at: time('10:01'),
    });
    const history = evolve(
      noHistory,
      settled(kept, before, { lookups: { files: { [sha('b')]: detail('1', '100644') } } }),
    );
    const after = facts({
      history,
      reviews: [approval('bo', '10:00', { delivered: sha('b') }), approval('rita', '11:00')],
    });
    expect(settled(kept, after, { lookups: { files: { [head]: detail('1', '100644') } } }).state).toBe('approved');
    for (const other of [detail('2', '100644'), detail('1', '120000'), detail('1', '160000'), detail('1')]) {
      const edited = settled(kept, after, { lookups: { files: { [head]: other } } });
      expect([edited.state, codesOf(edited, 'bo')]).toEqual(['waiting', ['stale-commit']]);
    }
  });
});
