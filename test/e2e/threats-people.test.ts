import { afterAll, beforeAll, expect, test } from 'vitest';
import { cannotBeMerged, codesFor, endsWell, neverSucceeded, sign } from '../support/attacks.ts';
import { checkThat, POLICY, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

const SHARED = '\nsegregation: { exclude: [committers, co-authors, pushers, initiator], shared-accounts: ["svc-*"] }\n';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    simulator: { limits: false },
    scenario: {
      ...SCENARIO,
      users: [...(SCENARIO.users ?? []), 'svc-release', 'leaver', 'loser'],
      teams: { ...SCENARIO.teams, 'service-owners': ['ana', 'bo', 'cy', 'svc-release', 'leaver', 'loser'] },
      repositories: {
        ...SCENARIO.repositories,
        '.github': { files: { 'countersign.yml': POLICY.replace(/\nsegregation:.*\n/, SHARED) } },
        // Its people have their permission one by one, so that one of them can lose it.
        vault: {
          ...SCENARIO.repositories?.shop,
          teams: {},
          collaborators: { loser: 'write', rita: 'write', sam: 'write', mallory: 'write' },
        },
      },
    },
  });
});
afterAll(() => world.close());

const askedBy = (login: string) => `\`\`\`remediation\ninitiator: ${login}\n\`\`\``;

test('T08 who asked the machine for it, by the manifest or by assigning the machine, cannot approve it', async () => {
  const { github } = world;
  const pull = propose(world, { body: askedBy('ana') });
  await checkThat(world, pull, waits);
  github.assign({ ...pull, as: 'rita', user: 'fixer[bot]' });
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'bo' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  github.approve({ ...pull, as: 'rita' });
  // Taking the assignment back does not take back that she asked.
  github.unassign({ ...pull, as: 'rita', user: 'fixer[bot]' });
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('initiator');
  expect(await codesFor(world, pull, 'rita')).toContain('initiator');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T15 a success is withdrawn when one of its approvals is dismissed', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const [review] = github.reviews(pull);
  github.dismissReview({ ...pull, as: 'sam', review: Number(review?.id) });
  await checkThat(world, pull, waits);
  cannotBeMerged(world, pull);
  expect(await codesFor(world, pull, 'ana')).toContain('dismissed');
});

test('T15 a success is withdrawn when an approver leaves the team, and when one loses write access', async () => {
  const { github } = world;
  const left = propose(world);
  const lost = propose(world, { repository: 'acme/vault' });
  await checkThat(world, left, waits);
  await checkThat(world, lost, waits);
  await sign(world, left, ['leaver', 'rita']);
  await sign(world, lost, ['loser', 'rita']);

  github.removeTeamMember({ organization: 'acme', team: 'service-owners', user: 'leaver' });
  await checkThat(world, left, waits);
  cannotBeMerged(world, left);
  expect(await codesFor(world, left, 'leaver')).toContain('not-a-member');

  github.setRole({ repository: 'acme/vault', user: 'loser', role: 'read' });
  await checkThat(world, lost, (check) => check.conclusion !== 'success');
  cannotBeMerged(world, lost);
  expect(await codesFor(world, lost, 'loser')).toContain('no-permission');
});

test('T16 an old approval revived by dismissing a later review', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const later = github.review({ ...pull, as: 'ana', state: 'CHANGES_REQUESTED', body: 'I was wrong.' });
  await checkThat(world, pull, (check) => check.conclusion === 'failure');
  cannotBeMerged(world, pull);

  github.dismissReview({ ...pull, as: 'mallory', review: later.id });
  await quiet(world);
  cannotBeMerged(world, pull);
  expect(await codesFor(world, pull, 'ana')).toContain('dismissed');
});

test('T16 of two approvals by one person, the older does not come back when the newer is dismissed', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'ana' });
  const again = github.approve({ ...pull, as: 'ana' });
  github.dismissReview({ ...pull, as: 'mallory', review: again.id });
  await quiet(world);
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('T21 whoever takes the freed login of a release manager fills no seat', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull, ['ana', 'raj']);

  github.createUser({ login: 'usurper' });
  github.setRole({ repository: 'acme/shop', user: 'usurper', role: 'write' });
  github.renameUser({ user: 'raj', login: 'raj-renamed' });
  github.renameUser({ user: 'usurper', login: 'raj' });
  const next = propose(world);
  await checkThat(world, next, waits);
  github.approve({ ...next, as: 'ana' });
  await checkThat(world, next, (check) => check.title.includes('release-manager'));
  github.approve({ ...next, as: 'raj' });
  await quiet(world);
  expect(await codesFor(world, next, 'raj')).toContain('not-a-member');
  // GitHub tells nobody that an account was renamed; the next event about people makes the app look.
  github.addTeamMember({ organization: 'acme', team: 'payments-owners', user: 'cy' });
  const check = await checkThat(world, next, ({ summary }) => summary.includes('now belongs to somebody else'));
  expect(check.conclusion).not.toBe('success');
  cannotBeMerged(world, next);
  await neverSucceeded(world, next);

  // A success that rested on that name is given only on who holds it now.
  github.editPullRequest({ ...pull, as: 'sam', title: 'Look again' });
  await checkThat(world, pull, waits);
  github.renameUser({ user: 'raj', login: 'usurper' });
  github.renameUser({ user: 'raj-renamed', login: 'raj' });
});

test('T22 a shared account fills no seat, whatever team it is in', async () => {
  const { github } = world;
  const pull = propose(world);
  await checkThat(world, pull, waits);
  github.approve({ ...pull, as: 'svc-release' });
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect(await codesFor(world, pull, 'svc-release')).toContain('shared-account');
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test('all of it leaves nothing undone', () => endsWell(world));
