import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator, SimulatorOptions } from './server.ts';
import { call, installationToken, startAcme } from './test-client.ts';

let running: Simulator | null = null;

const mutation = `mutation React($subjectId: ID!, $content: ReactionContent!) {
  addReaction(input: { subjectId: $subjectId, content: $content }) { reaction { content user { login } } subject { id } }
}`;

async function acme(options: SimulatorOptions = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  const graphql = async (query: string, variables: unknown, token = started.token) =>
    (await call(started.simulator, token, 'POST /graphql', { query, variables })).body;
  const react = (subjectId: string, content: string, token?: string) =>
    graphql(mutation, { subjectId, content }, token);
  const get = async (path: string) =>
    (await call(started.simulator, started.token, `GET /repos/${started.repository}${path}`)).body;
  return { ...started, graphql, react, get };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

describe('reactions', () => {
  it('are added to comments, reviews, issues and pull requests, once each', async () => {
    const { simulator, control, repository, number, react, get } = await acme();
    const at = { repository, number };
    const issue = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    const comment = control.comment({ ...at, as: 'ben', body: '/sign' });
    control.react({ ...at, as: 'cem', comment: comment.id, content: 'heart' });
    control.approve({ ...at, as: 'ben', body: '/sign' });
    const [review] = control.reviews(at);
    const subjects = [
      (await get(`/issues/comments/${comment.id}`)).node_id,
      review?.node_id,
      (await get(`/issues/${issue.number}`)).node_id,
      (await get(`/pulls/${number}`)).node_id,
    ];
    for (const id of [...subjects, ...subjects]) {
      expect(await react(id, 'EYES')).toEqual({
        data: { addReaction: { reaction: { content: 'EYES', user: null }, subject: { id } } },
      });
    }
    const own = { login: 'countersign[bot]', content: 'eyes' };
    expect(control.reviews(at)[0]?.reactedBy).toEqual([own]);
    expect(control.comments(at)[0]?.reactedBy).toEqual([{ login: 'cem', content: 'heart' }, own]);
    expect((await get(`/issues/comments/${comment.id}`)).reactions).toMatchObject({
      total_count: 2,
      eyes: 1,
      heart: 1,
    });
    expect((await get(`/issues/${number}`)).reactions).toMatchObject({ total_count: 1, eyes: 1 });
    expect(
      (await get(`/issues/comments/${comment.id}/reactions`)).map((each: { content: string }) => each.content),
    ).toEqual(['heart', 'eyes']);
    expect(simulator.violations).toEqual([]);
  });

  it('are read through GraphQL', async () => {
    const { control, repository, number, graphql, react } = await acme();
    control.approve({ repository, number, as: 'ben' });
    const id = control.reviews({ repository, number })[0]?.node_id ?? '';
    await react(id, 'THUMBS_UP');
    const text = `query ($id: ID!) { node(id: $id) { ... on PullRequestReview {
      reactions(first: 10, content: THUMBS_UP) { totalCount nodes { content } }
      reactionGroups { content viewerHasReacted reactors(first: 1) { totalCount } }
    } } }`;
    const { node } = (await graphql(text, { id })).data;
    expect(node.reactions).toEqual({ totalCount: 1, nodes: [{ content: 'THUMBS_UP' }] });
    expect(node.reactionGroups).toHaveLength(8);
    expect(node.reactionGroups).toContainEqual({
      content: 'THUMBS_UP',
      viewerHasReacted: true,
      reactors: { totalCount: 1 },
    });
  });

  it('need the permission of the conversation they are in', async () => {
    const { simulator, control, installation, repository, number, react, get } = await acme();
    const issue = control.openIssue({ repository, as: 'ben', title: 'Broken' });
    const onIssue = control.comment({ repository, number: issue.number, as: 'ben', body: 'one' });
    const onPull = control.comment({ repository, number, as: 'ben', body: 'two' });
    const idOf = async (comment: { id: number }) => (await get(`/issues/comments/${comment.id}`)).node_id;
    const issues = await installationToken(simulator, installation, { permissions: { issues: 'write' } });
    const pulls = await installationToken(simulator, installation, { permissions: { pull_requests: 'write' } });
    const forbidden = {
      data: { addReaction: null },
      errors: [{ type: 'FORBIDDEN', path: ['addReaction'], message: 'Resource not accessible by integration' }],
    };
    expect(await react(await idOf(onIssue), 'EYES', pulls)).toMatchObject(forbidden);
    expect(await react(await idOf(onPull), 'EYES', issues)).toMatchObject(forbidden);
    expect((await react(await idOf(onIssue), 'EYES', issues)).errors).toBeUndefined();
    expect((await react(await idOf(onPull), 'EYES', pulls)).errors).toBeUndefined();
  });

  it('find nothing where nothing is to be seen', async () => {
    const { control, number, react, get } = await acme();
    control.createOrganization({ login: 'other', owners: ['mallory'] });
    control.createRepository({ name: 'other/open', visibility: 'public' });
    control.createRepository({ name: 'other/secret' });
    const open = control.openIssue({ repository: 'other/open', as: 'mallory', title: 'Here' });
    const secret = control.openIssue({ repository: 'other/secret', as: 'mallory', title: 'There' });
    const idOf = (repository: string, issue: { number: number }) =>
      control.issue({ repository, number: issue.number }).node_id;
    expect((await react(idOf('other/open', open), 'EYES')).errors[0].type).toBe('FORBIDDEN');
    expect((await react(idOf('other/secret', secret), 'EYES')).errors[0].type).toBe('NOT_FOUND');
    expect((await react('nonsense', 'EYES')).errors[0].type).toBe('NOT_FOUND');
    const author = (await get(`/pulls/${number}`)).user.node_id;
    expect((await react(author, 'EYES')).errors[0].type).toBe('NOT_FOUND');
  });

  it('count as content, and as five points of the secondary limit', async () => {
    const { simulator, control, repository, number, react, graphql } = await acme({
      limits: { contentPerMinute: 2, graphqlPointsPerMinute: 16 },
    });
    const { node_id: id } = control.pullRequest({ repository, number });
    for (const content of ['EYES', 'HEART']) expect((await react(id, content)).errors).toBeUndefined();
    expect((await react(id, 'ROCKET')).message).toContain('secondary rate limit');
    await graphql('{ viewer { login } }', {});
    expect((await graphql('{ viewer { login } }', {})).message).toContain('secondary rate limit');
    expect(simulator.limitViolations.map(({ limit }) => limit)).toEqual(['content', 'points']);
  });
});

describe('node ids', () => {
  it('are the same in REST, GraphQL and webhooks, and no two are alike', async () => {
    const { simulator, control, repository, number, graphql, get } = await acme();
    const at = { repository, number };
    for (const as of ['ben', 'cem']) {
      control.approve({ ...at, as });
      control.comment({ ...at, as, body: 'hello' });
    }
    const text = `query ($number: Int!) { repository(owner: "acme", name: "payments") { pullRequest(number: $number) {
      id reviews(first: 9) { nodes { id databaseId } } comments(first: 9) { nodes { id databaseId } }
    } } }`;
    const pull = (await graphql(text, { number })).data.repository.pullRequest;
    const pairs = (list: readonly { id: number; node_id: string }[]) =>
      list.map(({ id, node_id }) => ({ id: node_id, databaseId: id }));
    const heard = (event: string, key: string) =>
      simulator.deliveries.filter((each) => each.event === event).map(({ body }) => JSON.parse(body)[key]);
    expect(pairs(await get(`/pulls/${number}/reviews`))).toEqual(pull.reviews.nodes);
    expect(pairs(heard('pull_request_review', 'review'))).toEqual(pull.reviews.nodes);
    expect(pairs(await get(`/issues/${number}/comments`))).toEqual(pull.comments.nodes);
    expect(pairs(heard('issue_comment', 'comment'))).toEqual(pull.comments.nodes);
    expect((await get(`/issues/${number}`)).node_id).toBe(pull.id);
    const ids = [pull, ...pull.reviews.nodes, ...pull.comments.nodes].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids)
      expect((await graphql('query ($id: ID!) { node(id: $id) { id } }', { id })).data.node.id).toBe(id);
  });
});
