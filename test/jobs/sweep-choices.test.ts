import { expect, test } from 'vitest';
import type { OpenPull, ShownRun } from '../../src/github/open-pulls.ts';
import { choosePulls, compareCheck } from '../../src/jobs/sweep/choose.ts';
import { urgencyOf } from '../../src/jobs/sweep/urgency.ts';
import type { KnownPull, PublishedCheck } from '../../src/store/swept-pulls.ts';

const HOUR = 3_600_000;
const APP = 4711;
const known = (more: Partial<KnownPull> = {}): KnownPull => ({
  pull: 1,
  isOpen: true,
  headSha: 'a',
  changedAt: 1_000,
  age: HOUR,
  showsSuccess: false,
  ...more,
});
const open = (more: Partial<OpenPull> = {}): OpenPull => ({
  pull: 1,
  changedAt: 1_000,
  headSha: 'a',
  runs: [],
  complete: true,
  ...more,
});

const choices: readonly (readonly [string, readonly KnownPull[], readonly OpenPull[], number | null, unknown])[] = [
  ['nothing has happened', [known()], [open()], null, []],
  ['it is not known', [], [open()], null, ['unknown']],
  ['it was opened again', [known({ isOpen: false })], [open()], null, ['unknown']],
  ['it has another head', [known()], [open({ headSha: 'b' })], null, ['changed']],
  ['it was changed since', [known()], [open({ changedAt: 2_000 })], null, ['changed']],
  [
    'it may have been changed in the second of the evaluation',
    [known({ changedAt: null })],
    [open()],
    null,
    ['changed'],
  ],
  ['it is not open any more', [known()], [], null, ['closed']],
  ['it is closed, as is known', [known({ isOpen: false })], [], null, []],
  ['it has shown a success for hours', [known({ showsSuccess: true, age: 5 * HOUR })], [open()], null, ['success']],
  ['it has shown a success for an hour', [known({ showsSuccess: true })], [open()], null, []],
  ['it was evaluated before the outage', [known()], [open()], 60_000, ['outage']],
  ['it was evaluated since the outage', [known({ age: 10 })], [open()], 60_000, []],
];
test.each(choices)('%s', (_name, before, shown, since, reasons) => {
  expect(choosePulls(before, shown, since).map(({ reason }) => reason)).toEqual(reasons);
});

const published = (more: Partial<PublishedCheck> = {}): PublishedCheck => ({
  headSha: 'a',
  checkName: 'countersign/production',
  content: { status: 'in_progress', conclusion: null, title: 'Waiting', summary: '' },
  age: HOUR,
  ...more,
});
const run = (more: Partial<ShownRun> = {}): ShownRun => ({
  id: 1,
  name: 'countersign/production',
  conclusion: null,
  title: 'Waiting',
  app: { id: APP, slug: 'countersign' },
  ...more,
});
const compared: readonly (readonly [string, PublishedCheck, readonly ShownRun[], string])[] = [
  ['shown as it was published', published(), [run()], 'as-published'],
  ['gone', published(), [], 'differs'],
  ['there by another app only', published(), [run({ app: { id: 1, slug: 'ci' } })], 'differs'],
  ['of another outcome', published(), [run({ conclusion: 'success' })], 'differs'],
  ['called stale by GitHub', published(), [run({ conclusion: 'stale' })], 'differs'],
  ['of another title', published(), [run({ title: 'Approved' })], 'differs'],
  ['overtaken by a newer one of ours', published(), [run(), run({ id: 2, conclusion: 'success' })], 'differs'],
  ['written this moment', published({ age: 10 }), [], 'as-published'],
  ['unfinished for eleven days', published({ age: 264 * HOUR }), [run()], 'stale'],
];
test.each(compared)('a check that is %s', (_name, was, runs, outcome) => {
  expect(compareCheck(was, open({ runs }), APP)).toBe(outcome);
});

test('what somebody waits for comes first, then what only a delivery tells, and what CI says of itself not at all', () => {
  const urgencies = [
    ['deployment_protection_rule', 'requested'],
    ['merge_group', 'checks_requested'],
    ['pull_request_review', 'submitted'],
    ['pull_request', 'synchronize'],
    ['pull_request', 'closed'],
    ['issue_comment', 'created'],
    ['push', null],
    ['pull_request', 'labeled'],
    ['membership', 'removed'],
    ['check_run', 'created'],
    ['workflow_run', 'completed'],
  ] as const;
  expect(urgencies.map(([event, action]) => urgencyOf({ event, action }))).toEqual([
    0,
    0,
    1,
    1,
    1,
    1,
    1,
    2,
    2,
    null,
    null,
  ]);
});
