import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorOptions } from './server.ts';
import { appToken, call, startAcme, startReceiver } from './test-client.ts';

let cleanUp: (() => Promise<void> | void)[] = [];

async function acme(options: SimulatorOptions = {}) {
  const receiver = await startReceiver('it is a secret');
  const started = await startAcme({ ...options, webhookUrl: receiver.url, webhookSecret: 'it is a secret' });
  cleanUp.push(() => started.simulator.close(), receiver.close);
  const names = () =>
    receiver.received.map(({ event, payload }) => (payload.action ? `${event}.${payload.action}` : event));
  await started.simulator.settled();
  return { ...started, receiver, names };
}

afterEach(async () => {
  for (const end of cleanUp) await end();
  cleanUp = [];
});

describe('webhooks', () => {
  it('are signed and fit the published schemas, whatever happens', async () => {
    const { simulator, control, receiver, names, repository, number, head } = await acme();
    const at = { repository, number };
    control.ping();
    control.editPullRequest({ ...at, as: 'ana', title: 'Better', body: 'Because of this' });
    control.label({ ...at, as: 'ana', name: 'security' });
    control.unlabel({ ...at, as: 'ana', name: 'security' });
    control.assign({ ...at, as: 'ana', user: 'cem' });
    control.unassign({ ...at, as: 'ana', user: 'cem' });
    control.convertToDraft({ ...at, as: 'ana' });
    control.readyForReview({ ...at, as: 'ana' });
    control.requestReviewers({ ...at, as: 'ana', users: ['cem'], teams: ['payments'] });
    control.removeReviewers({ ...at, as: 'ana', teams: ['payments'] });
    const review = control.approve({ ...at, as: 'ben' });
    control.editReview({ ...at, as: 'ben', review: review.id, body: 'Fine' });
    control.dismissReview({ ...at, as: 'ana', review: review.id, message: 'No' });
    const comment = control.comment({ ...at, as: 'ben', body: 'hello' });
    control.editComment({ ...at, as: 'ben', comment: comment.id, body: 'hello again' });
    control.deleteComment({ ...at, as: 'ben', comment: comment.id });
    const action = { label: 'Again', description: 'Look again', identifier: 'again' };
    const run = control.createCheckRun({
      repository,
      app: 'countersign',
      sha: head,
      name: 'countersign',
      conclusion: 'failure',
      actions: [action],
    });
    control.rerequestCheckRun({ run: run.id, as: 'ana' });
    control.clickAction({ run: run.id, identifier: 'again', as: 'ana' });
    control.rerequestSuite({ repository, sha: head, as: 'ana' });
    const workflow = control.startWorkflowRun({
      repository,
      path: '.github/workflows/ci.yml',
      as: 'ana',
      branch: 'fix',
    });
    control.completeWorkflowRun({ run: workflow.id, conclusion: 'success' });
    control.push({ repository, branch: 'fix', as: 'ana', files: { 'src/pay.ts': 'two\n' } });
    control.push({ repository, branch: 'release', as: 'ana', to: 'main' });
    control.retarget({ ...at, as: 'ana', base: 'release' });
    control.close({ ...at, as: 'ana' });
    control.reopen({ ...at, as: 'ana' });
    control.addTeamMember({ organization: 'acme', team: 'payments', user: 'mallory' });
    control.removeTeamMember({ organization: 'acme', team: 'payments', user: 'mallory' });
    control.setRole({ repository, user: 'mallory', role: 'write' });
    control.setRole({ repository, user: 'mallory', role: 'admin' });
    control.setRole({ repository, user: 'mallory', role: null });
    control.setTeamRole({ repository, team: 'payments', role: 'write' });
    control.setProperties({ repository, as: 'ana', values: { environment: 'production' } });
    control.editRepository({ repository, as: 'ana', topics: ['money'] });
    control.removeMember({ organization: 'acme', user: 'mallory' });
    control.selectRepositories({ organization: 'acme', add: [repository] });
    control.renameRepository({ repository, as: 'ana', name: 'billing' });
    control.suspendInstallation({ organization: 'acme' });
    control.suspendInstallation({ organization: 'acme', suspended: false });
    control.removeInstallation({ organization: 'acme' });
    await simulator.settled();
    expect(simulator.violations).toEqual([]);
    expect(receiver.received.every((each) => each.signed)).toBe(true);
    expect(names()).toEqual(
      expect.arrayContaining([
        'ping',
        'installation.created',
        'push',
        'pull_request.opened',
        'pull_request.synchronize',
        'check_run.requested_action',
        'organization.member_removed',
        'installation.deleted',
      ]),
    );
  });

  it('never come twice by themselves, and come again with the same id when asked for', async () => {
    const { simulator, control, receiver, repository, number } = await acme();
    receiver.state.status = 500;
    control.comment({ repository, number, as: 'ben', body: 'lost' });
    await simulator.settled();
    const failed = (await call(simulator, appToken(simulator), 'GET /app/hook/deliveries?status=failure')).body;
    expect(failed).toMatchObject([{ event: 'issue_comment', status_code: 500, redelivery: false }]);
    receiver.state.status = 202;
    const again = await call(simulator, appToken(simulator), `POST /app/hook/deliveries/${failed[0].id}/attempts`);
    expect(again.status).toBe(202);
    await simulator.settled();
    const guids = receiver.received.filter(({ event }) => event === 'issue_comment').map(({ guid }) => guid);
    expect(guids).toEqual([failed[0].guid, failed[0].guid]);
    expect(simulator.violations).toEqual([]);
  });

  it('get lost, doubled and reordered on demand', async () => {
    const { simulator, control, receiver, repository, number } = await acme();
    const say = (body: string) => control.comment({ repository, number, as: 'ben', body });
    const heard = () =>
      receiver.received.filter(({ event }) => event === 'issue_comment').map(({ payload }) => payload.comment.body);
    control.failWebhooks({ event: 'issue_comment', kind: 'drop' });
    say('dropped');
    control.failWebhooks({ event: 'issue_comment', kind: 'duplicate' });
    say('doubled');
    await simulator.settled();
    expect(heard()).toEqual(['doubled', 'doubled']);
    control.holdWebhooks();
    say('first');
    say('second');
    const order = control
      .heldWebhooks()
      .map(({ guid }) => guid)
      .reverse();
    control.releaseWebhooks({ order });
    await simulator.settled();
    expect(new Set(heard().slice(2))).toEqual(new Set(['first', 'second']));
  });

  it('follow reviews that GitHub moves to the new head', async () => {
    const { simulator, control, receiver, repository, number, head } = await acme();
    control.approve({ repository, number, as: 'ben' });
    control.push({ repository, branch: 'main', as: 'cem', files: { 'docs/more.md': 'more\n' } });
    const { sha } = control.updateBranch({ repository, number, as: 'ana' });
    await simulator.settled();
    const submitted = receiver.received.find(({ event }) => event === 'pull_request_review');
    expect(submitted?.payload.review.commit_id).toBe(head);
    expect(control.reviews({ repository, number })[0]?.commit_id).toBe(sha);
  });

  it('tell nobody else of a rerequested run of another app', async () => {
    const { simulator, control, names, repository, head } = await acme();
    const run = control.createCheckRun({ repository, app: 'ci', sha: head, name: 'test', conclusion: 'success' });
    control.rerequestCheckRun({ run: run.id, as: 'ana' });
    await simulator.settled();
    expect(names()).toContain('check_run.completed');
    expect(names()).not.toContain('check_run.rerequested');
  });
});
