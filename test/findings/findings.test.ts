import { describe, expect, test } from 'vitest';
import { issueBody, issueTitle } from '../../src/commands/reconciliation-text.ts';
import { reconcile } from '../../src/decision/reconciliation.ts';
import { type FindingKind, findingKinds, type KnownFinding } from '../../src/findings/finding.ts';
import { foreignFinding, isOurName } from '../../src/findings/foreign.ts';
import { factsOf } from '../../src/findings/matter.ts';
import { contributorsTo, type FindingPeople, unknownOf } from '../../src/findings/people.ts';
import { noticeOfFinding } from '../../src/notify/findings.ts';
import { hasBreakGlass } from '../../src/policy/policy.ts';
import { person, policy, sha } from '../support/facts.ts';

const at = '2026-11-23T09:00:00Z';
const ana = person('ana');
const boss = person('boss');
const commit = sha('c');

function finding(changes: Partial<KnownFinding> = {}): KnownFinding {
  return {
    id: 3,
    kind: 'pushed',
    key: 'update:main:7',
    environment: 'production',
    pull: null,
    head: commit,
    title: 'boss pushed to main, and no decision covers it',
    details: { ref: 'main' },
    by: boss,
    at,
    commits: [commit],
    ...changes,
  };
}

function firstLayer(text: string) {
  const inForce = policy(text);
  if (inForce.kind !== 'valid') throw new Error('the policy is not valid');
  return inForce.effective.layers[0].policy;
}

const setting = { reconciled: null, policy: 'no policy', timezone: 'UTC', marker: '<!-- countersign:finding:3 -->' };
const bodyOf = (found: KnownFinding) => issueBody({ kind: 'finding', finding: found }, setting);

test.each(findingKinds)(
  'the issue of %s says what happened, by whom, and that nobody may reconcile it without a policy',
  (kind: FindingKind) => {
    const body = bodyOf(finding({ kind }));
    expect(body).toContain('- Who: **boss**');
    expect(body).toContain('Environment: production');
    expect(body).toContain(commit);
    expect(body).toContain('The policy names nobody who may reconcile this');
    expect(body.endsWith(setting.marker)).toBe(true);
  },
);

test('T29 nothing that others have named becomes a mention, a reference, HTML or a marker', () => {
  const evil = '@acme/all <b>#1</b> | `x` <!-- countersign:finding:9 -->';
  const found = finding({ title: evil, environment: evil, details: { ref: evil, check: evil, app: evil } });
  const body = bodyOf(found).replace(setting.marker, '');
  expect(body).not.toMatch(/@acme|<b>|<!--|#1/);
  expect(issueTitle({ kind: 'finding', finding: found })).not.toMatch(/@acme|<b>|<!--|#1/);
});

describe('who had a part in it', () => {
  const people = (changes: Partial<FindingPeople> = {}): FindingPeople => ({
    by: [boss],
    contributors: [{ account: ana, as: 'initiator' }],
    commits: [{ sha: commit, authors: [ana], committer: boss }],
    unreadable: [],
    ...changes,
  });
  const { segregation } = firstLayer('version: 1\nsegregation: { exclude: [committers, co-authors] }');

  test('everybody whom its commits name, and who is on record', () => {
    expect(contributorsTo(people()).map(({ account, as }) => `${account.login} ${as}`)).toEqual([
      'ana initiator',
      'ana commit-author',
      'boss committer',
    ]);
  });

  test.each<[string, Partial<FindingPeople>, readonly string[]]>([
    ['everything is known', {}, []],
    ['nobody did it', { by: [] }, ['GitHub does not tell who did it.']],
    [
      'a commit is gone',
      { unreadable: ['commit 0a1b'] },
      ['GitHub does not show commit 0a1b, so nobody can tell who wrote it.'],
    ],
    [
      'a commit without an account',
      { commits: [{ sha: commit, authors: [null], committer: boss }] },
      [
        `Commit ${commit.slice(0, 10)} names somebody whose mail address belongs to no account; adding that address to the account tells who it is.`,
      ],
    ],
  ])('%s', (_, changes, expected) => {
    expect(unknownOf(finding(), people(changes), segregation)).toEqual(expected);
  });

  test('that nobody is known to have done it matters only where somebody did', () => {
    expect(unknownOf(finding({ kind: 'check-not-required' }), people({ by: [] }), segregation)).toEqual([]);
  });
});

test('T32 it is judged under the seats of a broken glass, and by nobody who let it pass', () => {
  const text =
    'version: 1\nroles: { owner: { members: ["user:ana", "user:boss"] } }\nbreak-glass: { roles: [owner], reconcile-within: 1d, require: [{ role: owner }] }';
  const only = firstLayer(text);
  if (!hasBreakGlass(only)) throw new Error('the policy has no glass');
  const users = { ana: { ok: ana, at }, boss: { ok: boss, at } };
  const mayWrite = (account: typeof ana) => ({ ok: { account, permission: 'write' as const, suspended: false }, at });
  const facts = {
    ...factsOf({ id: 1, server: 'https://github.com', owner: 'acme', name: 'shop' }, finding(), {}),
    lookups: { users, people: { [ana.id]: mayWrite(ana), [boss.id]: mayWrite(boss) } },
  };
  const said = (id: number, by: typeof ana) => ({ id, by, at, verdict: 'approve' as const, rationale: 'r' });
  const input = {
    policy: only,
    facts,
    passedAt: at,
    letPass: [{ account: boss, how: 'bypassed' as const }],
    contributors: [],
    unknown: [],
  };
  expect(reconcile({ ...input, statements: [said(1, boss)] })).toMatchObject({
    state: 'open',
    dueAt: '2026-11-24T09:00:00Z',
    refused: [{ reason: { message: 'boss let it go past the gate. It is reconciled by other people.' } }],
  });
  expect(reconcile({ ...input, statements: [said(1, ana)] }).state).toBe('approved');
  expect(reconcile({ ...input, unknown: ['GitHub does not tell who did it.'], statements: [said(1, ana)] }).state).toBe(
    'open',
  );
});

test.each<[string, boolean]>([
  ['countersign/production', true],
  ['Countersign/Production', true],
  ['countersign', false],
  ['ci/countersign/production', false],
])('T18 %s is a name of ours: %s', (name, expected) => expect(isOurName(name)).toBe(expected));

test('T18 a check is found once for its commit, name and app', () => {
  const foreign = { source: 'check', name: 'countersign/production', head: commit, says: 'success', by: null } as const;
  const keyFor = (id: number) => foreignFinding({ ...foreign, publisher: { id, name: 'evil' } }).key;
  expect(keyFor(7)).toBe(keyFor(7));
  expect(keyFor(7)).not.toBe(keyFor(8));
  expect(foreignFinding({ ...foreign, publisher: { id: 7, name: 'evil' } })).not.toHaveProperty('commits');
});

test('a channel is told of a finding once, under its own key, by whom and of how many commits', () => {
  const { id: _id, at: _at, ...found } = finding();
  const about = { repository: 'acme/shop', pull: null, url: 'https://github.com/acme/shop/commit/c' };
  expect(noticeOfFinding(found, about)).toMatchObject({
    event: 'bypass',
    key: 'bypass acme/shop update:main:7',
    title: 'acme/shop: boss pushed to main, and no decision covers it',
    lines: [
      'Who: boss',
      'Environment: production',
      '1 commit came with it and may not be deployed.',
      expect.any(String),
    ],
  });
});
