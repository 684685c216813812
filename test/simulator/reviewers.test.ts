import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator, SimulatorOptions } from './server.ts';
import { call, startAcme } from './test-client.ts';

let running: Simulator | null = null;

const stranger =
  'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the acme/payments repository.';

async function acme(options: SimulatorOptions = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  const { simulator, token, repository, number } = started;
  const path = `/repos/${repository}/pulls/${number}/requested_reviewers`;
  const send = (method: string, body?: unknown) => call(simulator, token, `${method} ${path}`, body);
  const requested = async () => {
    const { body } = await send('GET');
    return {
      users: body.users.map((user: { login: string }) => user.login),
      teams: body.teams.map((team: { slug: string }) => team.slug),
    };
  };
  const heard = () =>
    simulator.deliveries.flatMap(({ action, body }) => {
      if (!action?.startsWith('review_request')) return [];
      const { requested_reviewer: user, requested_team: team } = JSON.parse(body);
      return [`${action} ${user?.login ?? team?.slug}`];
    });
  const graphql = async (query: string) => (await call(simulator, token, 'POST /graphql', { query })).body;
  return { ...started, send, requested, heard, graphql };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('requested reviewers', () => {
  it('hear of it once each', async () => {
    const { simulator, send, requested, heard } = await acme();
    expect((await send('POST', { reviewers: ['ben', 'cem'], team_reviewers: ['payments'] })).status).toBe(201);
    expect((await send('POST', { reviewers: ['BEN'] })).status).toBe(201);
    expect(await requested()).toEqual({ users: ['ben', 'cem'], teams: ['payments'] });
    expect((await send('DELETE', { reviewers: ['cem'], team_reviewers: ['payments'] })).status).toBe(200);
    expect((await send('DELETE', { reviewers: ['cem'] })).status).toBe(200);
    expect(await requested()).toEqual({ users: ['ben'], teams: [] });
    expect(heard()).toEqual([
      'review_requested ben',
      'review_requested cem',
      'review_requested payments',
      'review_request_removed cem',
      'review_request_removed payments',
    ]);
    expect(simulator.violations).toEqual([]);
  });

  it('are collaborators and not the author, or nobody is requested at all', async () => {
    const { simulator, control, send, requested, heard } = await acme();
    const author = await send('POST', { reviewers: ['ben', 'ana'] });
    expect(author).toMatchObject({
      status: 422,
      body: { message: 'Review cannot be requested from pull request author.' },
    });
    for (const login of ['mallory', 'nobody', 'countersign[bot]', 'dependabot[bot]', 'acme']) {
      const refused = await send('POST', { reviewers: ['ben', login] });
      expect(refused, login).toMatchObject({ status: 422, body: { message: stranger } });
    }
    control.createTeam({ organization: 'acme', slug: 'sales', members: ['ben'] });
    for (const team of ['sales', 'nothing']) {
      const refused = await send('POST', { team_reviewers: [team] });
      expect(refused.body.message, team).toBe(stranger.replace('users or teams', 'teams'));
    }
    control.suspendUser({ user: 'cem' });
    expect((await send('POST', { reviewers: ['cem'] })).status).toBe(422);
    expect(await requested()).toEqual({ users: [], teams: [] });
    expect(heard()).toEqual([]);
    expect(simulator.violations).toEqual([]);
  });

  it('need no more than to read, given to them and not to everybody', async () => {
    const { simulator, control, send } = await acme();
    control.createRepository({ name: 'acme/open', visibility: 'public', collaborators: { ben: 'read', ana: 'write' } });
    control.push({ repository: 'acme/open', branch: 'fix', as: 'ana', files: { 'a.ts': 'a\n' } });
    const pull = control.openPullRequest({ repository: 'acme/open', as: 'ana', title: 'Fix', head: 'fix' });
    const at = { repository: 'acme/open', number: pull.number, as: 'ana' };
    control.requestReviewers({ ...at, users: ['ben'] });
    expect(() => control.requestReviewers({ ...at, users: ['mallory'] })).toThrow(
      'only be requested from collaborators',
    );
    control.setRole({ repository: 'acme/payments', user: 'mallory', role: 'read' });
    expect((await send('POST', { reviewers: ['mallory'] })).status).toBe(201);
    expect(simulator.violations).toEqual([]);
  });

  it.each(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED'] as const)('are done with %s, silently', async (state) => {
    const { simulator, control, repository, number, send, requested, heard } = await acme();
    await send('POST', { reviewers: ['ben', 'cem'], team_reviewers: ['payments', 'engineering'] });
    control.review({ repository, number, as: 'ben', state, body: 'So' });
    expect(await requested()).toEqual({ users: ['cem'], teams: ['payments'] });
    expect(heard().filter((each) => each.includes('removed'))).toEqual([]);
    await send('POST', { reviewers: ['ben'] });
    expect(heard()).toHaveLength(5);
    expect(await requested()).toEqual({ users: ['cem', 'ben'], teams: ['payments'] });
    expect(simulator.violations).toEqual([]);
  });

  it('are read through GraphQL, with what became of them', async () => {
    const { number, control, repository, send, graphql } = await acme();
    await send('POST', { reviewers: ['ben'], team_reviewers: ['payments'] });
    control.removeReviewers({ repository, number, as: 'ana', teams: ['payments'] });
    await send('POST', { reviewers: [], team_reviewers: ['engineering'] });
    const { data, errors } =
      await graphql(`{ repository(owner: "acme", name: "payments") { pullRequest(number: ${number}) {
      reviewRequests(first: 10) { totalCount nodes { requestedReviewer {
        ... on User { databaseId login } ... on Team { databaseId slug }
      } } }
      timelineItems(first: 10, itemTypes: [REVIEW_REQUESTED_EVENT, REVIEW_REQUEST_REMOVED_EVENT]) { nodes {
        __typename
        ... on ReviewRequestedEvent { actor { login } requestedReviewer { ... on User { login } ... on Team { slug } } }
        ... on ReviewRequestRemovedEvent { actor { login } requestedReviewer { ... on Team { slug } } }
      } }
    } } }`);
    expect(errors).toBeUndefined();
    const { reviewRequests, timelineItems } = data.repository.pullRequest;
    expect(reviewRequests).toEqual({
      totalCount: 2,
      nodes: [
        { requestedReviewer: { databaseId: expect.any(Number), login: 'ben' } },
        { requestedReviewer: { databaseId: expect.any(Number), slug: 'engineering' } },
      ],
    });
    const by = (__typename: string, login: string, requestedReviewer: object) => ({
      __typename,
      actor: { login },
      requestedReviewer,
    });
    expect(timelineItems.nodes).toEqual([
      by('ReviewRequestedEvent', 'countersign', { login: 'ben' }),
      by('ReviewRequestedEvent', 'countersign', { slug: 'payments' }),
      by('ReviewRequestRemovedEvent', 'ana', { slug: 'payments' }),
      by('ReviewRequestedEvent', 'countersign', { slug: 'engineering' }),
    ]);
  });
});
