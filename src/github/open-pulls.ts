import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';

/** A check run on the head of a pull request, whoever made it. */
export type ShownRun = {
  readonly id: number;
  readonly name: string;
  /** As REST says it; null while it is unfinished. */
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly app: { readonly id: number; readonly slug: string } | null;
};

export type OpenPull = {
  readonly pull: number;
  readonly changedAt: number;
  readonly headSha: string;
  readonly runs: readonly ShownRun[];
  /** Whether these are all the runs that there are. */
  readonly complete: boolean;
};

/** A hundred pull requests with the newest run of each name on their heads: 2 points of the budget. */
const QUERY = /* GraphQL */ `
query CountersignOpenPulls($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: [OPEN], first: 100, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number updatedAt headRefOid
        commits(last: 1) {
          nodes {
            commit {
              oid
              statusCheckRollup {
                contexts(first: 50) {
                  totalCount
                  nodes {
                    __typename
                    ... on CheckRun { databaseId name conclusion title checkSuite { app { databaseId slug } } }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}`;

const Run = z.object({
  __typename: z.string(),
  databaseId: z.number().nullish(),
  name: z.string().optional(),
  conclusion: z.string().nullish(),
  title: z.string().nullish(),
  checkSuite: z.object({ app: z.object({ databaseId: z.number().nullish(), slug: z.string() }).nullish() }).nullish(),
});
const Contexts = z.object({ totalCount: z.number(), nodes: z.array(Run.nullable()) });
const Head = z.object({
  commit: z.object({ oid: z.string(), statusCheckRollup: z.object({ contexts: Contexts }).nullable() }),
});
const Pull = z.object({
  number: z.number().int(),
  updatedAt: z.string(),
  headRefOid: z.string(),
  commits: z.object({ nodes: z.array(Head.nullable()) }),
});
const Answer = z.object({
  repository: z
    .object({
      pullRequests: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(Pull.nullable()),
      }),
    })
    .nullable(),
});

/** More are not read: nobody has so many open, and whoever had would wait for hours. */
const MOST_PAGES = 200;

/** Every open pull request of a repository, the one that was changed last first; null where the installation sees no such repository. */
export async function readOpenPulls(
  installation: Installation,
  { owner, name }: { readonly owner: string; readonly name: string },
  purpose: Purpose,
): Promise<readonly OpenPull[] | null> {
  const found = new Map<number, OpenPull>();
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { data, errors } = await installation.query(QUERY, { owner, name, after }, purpose);
    const trouble = errors.find((error) => error.type !== 'NOT_FOUND');
    const parsed = Answer.safeParse(data);
    if (trouble !== undefined || !parsed.success)
      throw new AppError('github-unexpected', `GitHub did not list the pull requests of ${owner}/${name}.`, {
        retryable: true,
      });
    if (parsed.data.repository === null) return null;
    const { pageInfo, nodes } = parsed.data.repository.pullRequests;
    for (const node of nodes) if (node !== null) found.set(node.number, pullOf(node));
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) break;
    after = pageInfo.endCursor;
  }
  return [...found.values()];
}

function pullOf({ number, updatedAt, headRefOid, commits }: z.infer<typeof Pull>): OpenPull {
  const head = commits.nodes.find((node) => node?.commit.oid === headRefOid);
  const contexts = head?.commit.statusCheckRollup?.contexts;
  const nodes = contexts?.nodes ?? [];
  return {
    pull: number,
    changedAt: Date.parse(updatedAt),
    headSha: headRefOid,
    runs: nodes.flatMap(runOf),
    complete: head !== undefined && (contexts?.totalCount ?? 0) <= nodes.length,
  };
}

function runOf(node: z.infer<typeof Run> | null): readonly ShownRun[] {
  if (node === null || node.__typename !== 'CheckRun' || node.name === undefined) return [];
  const app = node.checkSuite?.app;
  const id = app?.databaseId ?? null;
  return [
    {
      id: node.databaseId ?? 0,
      name: node.name,
      conclusion: node.conclusion?.toLowerCase() ?? null,
      title: node.title ?? null,
      app: app && id !== null ? { id, slug: app.slug } : null,
    },
  ];
}
