import { z } from 'zod';
import type { Lookup, PersonFact, TeamFact, Want } from '../decision/lookups.ts';
import type { Account } from '../decision/values.ts';
import type { Installation, Purpose } from './client.ts';

/** The pull request that the wants are about. */
export type Place = {
  readonly owner: string;
  readonly repository: string;
  readonly pull: number;
  readonly head: string;
  readonly headSha: string;
  readonly baseSha: string;
  readonly fork: boolean;
  readonly changedFiles: number;
};

/** One want's part of a composed query: its alias, its text with variables of its own, and how its answer is read. */
export type Piece = {
  readonly want: Want;
  readonly alias: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly types: readonly string[];
  readonly read: (value: unknown, at: string) => Lookup<unknown> | Promise<Lookup<unknown>>;
};

const UserNode = z.object({ databaseId: z.number(), login: z.string() });

function userOf(node: z.infer<typeof UserNode>): Account {
  return { id: node.databaseId, login: node.login, kind: 'user' };
}

export function readUser(value: unknown, at: string): Lookup<Account | null> {
  const user = UserNode.nullable().parse(value);
  return { ok: user === null ? null : userOf(user), at };
}

const Members = z.object({
  totalCount: z.number(),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  nodes: z.array(UserNode.nullable()),
});
const Team = z.object({ team: z.object({ databaseId: z.number(), members: Members }).nullable() }).nullable();

const TEAM_FIELDS =
  'databaseId members(first: 100, after: $AFTER) { totalCount pageInfo { hasNextPage endCursor } nodes { databaseId login } }';

/** GitHub lists the members of child teams with a team's own unless it is asked not to (`membership` defaults to ALL). */
export function teamPiece(installation: Installation, want: Want, alias: string, purpose: Purpose): Piece {
  const [org = '', slug = ''] = want.key.split('/');
  const text = `organization(login: $${alias}o) { team(slug: $${alias}s) { ${TEAM_FIELDS.replace('$AFTER', 'null')} } }`;
  const read = async (value: unknown, at: string): Promise<Lookup<TeamFact | null>> => {
    const team = Team.parse(value)?.team ?? null;
    if (team === null) return { ok: null, at };
    const members = await readMembers(installation, org, slug, team.members, purpose);
    if (members === null) return { error: `Not every member of team ${want.key} could be read.` };
    return { ok: { id: team.databaseId, members }, at };
  };
  return {
    want,
    alias,
    text,
    types: [`$${alias}o: String!`, `$${alias}s: String!`],
    variables: { [`${alias}o`]: org, [`${alias}s`]: slug },
    read,
  };
}

async function readMembers(
  installation: Installation,
  org: string,
  slug: string,
  first: z.infer<typeof Members>,
  purpose: Purpose,
): Promise<Account[] | null> {
  const members: Account[] = [];
  let page = first;
  for (;;) {
    members.push(...page.nodes.filter((node) => node !== null).map(userOf));
    if (!page.pageInfo.hasNextPage) break;
    const text = `query CountersignTeam($o: String!, $s: String!, $after: String) { w: organization(login: $o) { team(slug: $s) { ${TEAM_FIELDS.replace('$AFTER', '$after')} } } }`;
    const { data } = await installation.query(text, { o: org, s: slug, after: page.pageInfo.endCursor }, purpose);
    const next = z.object({ w: Team }).parse(data).w?.team?.members;
    if (next === undefined) return null;
    page = next;
  }
  return members.length >= first.totalCount ? members : null;
}

const PERMISSIONS: Readonly<Record<string, PersonFact['permission']>> = {
  READ: 'read',
  TRIAGE: 'triage',
  WRITE: 'write',
  MAINTAIN: 'maintain',
  ADMIN: 'admin',
};
const Person = z
  .object({
    collaborators: z
      .object({ edges: z.array(z.object({ permission: z.string(), node: UserNode }).nullable()).nullable() })
      .nullable(),
  })
  .nullable();

/** What somebody may do on the repository. Who is not among its collaborators may do nothing that counts here. */
export function personPiece(place: Place, want: Want, alias: string): Piece {
  const login = want.login ?? '';
  return {
    want,
    alias,
    text: `repository(owner: $${alias}o, name: $${alias}n) { collaborators(login: $${alias}l, first: 1) { edges { permission node { databaseId login } } } }`,
    types: [`$${alias}o: String!`, `$${alias}n: String!`, `$${alias}l: String!`],
    variables: { [`${alias}o`]: place.owner, [`${alias}n`]: place.repository, [`${alias}l`]: login },
    read: (value, at) => {
      const edge =
        Person.parse(value)?.collaborators?.edges?.find((item) => item?.node.databaseId === Number(want.key)) ?? null;
      const account: Account = { id: Number(want.key), login: edge?.node.login ?? login, kind: 'user' };
      const permission = edge === null ? 'none' : (PERMISSIONS[edge.permission] ?? 'none');
      return { ok: { account, permission, suspended: false } satisfies PersonFact, at };
    },
  };
}

const CODEOWNERS_PATHS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'] as const;
const BlobNode = z.object({ text: z.string().nullish(), isTruncated: z.boolean() }).nullish();

/** GitHub uses the first of the three places that has one (docs: About code owners). */
export function codeownersPiece(place: Place, want: Want, alias: string): Piece {
  const fields = CODEOWNERS_PATHS.map(
    (_, index) => `f${index}: object(expression: $${alias}e${index}) { ... on Blob { text isTruncated } }`,
  ).join(' ');
  return {
    want,
    alias,
    text: `repository(owner: $${alias}o, name: $${alias}n) { ${fields} }`,
    types: [
      `$${alias}o: String!`,
      `$${alias}n: String!`,
      ...CODEOWNERS_PATHS.map((_, index) => `$${alias}e${index}: String!`),
    ],
    variables: {
      [`${alias}o`]: place.owner,
      [`${alias}n`]: place.repository,
      ...Object.fromEntries(CODEOWNERS_PATHS.map((path, index) => [`${alias}e${index}`, `${want.key}:${path}`])),
    },
    read: (value, at) => {
      const found = z.record(z.string(), BlobNode).parse(value ?? {});
      for (const [index, path] of CODEOWNERS_PATHS.entries()) {
        const blob = found[`f${index}`];
        if (blob === null || blob === undefined) continue;
        if (blob.isTruncated || typeof blob.text !== 'string') return { error: `${path} could not be read whole.` };
        return { ok: { path, text: blob.text }, at };
      }
      return { ok: null, at };
    },
  };
}

const IssueNode = z
  .object({
    issueOrPullRequest: z
      .object({
        issueState: z.string().optional(),
        pullState: z.string().optional(),
        title: z.string(),
        url: z.string(),
      })
      .nullable(),
  })
  .nullable();

export function issuePiece(want: Want, alias: string): Piece {
  const [, owner = '', name = '', number = '0'] = /^([^/]+)\/([^#]+)#(\d+)$/.exec(want.key) ?? [];
  return {
    want,
    alias,
    text: `repository(owner: $${alias}o, name: $${alias}n) { issueOrPullRequest(number: $${alias}i) { ... on Issue { issueState: state title url } ... on PullRequest { pullState: state title url } } }`,
    types: [`$${alias}o: String!`, `$${alias}n: String!`, `$${alias}i: Int!`],
    variables: { [`${alias}o`]: owner, [`${alias}n`]: name, [`${alias}i`]: Number(number) },
    read: (value, at) => {
      const issue = IssueNode.parse(value)?.issueOrPullRequest ?? null;
      return {
        ok:
          issue === null
            ? null
            : {
                title: issue.title,
                url: issue.url,
                state: (issue.pullState ?? issue.issueState ?? 'open').toLowerCase(),
              },
        at,
      };
    },
  };
}
