import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from './server.ts';
import { call, startAcme } from './test-client.ts';

let running: Simulator | null = null;

async function acme(options = {}) {
  const started = await startAcme(options);
  running = started.simulator;
  const query = async (text: string, variables: unknown = {}) =>
    (await call(started.simulator, started.token, 'POST /graphql', { query: text, variables })).body;
  return { ...started, query };
}

afterEach(async () => {
  await running?.close();
  running = null;
});

const facts = `
  query Facts($number: Int!) {
    rateLimit { cost remaining }
    repository(owner: "acme", name: "payments") {
      id databaseId nameWithOwner visibility isFork
      owner { login ... on Organization { databaseId } }
      defaultBranchRef { name target { oid } }
      repositoryTopics(first: 20) { nodes { topic { name } } }
      policy: object(expression: "HEAD:README.md") { ... on Blob { oid text byteSize isTruncated isBinary } }
      pullRequest(number: $number) {
        number title body state isDraft merged mergedAt url baseRefName baseRefOid headRefName headRefOid isCrossRepository
        author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
        headRepository { databaseId nameWithOwner owner { login } }
        additions deletions changedFiles
        labels(first: 100) { nodes { name } }
        assignees(first: 10) { nodes { databaseId login } }
        files(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { path additions deletions changeType } }
        commits(first: 100) {
          totalCount
          nodes { commit {
            oid message messageBody committedDate authoredDate
            parents(first: 5) { nodes { oid } }
            author { name email user { databaseId login } }
            committer { name email user { databaseId } }
            authors(first: 20) { totalCount nodes { name email user { databaseId login } } }
          } }
        }
        reviews(first: 100, states: [APPROVED, CHANGES_REQUESTED]) {
          nodes { databaseId state body submittedAt lastEditedAt commit { oid } author { login } authorCanPushToRepository onBehalfOf(first: 5) { nodes { slug } } }
        }
        comments(first: 100) { nodes { databaseId body lastEditedAt author { __typename login } } }
        timelineItems(first: 50, itemTypes: [ASSIGNED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT]) {
          nodes {
            __typename
            ... on AssignedEvent { createdAt actor { login } assignee { ... on User { databaseId } } }
            ... on HeadRefForcePushedEvent { beforeCommit { oid } afterCommit { oid } actor { login } }
          }
        }
      }
    }
    organization(login: "acme") {
      databaseId
      team(slug: "engineering") {
        databaseId slug
        members(first: 100) { totalCount nodes { databaseId login } }
        direct: members(first: 100, membership: IMMEDIATE) { totalCount }
        childTeams(first: 10) { nodes { slug } }
      }
    }
    user(login: "ana") { databaseId login }
  }`;

describe('GraphQL', () => {
  it('tells the modes of files as a commit has them', async () => {
    const { query, control, repository } = await acme();
    const files = {
      'bin/run': { content: 'x\n', mode: '100755' },
      'a/link': { content: '../bin/run', mode: '120000' },
      'a/sub': { content: 'a'.repeat(40), mode: '160000' },
      'a/text': 'x\n',
    } as const;
    const { sha } = control.push({ repository, branch: 'fix', as: 'ana', files });
    const paths = [...Object.keys(files), 'nowhere'];
    const fields = paths.map((path, index) => `f${index}: file(path: "${path}") { path mode type }`).join(' ');
    const { data } = await query(
      `{ repository(owner: "acme", name: "payments") { object(oid: "${sha}") { ... on Commit { ${fields} } } } }`,
    );
    expect(Object.values(data.repository.object)).toEqual([
      { path: 'bin/run', mode: 0o100755, type: 'blob' },
      { path: 'a/link', mode: 0o120000, type: 'blob' },
      { path: 'a/sub', mode: 0o160000, type: 'commit' },
      { path: 'a/text', mode: 0o100644, type: 'blob' },
      null,
    ]);
  });

  it('answers one query about a pull request and its people', async () => {
    const { query, control, repository, number, head } = await acme();
    control.push({
      repository,
      branch: 'fix',
      as: 'ana',
      files: { 'src/new.ts': 'x\n' },
      author: { name: 'Nobody', email: 'nobody@nowhere.example' },
      coAuthors: ['ben'],
    });
    control.assign({ repository, number, as: 'ana', user: 'cem' });
    control.push({
      repository,
      branch: 'fix',
      as: 'ana',
      from: head,
      files: { 'src/other.ts': 'y\n' },
      coAuthors: ['ben'],
      author: { name: 'Nobody', email: 'nobody@nowhere.example' },
      force: true,
    });
    control.approve({ repository, number, as: 'ben' });
    control.setTeamRole({ repository, team: 'engineering', role: 'read' });
    const { data, errors } = await query(facts, { number });
    expect(errors).toBeUndefined();
    // Three connections are nested in 100 nodes each: about a point for each of them.
    expect(data.rateLimit.cost).toBe(3);
    const pull = data.repository.pullRequest;
    expect(pull).toMatchObject({
      changedFiles: 2,
      author: { __typename: 'User', login: 'ana' },
      isCrossRepository: false,
    });
    expect(pull.commits.nodes[1].commit.author.user).toBeNull();
    expect(
      pull.commits.nodes[1].commit.authors.nodes.map((each: { user: { login: string } | null }) => each.user?.login),
    ).toEqual([undefined, 'ben']);
    expect(pull.reviews.nodes).toMatchObject([
      { state: 'APPROVED', authorCanPushToRepository: false, commit: { oid: pull.headRefOid } },
    ]);
    expect(pull.timelineItems.nodes.map((item: { __typename: string }) => item.__typename)).toEqual([
      'AssignedEvent',
      'HeadRefForcePushedEvent',
    ]);
    expect(data.organization.team).toMatchObject({ members: { totalCount: 3 }, direct: { totalCount: 2 } });
    expect(data.repository.policy.text).toBe('# payments\n');
  });

  it('refuses what the published schema does not have, and what the simulator does not know, by name', async () => {
    const { query } = await acme();
    expect((await query('{ repository(owner: "acme", name: "payments") { nonsense } }')).errors[0].message).toContain(
      'nonsense',
    );
    const unsupported = await query('{ repository(owner: "acme", name: "payments") { diskUsage } }');
    expect(unsupported.errors[0].message).toContain('Repository.diskUsage');
  });

  it('wants pages of at most 100, and says NOT_FOUND beside what it found', async () => {
    const { query } = await acme();
    const missing = await query('{ repository(owner: "acme", name: "payments") { pullRequests { totalCount } } }');
    expect(missing.errors[0].type).toBe('MISSING_PAGINATION_BOUNDARIES');
    const excessive = await query(
      '{ repository(owner: "acme", name: "payments") { pullRequests(first: 101) { totalCount } } }',
    );
    expect(excessive.errors[0].type).toBe('EXCESSIVE_PAGINATION');
    const partial = await query(
      '{ a: repository(owner: "acme", name: "payments") { name } b: repository(owner: "acme", name: "nope") { name } }',
    );
    expect(partial).toMatchObject({
      data: { a: { name: 'payments' }, b: null },
      errors: [{ type: 'NOT_FOUND', path: ['b'] }],
    });
  });

  it('follows cursors and global ids', async () => {
    const { query, control, repository, number } = await acme();
    for (const body of ['a', 'b', 'c']) control.comment({ repository, number, as: 'ben', body });
    const text = `query ($after: String) { repository(owner: "acme", name: "payments") { pullRequest(number: ${number}) { id comments(first: 2, after: $after) { pageInfo { hasNextPage endCursor } nodes { body } } } } }`;
    const first = (await query(text)).data.repository.pullRequest;
    expect(first.comments.pageInfo.hasNextPage).toBe(true);
    const second = (await query(text, { after: first.comments.pageInfo.endCursor })).data.repository.pullRequest;
    expect(second.comments.nodes).toEqual([{ body: 'c' }]);
    const node = await query('query ($id: ID!) { node(id: $id) { ... on PullRequest { number } } }', { id: first.id });
    expect(node.data.node.number).toBe(number);
  });

  it('answers an exhausted budget with HTTP 200 and RATE_LIMITED', async () => {
    const { query, control, installation } = await acme();
    control.exhaustLimit({ installation, resource: 'graphql' });
    expect((await query('{ viewer { login } }')).errors[0].type).toBe('RATE_LIMITED');
  });
});
