import { expect, test } from 'vitest';
import { environmentFinding, environmentKey } from '../../src/findings/judge-environment.ts';
import {
  type BranchFacts,
  judgeRules,
  type RequiredCheck,
  rulesFinding,
  rulesKey,
} from '../../src/findings/judge-rules.ts';

const APP = 4711;
const OTHER = 15368;
const check = (integration: number | null, context = 'countersign/production'): RequiredCheck => ({
  context,
  integration,
});
const ruled = (...requires: readonly RequiredCheck[]) => ({ ruleset: 1, source: 'acme/shop', requires });
const facts = (more: Partial<BranchFacts>): BranchFacts => ({
  ref: 'main',
  head: 'a'.repeat(40),
  environment: 'production',
  rules: [],
  classic: null,
  ...more,
});
const classic = (bindsAdministrators: boolean, ...requires: readonly RequiredCheck[]) => ({
  requires,
  bindsAdministrators,
});

const cases: readonly (readonly [string, Partial<BranchFacts>, unknown])[] = [
  [
    'a ruleset that pins this app',
    { rules: [ruled(check(APP))] },
    { kind: 'gated', by: 'ruleset', administratorsPass: false },
  ],
  [
    'one of several rulesets that pins this app',
    { rules: [ruled(check(null)), ruled(check(OTHER, 'ci'), check(APP))] },
    { kind: 'gated', by: 'ruleset', administratorsPass: false },
  ],
  ['nothing at all', {}, { kind: 'open', lack: 'not-required', unsure: false }],
  [
    'a ruleset without our check',
    { rules: [ruled(check(OTHER, 'ci'))] },
    { kind: 'open', lack: 'not-required', unsure: false },
  ],
  ['our check from anybody', { rules: [ruled(check(null))] }, { kind: 'open', lack: 'unpinned', unsure: false }],
  ['our check from another app', { rules: [ruled(check(OTHER))] }, { kind: 'open', lack: 'other-app', unsure: false }],
  [
    'the check of another environment',
    { rules: [ruled(check(APP, 'countersign/staging'))] },
    { kind: 'open', lack: 'not-required', unsure: false },
  ],
  [
    'a name in other letters, which is another check',
    { rules: [ruled(check(APP, 'Countersign/production'))] },
    { kind: 'open', lack: 'not-required', unsure: false },
  ],
  [
    'classic protection that binds administrators',
    { classic: classic(true, check(APP)) },
    { kind: 'gated', by: 'protection', administratorsPass: false },
  ],
  [
    'classic protection that administrators pass',
    { classic: classic(false, check(APP)) },
    { kind: 'gated', by: 'protection', administratorsPass: true },
  ],
  [
    'classic protection from anybody',
    { classic: classic(true, check(null)) },
    { kind: 'open', lack: 'unpinned', unsure: false },
  ],
  ['protection that nobody may read', { classic: 'unreadable' }, { kind: 'open', lack: 'not-required', unsure: true }],
  [
    'a ruleset, whatever protection that nobody may read says',
    { classic: 'unreadable', rules: [ruled(check(APP))] },
    { kind: 'gated', by: 'ruleset', administratorsPass: false },
  ],
];

test.each(cases)('%s', (_name, more, verdict) => {
  expect(judgeRules(facts(more), APP)).toEqual(verdict);
});

test('a finding is named after the branch and what is lacking, and a gated branch has none', () => {
  const open = facts({ rules: [ruled(check(null))] });
  const finding = rulesFinding(open, judgeRules(open, APP), null);
  expect(finding).toMatchObject({
    kind: 'check-not-required',
    key: 'check-not-required:main:unpinned',
    title: 'main requires countersign/production from anybody: no rule names this app as its source',
  });
  expect(finding?.key.startsWith(rulesKey('main'))).toBe(true);
  expect(finding?.key.startsWith(rulesKey('mai'))).toBe(false);
  const gated = facts({ rules: [ruled(check(APP))] });
  expect(rulesFinding(gated, judgeRules(gated, APP), null)).toBeUndefined();
});

test('a deployment environment that does not ask this app is found, and names of others do not begin like its own', () => {
  const where = { appId: APP, environment: 'production', head: 'a'.repeat(40), by: null };
  const deployment = { name: 'Prod', apps: [OTHER], administratorsPass: true };
  expect(environmentFinding(deployment, where)).toMatchObject({
    kind: 'environment-unprotected',
    key: 'environment-unprotected:prod:',
    details: { administratorsPass: true },
  });
  expect(environmentFinding({ ...deployment, apps: [OTHER, APP] }, where)).toBeUndefined();
  expect(environmentKey('production').startsWith(environmentKey('prod'))).toBe(false);
});
