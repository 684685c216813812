import { z } from 'zod';
import type { Lookup, Want } from '../decision/lookups.ts';
import type { Installation, Purpose } from './client.ts';
import { commentOf, commitOf, reviewOf } from './facts.ts';
import type { Place } from './lookup-pieces.ts';
import {
  COMMENT_FRAGMENT,
  COMMIT_FRAGMENT,
  CommentNode,
  CommitNode,
  REVIEW_FRAGMENT,
  ReviewNode,
} from './pull-query.ts';

type Pages = {
  readonly field: string;
  readonly fragment: string;
  readonly text: string;
  readonly map: (node: unknown) => readonly unknown[];
};

/** Lists of which the first query holds only a part. */
export const PAGED: Readonly<Partial<Record<Want['kind'], Pages>>> = {
  commits: {
    field: 'commits',
    fragment: 'pullCommit',
    text: COMMIT_FRAGMENT,
    map: (node) => [commitOf(CommitNode.parse(node))],
  },
  reviews: {
    field: 'reviews',
    fragment: 'review',
    text: REVIEW_FRAGMENT,
    map: (node) => reviewOf(ReviewNode.parse(node)),
  },
  comments: {
    field: 'comments',
    fragment: 'comment',
    text: COMMENT_FRAGMENT,
    map: (node) => commentOf(CommentNode.parse(node)),
  },
};

/** 250 commits is what GitHub shows of a pull request; reviews and comments beyond a thousand are nobody's to read in one go. */
const MOST_PAGES = 10;

const Page = z.object({
  repository: z.object({
    pullRequest: z.object({
      list: z.object({
        totalCount: z.number(),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(z.unknown()),
      }),
    }),
  }),
});

/** Reads a list from its beginning, a hundred at a time. What GitHub does not give shows in `total`. */
export async function answerByPages(
  installation: Installation,
  place: Pick<Place, 'owner' | 'repository' | 'pull'>,
  want: Want,
  purpose: Purpose,
): Promise<Lookup<unknown>> {
  const pages = PAGED[want.kind];
  if (pages === undefined) return { error: `${want.kind} is not a list.` };
  const items: unknown[] = [];
  let after: string | null = null;
  let total = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const variables = { owner: place.owner, name: place.repository, number: place.pull, after };
    const parsed = Page.safeParse((await installation.query(queryOf(pages), variables, purpose)).data);
    if (!parsed.success) return { error: `The ${want.kind} of the pull request could not be read.` };
    const list: z.infer<typeof Page>['repository']['pullRequest']['list'] = parsed.data.repository.pullRequest.list;
    total = list.totalCount;
    items.push(...list.nodes.filter((node) => node !== null).flatMap(pages.map));
    if (!list.pageInfo.hasNextPage) break;
    after = list.pageInfo.endCursor;
  }
  return { ok: { items, total: Math.max(total, items.length) }, at: new Date(installation.now()).toISOString() };
}

function queryOf(pages: Pages): string {
  return `query CountersignPages($owner: String!, $name: String!, $number: Int!, $after: String) {
    repository(owner: $owner, name: $name) { pullRequest(number: $number) {
      list: ${pages.field}(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { ...${pages.fragment} } }
    } }
  }\n${pages.text}`;
}
