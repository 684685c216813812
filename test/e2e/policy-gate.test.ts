import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Scenario } from '../simulator/scenario.ts';
import { APP_ID } from '../support/app-process.ts';
import { cannotBeMerged, endsWell, fails, lastDecision, neverSucceeded, sign } from '../support/attacks.ts';
import {
  budgetIsFresh,
  checkOf,
  checkThat,
  POLICY,
  propose,
  quiet,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

/** A pull request that touches a policy file gets the check of the policy itself: valid or not, where, and what would change. */

const GATE = 'countersign/policy';
const OWN = '.github/countersign.yml';
const GOVERNED = POLICY.replace(
  'segregation:',
  `  - name: policy is changed by a release manager's leave
    when: { categories: [policy-change] }
    require: { release: [ { role: release-manager } ] }
segregation:`,
);
const LOOSE = GOVERNED.replace(', "user:raj"', '').replace(
  'staging: { base: [develop] }',
  'staging: { base: [develop, next] }',
);
const BROKEN = GOVERNED.replace('role: service-owner', 'role: service-owners');
const ACCESS = {
  teams: { 'service-owners': 'write' },
  collaborators: { rita: 'write', raj: 'write', sam: 'write', mallory: 'write' },
  requiredChecks: [{ context: 'countersign/production', integrationId: APP_ID }],
} as const;
const repositories: Scenario['repositories'] = {
  '.github': { ...ACCESS, visibility: 'public', files: { 'countersign.yml': GOVERNED } },
  shop: { ...ACCESS, visibility: 'public', files: { 'README.md': '# shop\n' } },
  own: {
    ...ACCESS,
    files: { 'README.md': '# own\n', [OWN]: 'version: 1\nrules:\n  - name: ours\n    evidence: [ticket]\n' },
  },
};

let world: World;
beforeAll(async () => {
  world = await startWorld({ scenario: { ...SCENARIO, repositories }, simulator: { limits: false } });
});
afterEach(() => budgetIsFresh(world));
afterAll(() => world.close());

let serial = 0;

/** A person's own pull request, which no proposal condition matches. */
function change(
  repository: string,
  files: Readonly<Record<string, string | null>>,
  {
    base = 'main',
    as = 'ana',
    from = base,
  }: { readonly base?: string; readonly as?: string; readonly from?: string } = {},
) {
  serial += 1;
  const branch = `change-${serial}`;
  world.github.push({ repository, branch, as, from, files });
  const { number, head } = world.github.openPullRequest({ repository, as, title: 'Change', head: branch, base });
  return { repository, number, head, branch, name: GATE };
}

function setPolicy(text: string): void {
  world.github.push({ repository: 'acme/.github', branch: 'main', as: 'sam', files: { 'countersign.yml': text } });
}

function annotationsOn({ repository, head }: { readonly repository: string; readonly head: string }) {
  return world.github.checkRuns({ repository, sha: head, name: GATE }).flatMap(({ annotations }) => annotations);
}

test('T10 a valid change says in words what it adds and removes, and is itself decided under the policy in force', async () => {
  const pull = change('acme/.github', { 'countersign.yml': LOOSE });
  const gate = await checkThat(world, pull, succeeded);
  expect(gate.title).toBe('Valid: 1 provision added, 1 removed');
  expect(gate.summary).toContain('Branch next belongs to staging.');
  expect(gate.summary).toMatch(/What would hold no longer\n\n- .*raj.* is a member of release-manager/);
  expect(gate.summary).toContain('decided under the policy in force');

  await checkThat(world, { ...pull, name: 'countersign/production' }, waits);
  cannotBeMerged(world, pull);
  world.github.approve({ ...pull, as: 'raj' });
  await checkThat(world, { ...pull, name: 'countersign/production' }, succeeded);
});

test('T46 an invalid policy fails its own check, at the lines, and the one of its environment; mended, it passes', async () => {
  const pull = change('acme/.github', { 'countersign.yml': BROKEN });
  const gate = await checkThat(world, pull, fails);
  const line = BROKEN.split('\n').findIndex((text) => text.includes('service-owners } ] }')) + 1;
  expect(gate.title).toContain(`countersign.yml:${line}:`);
  expect(gate.summary).toContain('did you mean');
  expect(annotationsOn(pull)).toMatchObject([
    { path: 'countersign.yml', start_line: line, end_line: line, annotation_level: 'failure' },
  ]);
  await checkThat(world, { ...pull, name: 'countersign/production' }, fails);
  world.github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  cannotBeMerged(world, pull);
  expect((await lastDecision(world, pull)).state).toBe('policy-invalid');
  await neverSucceeded(world, pull);

  const { sha } = world.github.push({
    repository: pull.repository,
    branch: pull.branch,
    as: 'ana',
    files: { 'countersign.yml': `${GOVERNED}# the same\n` },
  });
  const mended = await checkThat(world, { ...pull, head: sha }, succeeded);
  expect(mended.title).toBe('Valid: changes nothing that holds');
});

test('T46 a policy in force that is broken fails every check, and is mended with approvals under its last valid version', async () => {
  const { github } = world;
  const approved = propose(world);
  await checkThat(world, approved, waits);
  await sign(world, approved);
  setPolicy(BROKEN);
  await checkThat(world, approved, fails);
  await checkThat(world, { ...approved, name: 'countersign/staging' }, fails);

  const worse = change('acme/.github', { 'countersign.yml': `${BROKEN}nonsense: 1\n` });
  await checkThat(world, worse, fails);
  await checkThat(world, { ...worse, name: 'countersign/production' }, fails);

  const mends = change('acme/.github', { 'countersign.yml': GOVERNED });
  await checkThat(world, mends, succeeded);
  await checkThat(world, { ...mends, name: 'countersign/production' }, waits);
  github.approve({ ...mends, as: 'rita' });
  await checkThat(world, { ...mends, name: 'countersign/production' }, succeeded);
  expect(github.merge({ ...mends, as: 'sam' })).toMatchObject({ merged: true });
  await checkThat(world, approved, succeeded);
});

test('more mistakes than one request may carry are all shown, once each, also when an answer is lost and when it is looked at again', async () => {
  const rules = Array.from({ length: 120 }, (_, n) => `  - { name: r${n}, require: { peer: [ { role: nobody } ] } }`);
  world.github.failCalls({ path: '^(POST|PATCH) .*/check-runs', times: 2, effect: { kind: 'lost' } });
  const pull = change('acme/own', { [OWN]: `version: 1\nrules:\n${rules.join('\n')}\n` });
  const gate = await checkThat(world, pull, fails, 60_000);
  await quiet(world);
  expect(gate.title).toContain('(and 119 more)');
  const lines = annotationsOn(pull).map(({ start_line }) => start_line);
  expect(lines.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n + 3));

  setPolicy(`${GOVERNED}# touched\n`);
  await quiet(world);
  expect(annotationsOn(pull)).toHaveLength(120);
  setPolicy(GOVERNED);
}, 90_000);

test('a fork that adds a policy is judged with the organization’s, and only where its files are', async () => {
  world.github.createRepository({ name: 'mallory/shop', forkOf: 'acme/shop', visibility: 'public' });
  const open = (branch: string, text: string) => {
    const files = { [OWN]: text };
    world.github.push({ repository: 'mallory/shop', branch, as: 'mallory', from: 'main', files });
    const given = {
      repository: 'acme/shop',
      as: 'mallory',
      title: 'Mine',
      head: branch,
      headRepository: 'mallory/shop',
    };
    return { ...world.github.openPullRequest({ ...given, base: 'main' }), repository: 'acme/shop', name: GATE };
  };
  const loosens = open('loosens', 'version: 1\notherwise: ungoverned\n');
  expect((await checkThat(world, loosens, fails)).title).toContain('only the organization policy may say');
  expect(annotationsOn(loosens)).toMatchObject([{ path: OWN, start_line: 2 }]);
  const adds = open('adds', 'version: 1\nrules:\n  - { name: more, evidence: [ticket] }\n');
  expect((await checkThat(world, adds, succeeded)).summary).toContain('evidence of ticket');
  await checkThat(world, { ...adds, name: 'countersign/production' }, (check) => check.conclusion !== 'success');
});

test('removing a policy file is a change in words; the organization’s cannot just go', async () => {
  const own = change('acme/own', { [OWN]: null });
  const gate = await checkThat(world, own, succeeded);
  expect(gate.title).toBe('Valid: 0 provisions added, 1 removed, a policy file removed');
  expect(gate.summary).toContain('is removed');
  const organization = change('acme/.github', { 'countersign.yml': null });
  expect((await checkThat(world, organization, fails)).title).toContain('would be gone');
  expect(annotationsOn(organization)).toEqual([]);
});

test('a policy file under another name, or past the end of what is listed, is noticed', async () => {
  const text = 'version: 1\nrules:\n  - name: ours\n    evidence: [ticket]\n';
  const renamed = change('acme/own', { [OWN]: null, 'docs/old-policy.yml': text });
  expect((await checkThat(world, renamed, succeeded)).summary).toContain('is removed');

  const many = Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`.a/${n}.txt`, `${n}\n`]));
  const long = change('acme/own', { ...many, [OWN]: 'version: 2\n' });
  await checkThat(world, long, fails);
  const harmless = change('acme/own', many);
  const behind = change('acme/own', many, { from: harmless.head });
  await quiet(world);
  expect(checkOf(world, harmless.repository, harmless.head, GATE)).toBeUndefined();
  expect(checkOf(world, behind.repository, behind.head, GATE)).toBeUndefined();
});

test('a pull request whose new base has the same policy takes its remark back; one that touches none costs no call', async () => {
  const { github } = world;
  const pull = change('acme/own', { [OWN]: 'version: 2\n' });
  await checkThat(world, pull, fails);
  github.push({ repository: 'acme/own', branch: 'broken-already', as: 'sam', to: pull.head });
  const { sha } = github.push({ repository: 'acme/own', branch: pull.branch, as: 'ana', files: { 'a.md': 'a\n' } });
  expect((await checkThat(world, { ...pull, head: sha }, fails)).summary).toContain(
    'comes into force once it is merged',
  );
  github.retarget({ ...pull, as: 'ana', base: 'broken-already' });
  expect((await checkThat(world, { ...pull, head: sha }, succeeded)).title).toContain(
    'No policy file is touched any more',
  );

  const elsewhere = change('acme/own', { [OWN]: 'version: 3\n' }, { base: 'broken-already' });
  expect((await checkThat(world, elsewhere, fails)).summary).toContain('Policy is read from **main** and nowhere else');

  github.resetCalls();
  const other = change('acme/own', { 'src/a.ts': '1\n' });
  await checkThat(world, { ...other, name: 'countersign/production' }, succeeded);
  await quiet(world);
  expect(Object.keys(world.simulator.callCounts()).filter((name) => name.includes('FilesAt'))).toEqual([]);
  expect(checkOf(world, other.repository, other.head, GATE)).toBeUndefined();
});

test('a proposed policy is tried on what is on record, and says where it does not go with a repository’s own', async () => {
  await quiet(world);
  const decided = propose(world);
  await checkThat(world, decided, waits);
  const own = change('acme/own', { 'src/b.ts': '1\n' });
  await checkThat(world, { ...own, name: 'countersign/production' }, ({ status }) => status === 'completed');
  await quiet(world);

  const stricter = GOVERNED.replace(
    'segregation:',
    '  - { name: ours, require: { peer: [ { role: release-manager } ] } }\nsegregation:',
  );
  const pull = change('acme/.github', { 'countersign.yml': stricter });
  const gate = await checkThat(
    world,
    pull,
    ({ summary }) => summary.includes('would have come out differently'),
    60_000,
  );
  expect(gate.title).toMatch(/^Valid: /);
  expect(gate.summary).toContain(`- acme/shop#\u200b${decided.number}: waiting`);
  expect(gate.summary).toContain('asked besides: peer: release-manager');
  expect(gate.summary).not.toContain('acme/own#');
  expect(gate.summary).toContain('In 1 more it would be invalid together with the repository’s own policy.');
  await quiet(world);

  const narrow = change('acme/own', {
    [OWN]: 'version: 1\nrules:\n  - { name: ours, evidence: [ticket, rollback-plan] }\n',
  });
  const alone = await checkThat(world, narrow, ({ summary }) => summary.includes('decided since'), 15_000);
  expect(alone.summary).not.toContain('acme/shop');

  await quiet(world);
  const trials = () => world.database.query('select key from countersign.backtests');
  const before = await trials();
  const again = change('acme/.github', { 'countersign.yml': stricter });
  await checkThat(world, again, ({ summary }) => summary.includes('would have come out differently'));
  await quiet(world);
  expect(await trials()).toEqual(before);
});

test('the ledger says once of each change that another policy is in force, and that one is invalid', async () => {
  await quiet(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  const changes = () =>
    world.database.query<{ readonly kind: string; readonly details: Record<string, unknown> }>(
      `select kind, countersign.opened(tenant_id, entry)::jsonb->'details' as details from countersign.ledger
        where kind like 'policy-%' and entry::jsonb#>>'{repository,name}' = 'acme/shop' order by entry_id`,
    );
  const before = (await changes()).length;
  setPolicy(BROKEN);
  await checkThat(world, pull, fails);
  setPolicy(`${GOVERNED}# mended\n`);
  await checkThat(world, pull, waits);
  setPolicy(GOVERNED);
  await quiet(world);
  const told = (await changes()).slice(before);
  expect(told.map(({ kind }) => kind)).toEqual(['policy-invalid', 'policy-changed', 'policy-changed']);
  expect(told[0]?.details).toMatchObject({
    before: { state: 'valid' },
    problems: [expect.stringContaining('did you mean')],
  });
  expect(told[1]?.details).toMatchObject({ before: { state: 'invalid' }, after: { state: 'valid' } });
  expect(told[2]?.details).toMatchObject({ sources: [{ kind: 'organization', file: 'countersign.yml' }] });
});

test('all of it leaves nothing undone', () => endsWell(world));
