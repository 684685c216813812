import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { endsWell, nextSecond, type Proposed } from '../support/attacks.ts';
import {
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

/** In `outside`, zoe has a role and no access to the repository. */
const WITH_OUTSIDER = POLICY.replace('roles:\n', 'roles:\n  guest: { members: ["user:bo", "user:zoe"] }\n').replace(
  'rules:\n',
  'rules:\n  - name: guests\n    when: { repositories: [outside] }\n    require: { peer: [ { role: guest } ] }\n',
);
const { shop } = SCENARIO.repositories ?? {};

let world: World;
beforeAll(async () => {
  world = await startWorld({
    scenario: {
      ...SCENARIO,
      users: [...(SCENARIO.users ?? []), 'zoe'],
      repositories: {
        ...SCENARIO.repositories,
        '.github': { files: { 'countersign.yml': WITH_OUTSIDER } },
        outside: { ...shop, visibility: 'private', requiredChecks: [] },
      },
    },
    simulator: { limits: false },
  });
});
afterAll(() => world.close());

function requestedOf({ repository, number }: Proposed): readonly string[] {
  return world.github
    .pullRequest({ repository, number })
    .requested_reviewers.map(({ login }) => login)
    .sort();
}

/** Waits until exactly these people are asked, and makes sure that it stays so. */
async function asks(pull: Proposed, ...people: readonly string[]): Promise<void> {
  await eventually(`requests to ${people.join(', ')}, not ${requestedOf(pull).join(', ')}`, async () => {
    return JSON.stringify(requestedOf(pull)) === JSON.stringify(people);
  });
  await quiet(world);
  expect(requestedOf(pull)).toEqual(people);
}

function callsFor({ repository, number }: Proposed): readonly string[] {
  const path = `/repos/${repository}/pulls/${number}/requested_reviewers`;
  return world.simulator.calls.filter((call) => call.path === path).map(({ method }) => method);
}

const PEERS = ['ana', 'bo', 'cy', 'pat'];

test('exactly those are asked whose seat is open, stage by stage, and let go when it is filled', async () => {
  const pull = propose(world);
  await asks(pull, ...PEERS);
  world.github.approve({ ...pull, as: 'ana' });
  await asks(pull, 'raj', 'rita');
  world.github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);
  await asks(pull);
  const before = callsFor(pull).length;
  world.github.merge({ ...pull, as: 'sam' });
  await quiet(world);
  expect(callsFor(pull)).toHaveLength(before);
});

test('after a push that makes approvals stale the peers are asked again, and the others let go', async () => {
  const pull = propose(world);
  await asks(pull, ...PEERS);
  world.github.approve({ ...pull, as: 'ana' });
  await asks(pull, 'raj', 'rita');
  world.github.push({ ...pull, as: 'fixer[bot]', files: { 'src/y.ts': '1' } });
  await asks(pull, ...PEERS);
});

test('a draft shows its state and asks nobody until it is ready', async () => {
  const { github } = world;
  const draft = propose(world, { draft: true });
  await checkThat(world, draft, waits);
  await quiet(world);
  expect([requestedOf(draft), callsFor(draft)]).toEqual([[], []]);
  github.readyForReview({ ...draft, as: 'sam' });
  await asks(draft, ...PEERS);
});

test('who removes their own request is not asked again, and who was asked by a person is not let go by us', async () => {
  const { github } = world;
  const pull = propose(world);
  await asks(pull, ...PEERS);
  github.removeReviewers({ ...pull, as: 'cy', users: ['cy'] });
  github.requestReviewers({ ...pull, as: 'sam', users: ['mallory'] });
  github.label({ ...pull, as: 'sam', name: 'urgent' });
  await asks(pull, 'ana', 'bo', 'mallory', 'pat');
  github.approve({ ...pull, as: 'bo' });
  await asks(pull, 'mallory', 'raj', 'rita');
});

test('when an approval is dismissed its seat is open, and all are asked again', async () => {
  const { github } = world;
  const pull = propose(world);
  await asks(pull, ...PEERS);
  await nextSecond();
  const { id } = github.approve({ ...pull, as: 'ana' });
  await asks(pull, 'raj', 'rita');
  github.dismissReview({ ...pull, as: 'sam', review: id, message: 'Look again.' });
  // A stage that has opened stays open.
  await asks(pull, ...PEERS, 'raj', 'rita');
});

test('a person without access keeps nobody else from being asked, and is tried once', async () => {
  const pull = propose(world, { repository: 'acme/outside' });
  await asks(pull, ...PEERS);
  const tried = ['GET', 'POST', 'POST', 'POST', 'POST', 'POST', 'POST'];
  expect(callsFor(pull)).toEqual(tried);
  world.github.approve({ ...pull, as: 'ana' });
  await asks(pull, 'bo');
  world.github.push({ ...pull, as: 'fixer[bot]', files: { 'src/z.ts': '1' } });
  await asks(pull, ...PEERS);
  expect(callsFor(pull)).toEqual([...tried, 'GET', 'DELETE', 'GET', 'POST']);
});

test('a burst of events asks once', async () => {
  const { github } = world;
  const pull = propose(world);
  for (let n = 0; n < 20; n += 1) github.label({ ...pull, as: 'sam', name: `burst-${n}` });
  await asks(pull, ...PEERS);
  expect(callsFor(pull)).toEqual(['GET', 'POST']);
});

test('a request whose answer is lost is ours all the same, and made once', async () => {
  const { github } = world;
  github.failCalls({ path: '^POST .*/requested_reviewers$', times: 1, effect: { kind: 'lost' } });
  const pull = propose(world);
  await asks(pull, ...PEERS);
  github.approve({ ...pull, as: 'ana' });
  await asks(pull, 'raj', 'rita');
  await endsWell(world);
});
