import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followUp } from '../../src/follow-up/follow-up.ts';
import type { RecordFacts } from '../../src/follow-up/record.ts';
import { storyOf } from '../../src/follow-up/story.ts';
import { caseCount } from '../support/cases.ts';
import { at, COMMIT, DUTY, deployment, facts, REVERT, run } from './facts.ts';

const OTHER = 'a'.repeat(40);
const verifyOnly = { ...DUTY, apply: null };
const applyOnly = { ...DUTY, verify: null };
const success = deployment('success', 10);
const smoke = run('success', 11, 20);
const gone = deployment('success', 40, { holds: [], sha: OTHER });
const revert = { pull: 9, commit: REVERT, mergedAt: at(60) };
const report = { by: 'ana', reason: 'it leaks', at: at(50) };

type Row = readonly [
  name: string,
  facts: RecordFacts,
  state: string,
  since: string,
  failure: string | null,
  again: string | null,
];

const table: readonly Row[] = [
  ['nothing is asked for', facts(0, { duties: [] }), 'closed', at(0), null, null],
  ['just merged', facts(1), 'merged', at(0), null, at(120)],
  [
    'a deployment of it is under way',
    facts(5, { deployments: [deployment('in_progress', 4)] }),
    'applying',
    at(0),
    null,
    at(120),
  ],
  ['a deployment of something else', facts(5, { deployments: [gone] }), 'merged', at(0), null, at(120)],
  [
    'another environment',
    facts(5, { deployments: [deployment('success', 4, { environment: 'staging' })] }),
    'merged',
    at(0),
    null,
    at(120),
  ],
  [
    'names of environments in any case',
    facts(12, { deployments: [{ ...success, environment: 'Production' }] }),
    'verifying',
    at(10),
    null,
    at(70),
  ],
  ['applied', facts(12, { deployments: [success] }), 'verifying', at(10), null, at(70)],
  [
    'applied, and nothing to verify',
    facts(12, { duties: [applyOnly], deployments: [success] }),
    'closed',
    at(10),
    null,
    null,
  ],
  ['verified', facts(30, { deployments: [success], runs: [smoke] }), 'closed', at(20), null, null],
  ['verified without deployments', facts(30, { duties: [verifyOnly], runs: [smoke] }), 'closed', at(20), null, null],
  [
    'a run on a commit without it',
    facts(30, { duties: [verifyOnly], runs: [{ ...smoke, holds: [] }] }),
    'verifying',
    at(0),
    null,
    at(60),
  ],
  [
    'a run that began before it was applied',
    facts(30, { deployments: [success], runs: [run('success', 9, 20)] }),
    'verifying',
    at(10),
    null,
    at(70),
  ],
  [
    'a run on what was not deployed',
    facts(30, { deployments: [success], runs: [{ ...smoke, sha: OTHER }] }),
    'verifying',
    at(10),
    null,
    at(70),
  ],
  [
    'a run of another workflow',
    facts(30, { deployments: [success], runs: [{ ...smoke, workflow: '.github/workflows/ci.yml' }] }),
    'verifying',
    at(10),
    null,
    at(70),
  ],
  [
    'a cancelled run says nothing',
    facts(30, { deployments: [success], runs: [run('cancelled', 11, 20)] }),
    'verifying',
    at(10),
    null,
    at(70),
  ],
  ['not applied in time', facts(120), 'failed', at(120), 'not-applied', null],
  [
    'applied at the last moment',
    facts(130, { deployments: [deployment('success', 120)] }),
    'verifying',
    at(120),
    null,
    at(180),
  ],
  [
    'applied too late',
    facts(130, { deployments: [deployment('success', 121)] }),
    'failed',
    at(120),
    'not-applied',
    null,
  ],
  [
    'a deployment of it fails',
    facts(10, { deployments: [deployment('failure', 8)] }),
    'failed',
    at(8),
    'deployment-failed',
    null,
  ],
  [
    'an earlier one of something else failed',
    facts(10, { deployments: [deployment('failure', 8, { holds: [] })] }),
    'merged',
    at(0),
    null,
    at(120),
  ],
  [
    'a later one heals',
    facts(20, { deployments: [deployment('failure', 8), success] }),
    'verifying',
    at(10),
    null,
    at(70),
  ],
  [
    'a later one that is too late does not',
    facts(130, { deployments: [deployment('failure', 8), deployment('success', 125)] }),
    'failed',
    at(8),
    'deployment-failed',
    null,
  ],
  [
    'verification fails',
    facts(30, { deployments: [success], runs: [run('failure', 11, 20)] }),
    'failed',
    at(20),
    'verification-failed',
    null,
  ],
  [
    'running it again until it passes',
    facts(30, { deployments: [success], runs: [run('failure', 11, 20), run('success', 21, 25)] }),
    'failed',
    at(20),
    'verification-failed',
    null,
  ],
  [
    'a failure after it was verified',
    facts(30, { deployments: [success], runs: [smoke, run('failure', 21, 25)] }),
    'closed',
    at(20),
    null,
    null,
  ],
  ['not verified in time', facts(70, { deployments: [success] }), 'failed', at(70), 'not-verified', null],
  [
    'verified too late',
    facts(80, { deployments: [success], runs: [run('success', 11, 71)] }),
    'failed',
    at(70),
    'not-verified',
    null,
  ],
  [
    'somebody says so while it is verified',
    facts(60, { deployments: [success], reports: [report] }),
    'failed',
    at(50),
    'reported',
    null,
  ],
  [
    'somebody says so after it was closed',
    facts(60, { deployments: [success], runs: [smoke], reports: [report] }),
    'failed',
    at(50),
    'reported',
    null,
  ],
  [
    'a revert that is merged',
    facts(61, { deployments: [success], reports: [report], reverts: [revert] }),
    'failed',
    at(50),
    'reported',
    null,
  ],
  [
    'a revert that is deployed',
    facts(70, {
      deployments: [success, deployment('success', 65, { holds: [COMMIT, REVERT] })],
      reports: [report],
      reverts: [revert],
    }),
    'rolled-back',
    at(65),
    null,
    null,
  ],
  [
    'a revert where nothing is deployed',
    facts(70, { duties: [], reports: [report], reverts: [revert] }),
    'rolled-back',
    at(60),
    null,
    null,
  ],
  ['a revert of what was closed before', facts(70, { duties: [], reverts: [revert] }), 'closed', at(0), null, null],
  [
    'signed again',
    facts(80, { deployments: [success], reports: [report], reopenings: [at(60)] }),
    'verifying',
    at(60),
    null,
    at(120),
  ],
  [
    'signed again, and verified again',
    facts(80, { deployments: [success], reports: [report], reopenings: [at(60)], runs: [run('success', 61, 62)] }),
    'closed',
    at(62),
    null,
    null,
  ],
  [
    'an old run verifies nothing again',
    facts(80, { deployments: [success], runs: [run('failure', 11, 20), run('success', 21, 25)], reopenings: [at(60)] }),
    'verifying',
    at(60),
    null,
    at(120),
  ],
  [
    'signed again, where something else runs by now',
    facts(80, { deployments: [success, gone], reports: [report], reopenings: [at(60)] }),
    'applying',
    at(60),
    null,
    at(180),
  ],
  ['signed again, and late again', facts(180, { reopenings: [at(60)] }), 'failed', at(180), 'not-applied', null],
];

describe('what has become of a merge', () => {
  test.each(table)('%s', (_name, given, state, since, failure, again) => {
    const followed = followUp(given);
    expect([followed.state, followed.since, followed.failure?.code ?? null, followed.again]).toEqual([
      state,
      since,
      failure,
      again,
    ]);
  });
});

test('of two duties each must be fulfilled, and the first that fails says why', () => {
  const staging = { ...applyOnly, apply: { deployments: ['staging'], within: { amount: 30, unit: 'm' } as const } };
  const duties = [DUTY, staging];
  expect(followUp(facts(20, { duties, deployments: [success], runs: [smoke] }))).toMatchObject({
    state: 'applying',
    awaited: ['a successful deployment to staging'],
    again: at(30),
  });
  expect(followUp(facts(125, { duties }))).toMatchObject({
    failure: { code: 'not-applied', subject: 'staging', duty: 1 },
  });
});

test('what is told has keys of its own, and every outcome is told', () => {
  const told = (given: RecordFacts) => storyOf(followUp(given)).map(({ kind, key }) => `${kind}: ${key}`);
  const { id } = success;
  expect(told(facts(30, { deployments: [success], runs: [smoke] }))).toEqual([
    `deployment: 1 applied production ${id}`,
    'verification: 1 verified smoke.yml',
    'record-closed: 1 closed',
  ]);
  expect(told(facts(70, { deployments: [success] }))).toEqual([
    `deployment: 1 applied production ${id}`,
    'verification: 1 not-verified smoke.yml',
  ]);
  expect(told(facts(120))).toEqual(['deployment: 1 not-applied production']);
  expect(told(facts(60, { duties: [], reports: [report] }))).toEqual([]);
});

const minute = fc.integer({ min: 0, max: 300 });
const anyDeployment = fc
  .tuple(
    fc.constantFrom('success', 'failure', 'error', 'in_progress', 'inactive'),
    minute,
    fc.subarray([COMMIT, REVERT]),
    fc.constantFrom('production', 'staging'),
  )
  .map(([state, minutes, holds, environment]) =>
    deployment(state, minutes, { holds, environment, sha: holds.length === 0 ? OTHER : 'd'.repeat(40) }),
  );
const anyRun = fc
  .tuple(fc.constantFrom('success', 'failure', 'cancelled'), minute, minute)
  .map(([conclusion, from, lasts]) => run(conclusion, from, from + lasts));
const anyFacts: fc.Arbitrary<RecordFacts> = fc
  .record({
    now: minute,
    duties: fc.subarray([DUTY, verifyOnly, applyOnly]),
    deployments: fc.array(anyDeployment, { maxLength: 6 }),
    runs: fc.array(anyRun, { maxLength: 4 }),
    reports: fc.subarray([report]),
    reverts: fc.subarray([revert]),
    reopenings: fc.array(minute.map(at), { maxLength: 2 }),
  })
  .map(({ now, ...more }) => facts(now, more));

test('the order in which things arrive does not matter, nor how often they do', () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const turned = {
        ...given,
        deployments: [...given.deployments.toReversed(), ...given.deployments],
        runs: [...given.runs.toReversed(), ...given.runs],
        reverts: given.reverts.toReversed(),
        reopenings: given.reopenings.toReversed(),
      };
      const [one, other] = [followUp(given), followUp(turned)];
      expect(other).toEqual(one);
    }),
    { numRuns: caseCount(500) },
  );
});

test('time alone ends nothing well: what has failed stays so, and what was open either waits or fails', () => {
  fc.assert(
    fc.property(anyFacts, minute, (given, later) => {
      const before = followUp(given);
      const after = followUp({ ...given, now: at(300 + later) });
      if (before.state === 'failed') expect(after.state).toBe('failed');
      else if (before.state === 'closed' || before.state === 'rolled-back') expect(after).toEqual(before);
      else expect([before.state, 'failed']).toContain(after.state);
    }),
    { numRuns: caseCount(500) },
  );
});

test('nothing is closed without a success for everything that was asked for', () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const { state, applied, verified } = followUp(given);
      if (state !== 'closed') return;
      const asked = given.duties.map(({ apply, verify }) => [
        apply?.deployments.length ?? 0,
        verify?.workflows.length ?? 0,
      ]);
      expect(applied).toHaveLength(asked.reduce((sum, [count = 0]) => sum + count, 0));
      expect(verified).toHaveLength(asked.reduce((sum, [, count = 0]) => sum + count, 0));
    }),
    { numRuns: caseCount(500) },
  );
});

test('as long as it waits it says for what, and when its time is up', () => {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const { state, awaited, again } = followUp(given);
      const waits = ['merged', 'applying', 'verifying'].includes(state);
      expect([awaited.length > 0, again !== null]).toEqual([waits, waits]);
    }),
    { numRuns: caseCount(500) },
  );
});
