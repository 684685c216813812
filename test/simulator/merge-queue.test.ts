import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator, SimulatorOptions } from './server.ts';
import { call, firstCheck, startAcme } from './test-client.ts';

let running: Simulator[] = [];

afterEach(async () => {
  for (const simulator of running) await simulator.close();
  running = [];
});

type Queue = Parameters<Awaited<ReturnType<typeof startAcme>>['control']['addRuleset']>[0]['mergeQueue'];

/** Three pull requests, each with its check passed on its head, and a queue before main. */
async function queued(mergeQueue: Queue = true, options: SimulatorOptions = {}) {
  const started = await startAcme(options);
  running.push(started.simulator);
  const { control, repository, simulator } = started;
  const { id } = control.addRuleset({ repository, name: 'queue', mergeQueue });
  const numbers = [started.number];
  for (const name of ['second', 'third']) {
    control.push({ repository, branch: name, from: 'main', as: 'ben', files: { [`${name}.md`]: `${name}\n` } });
    numbers.push(control.openPullRequest({ repository, as: 'ben', title: name, head: name }).number);
  }
  const answer = (sha: string, conclusion: 'success' | 'failure') =>
    control.createCheckRun({ repository, app: 'countersign', sha, name: firstCheck.context, conclusion });
  const pull = (index: number) => ({ repository, number: numbers[index] ?? 0 });
  const pass = (index: number) => answer(control.pullRequest(pull(index)).head.sha, 'success');
  const enter = (index: number) => {
    pass(index);
    return control.enqueue({ ...pull(index), as: 'ana' });
  };
  const groups = () => control.mergeQueue({ repository });
  const answerGroup = (index: number, conclusion: 'success' | 'failure') =>
    answer(groups()[index]?.headSha ?? '', conclusion);
  /** In the order sent, which is not that of arrival. */
  const heard = (name: string) =>
    simulator.deliveries.filter(({ event }) => event === name).map(({ body }) => JSON.parse(body));
  const tip = () => control.branchHead({ repository, branch: 'main' }).sha;
  return { ...started, ruleset: id, pull, pass, enter, groups, answerGroup, heard, tip };
}

describe('the merge queue', () => {
  it('lets nobody in whose required checks have not passed, and nobody past it', async () => {
    const { control, pull, pass, simulator } = await queued();
    expect(() => control.enqueue({ ...pull(0), as: 'ana' })).toThrow('is expected');
    pass(0);
    expect(control.merge({ ...pull(0), as: 'ana' })).toMatchObject({
      merged: false,
      status: 405,
      message: expect.stringContaining('merge queue'),
    });
    expect(control.merge({ ...pull(0), as: 'ana', bypass: true })).toMatchObject({ merged: false, status: 403 });
    expect(control.merge({ ...pull(0), as: 'acme-owner', bypass: true })).toMatchObject({ merged: true });
    expect(simulator.violations).toEqual([]);
  });

  it('asks for checks on a commit upon all that goes before, and merges in one step when they pass', async () => {
    const { control, repository, pull, enter, groups, answerGroup, heard, tip, simulator, token } = await queued();
    const base = tip();
    const first = enter(0);
    enter(1);
    expect(first.branch).toBe(`gh-readonly-queue/main/pr-${pull(0).number}-${base}`);
    const [one, two] = groups();
    expect(one).toMatchObject({ state: 'waiting', baseSha: base });
    expect(two).toMatchObject({ state: 'waiting', baseSha: one?.headSha });
    answerGroup(1, 'success');
    expect(tip()).toBe(base);
    answerGroup(0, 'success');
    expect(groups()).toEqual([]);
    expect(tip()).toBe(two?.headSha);
    expect(control.pullRequest(pull(0))).toMatchObject({
      merged: true,
      merge_commit_sha: one?.headSha,
      merged_by: { login: 'ana' },
    });
    const events = heard('merge_group');
    expect(events.map(({ action, reason }) => reason ?? action)).toEqual([
      'checks_requested',
      'checks_requested',
      'merged',
      'merged',
    ]);
    expect(events[0]).toMatchObject({
      merge_group: {
        head_sha: one?.headSha,
        head_ref: `refs/heads/${first.branch}`,
        base_sha: base,
        base_ref: 'refs/heads/main',
        head_commit: { id: one?.headSha },
      },
      sender: { login: 'github-merge-queue[bot]' },
    });
    const pulls = heard('pull_request');
    expect(pulls.filter(({ number }) => number === pull(1).number).map(({ action }) => action)).toEqual([
      'opened',
      'enqueued',
      'closed',
      'dequeued',
    ]);
    const pushes = heard('push').filter(({ ref }) => ref === 'refs/heads/main');
    expect(pushes).toMatchObject([{ after: two?.headSha, sender: { login: 'github-merge-queue[bot]', type: 'Bot' } }]);
    const activity = await call(simulator, token, `GET /repos/${repository}/activity?ref=main`);
    expect(activity.body).toMatchObject([
      { activity_type: 'merge_queue_merge', before: base, after: two?.headSha, ref: 'refs/heads/main' },
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('takes out what fails, and builds what stood upon it anew', async () => {
    const { pull, enter, groups, answerGroup, heard, tip, simulator } = await queued();
    const base = tip();
    for (const index of [0, 1, 2]) enter(index);
    const old = groups();
    answerGroup(1, 'failure');
    const [first, last] = groups();
    expect([first?.number, last?.number]).toEqual([pull(0).number, pull(2).number]);
    expect(first).toEqual(old[0]);
    expect(last).toMatchObject({ baseSha: old[0]?.headSha, state: 'waiting' });
    expect(last?.headSha).not.toBe(old[2]?.headSha);
    const destroyed = heard('merge_group').filter(({ action }) => action === 'destroyed');
    expect(destroyed.map(({ reason, merge_group }) => [reason, merge_group.head_sha])).toEqual([
      ['dequeued', old[1]?.headSha],
      ['invalidated', old[2]?.headSha],
    ]);
    expect(heard('pull_request').find(({ action }) => action === 'dequeued')).toMatchObject({
      number: pull(1).number,
      reason: 'CI_FAILURE',
    });
    expect(tip()).toBe(base);
    expect(simulator.violations).toEqual([]);
  });

  it('merges all that a green head brings with it when only heads have to be green', async () => {
    const { control, pull, enter, groups, answerGroup, tip } = await queued({ grouping_strategy: 'HEADGREEN' });
    for (const index of [0, 1, 2]) enter(index);
    const head = groups()[2]?.headSha;
    answerGroup(0, 'failure');
    expect(groups()).toHaveLength(3);
    answerGroup(2, 'success');
    expect(groups()).toEqual([]);
    expect(tip()).toBe(head);
    expect([0, 1, 2].map((index) => control.pullRequest(pull(index)).merged)).toEqual([true, true, true]);
  });

  it('counts a check of the pinned app only, on the group and nowhere else', async () => {
    const { control, repository, enter, groups } = await queued();
    const { headSha } = enter(0);
    control.createCheckRun({
      repository,
      app: 'impostor',
      sha: headSha ?? '',
      name: firstCheck.context,
      conclusion: 'success',
    });
    expect(groups()).toMatchObject([{ state: 'waiting' }]);
  });

  it('lets a pull request go when somebody takes it out, pushes to it, or its checks take too long', async () => {
    let now = Date.now();
    const { control, repository, pull, pass, enter, groups, heard, simulator } = await queued(true, {
      clock: () => now,
    });
    enter(0);
    control.dequeue({ ...pull(0), as: 'ben' });
    enter(1);
    control.push({ repository, branch: 'second', as: 'ben', files: { 'second.md': 'more\n' } });
    expect(groups()).toEqual([]);
    enter(2);
    control.timeOutMergeGroup(pull(2));
    expect(groups()).toEqual([]);
    pass(2);
    control.enqueue({ ...pull(2), as: 'ana' });
    now += 3_599_000;
    control.advanceMergeQueue({ repository });
    expect(groups()).toHaveLength(1);
    now += 1000;
    control.advanceMergeQueue({ repository });
    const reasons = heard('pull_request').filter(({ action }) => action === 'dequeued');
    expect(reasons.map(({ reason }) => reason)).toEqual(['MANUAL', 'MANUAL', 'CI_TIMEOUT', 'CI_TIMEOUT']);
    expect(simulator.violations).toEqual([]);
  });

  it('builds as many as it may, waits for as many as it should, and squashes where told', async () => {
    let now = Date.now();
    const { repository, control, pull, enter, groups, answerGroup, tip } = await queued(
      { max_entries_to_build: 2, min_entries_to_merge: 2, merge_method: 'SQUASH' },
      { clock: () => now },
    );
    enter(0);
    answerGroup(0, 'success');
    expect(groups()).toMatchObject([{ state: 'green' }]);
    now += 300_000;
    control.advanceMergeQueue({ repository });
    expect(control.pullRequest(pull(0))).toMatchObject({ merged: true, merge_commit_sha: tip() });
    enter(1);
    enter(2);
    control.push({ repository, branch: 'fourth', from: 'main', as: 'ana', files: { 'fourth.md': '4\n' } });
    const fourth = control.openPullRequest({ repository, as: 'ana', title: 'Fourth', head: 'fourth' });
    control.createCheckRun({
      repository,
      app: 'countersign',
      sha: fourth.head,
      name: firstCheck.context,
      conclusion: 'success',
    });
    control.enqueue({ repository, number: fourth.number, as: 'ana' });
    expect(groups().map(({ state }) => state)).toEqual(['waiting', 'waiting', 'queued']);
  });

  it('builds anew when the branch moves otherwise, drops what conflicts, and is emptied when it is abolished', async () => {
    const { control, repository, pull, enter, groups, heard, ruleset, tip, simulator } = await queued();
    enter(0);
    enter(1);
    const [, old] = groups();
    control.push({ repository, branch: 'main', as: 'acme-owner', files: { 'src/pay.ts': 'other\n' } });
    const [only] = groups();
    expect(only).toMatchObject({ number: pull(1).number, baseSha: tip() });
    expect(only?.headSha).not.toBe(old?.headSha);
    control.disableRuleset({ repository, id: ruleset });
    const reasons = heard('pull_request').filter(({ action }) => action === 'dequeued');
    expect(reasons.map(({ reason }) => reason)).toEqual(['MERGE_CONFLICT', 'QUEUE_CLEARED']);
    expect(heard('merge_group').filter(({ reason }) => reason === 'invalidated')).toHaveLength(2);
    expect(simulator.violations).toEqual([]);
  });

  it('lets go of what an administrator merged past it, and builds the rest upon that', async () => {
    const { control, pull, enter, groups, heard, tip, simulator } = await queued();
    enter(0);
    enter(1);
    control.merge({ ...pull(0), as: 'acme-owner', bypass: true });
    expect(groups()).toMatchObject([{ number: pull(1).number, baseSha: tip(), state: 'waiting' }]);
    expect(heard('pull_request').find(({ action }) => action === 'dequeued')).toMatchObject({
      number: pull(0).number,
      reason: 'ALREADY_MERGED',
    });
    expect(heard('merge_group').map(({ action, reason }) => reason ?? action)).toEqual([
      'checks_requested',
      'checks_requested',
      'dequeued',
      'invalidated',
      'checks_requested',
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('is told of by GraphQL, to those who may read queues', async () => {
    const { simulator, token, pull, enter, groups } = await queued();
    enter(0);
    enter(1);
    const query = `query ($number: Int!) { repository(owner: "acme", name: "payments") {
      mergeQueue(branch: "main") {
        url
        configuration { mergingStrategy mergeMethod maximumEntriesToBuild checkResponseTimeout }
        entries(first: 1) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes { position state enqueuer { login } headCommit { oid } baseCommit { oid } pullRequest { number headRefOid } }
        }
      }
      none: mergeQueue(branch: "fix") { id }
      pullRequest(number: $number) { isInMergeQueue mergeQueueEntry { position mergeQueue { id } } }
    } }`;
    const variables = { number: pull(1).number };
    const { body } = await call(simulator, token, 'POST /graphql', { query, variables });
    expect(body.errors).toBeUndefined();
    const [first] = groups();
    expect(body.data.repository).toMatchObject({
      mergeQueue: {
        configuration: { mergingStrategy: 'ALLGREEN', mergeMethod: 'MERGE', checkResponseTimeout: 60 },
        entries: {
          totalCount: 2,
          pageInfo: { hasNextPage: true },
          nodes: [
            {
              position: 1,
              state: 'AWAITING_CHECKS',
              enqueuer: { login: 'ana' },
              headCommit: { oid: first?.headSha },
              baseCommit: { oid: first?.baseSha },
              pullRequest: { number: pull(0).number },
            },
          ],
        },
      },
      none: null,
      pullRequest: { isInMergeQueue: true, mergeQueueEntry: { position: 2 } },
    });
    const other = await queued(true, { app: { permissions: { metadata: 'read', checks: 'write' } } });
    const refused = await call(other.simulator, other.token, 'POST /graphql', {
      query: '{ repository(owner: "acme", name: "payments") { mergeQueue { id } } }',
    });
    expect(refused.body.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    expect(other.heard('merge_group')).toEqual([]);
  });
});
