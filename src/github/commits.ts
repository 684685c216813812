import { z } from 'zod';
import { CommitFact } from '../decision/listed.ts';
import { listingOf } from '../decision/values.ts';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';
import { commitOf } from './facts.ts';
import { answerByPages } from './lookup-pages.ts';
import { COMMIT_FIELDS, CommitNode } from './pull-query.ts';

/** As many as one query asks for: each costs up to 20 authors. */
const IN_ONE_QUERY = 100;

const Answer = z.object({ repository: z.record(z.string(), CommitNode.shape.commit.nullable()).nullable() });

/** `unreadable` says in words what GitHub does not show. */
export type ReadCommits = { readonly commits: readonly CommitFact[]; readonly unreadable: readonly string[] };

/** Whom each of these commits names, a query for each hundred. */
export async function readCommits(
  installation: Installation,
  { owner, repository }: { readonly owner: string; readonly repository: string },
  shas: readonly string[],
  purpose: Purpose,
): Promise<ReadCommits> {
  const commits: CommitFact[] = [];
  const unreadable: string[] = [];
  for (let start = 0; start < shas.length; start += IN_ONE_QUERY) {
    const part = shas.slice(start, start + IN_ONE_QUERY);
    const variables = { owner, name: repository, ...Object.fromEntries(part.map((sha, index) => [`c${index}`, sha])) };
    const { data, errors } = await installation.query(queryFor(part.length), variables, purpose);
    const answer = Answer.safeParse(data);
    if (!answer.success || answer.data.repository === null || errors.length > 0)
      throw new AppError('github-unexpected', `GitHub did not tell of commits in ${owner}/${repository}.`, {
        retryable: true,
      });
    for (const [index, sha] of part.entries()) {
      const commit = answer.data.repository[`c${index}`] ?? null;
      if (commit === null) unreadable.push(`commit ${sha.slice(0, 10)}`);
      else commits.push(commitOf({ commit }));
    }
  }
  return { commits, unreadable };
}

/** Whom the commits of a pull request name, merged or not: a squash leaves one of the many that people wrote. */
export async function readPullCommits(
  installation: Installation,
  place: { readonly owner: string; readonly repository: string; readonly pull: number },
  purpose: Purpose,
): Promise<ReadCommits> {
  const answer = await answerByPages(installation, place, { kind: 'commits', key: '' }, purpose);
  const { items, total } = 'ok' in answer ? listingOf(CommitFact).parse(answer.ok) : { items: [], total: 1 };
  return { commits: items, unreadable: items.length < total ? [`every commit of #${place.pull}`] : [] };
}

function queryFor(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const variables = names.map((name) => `$${name}: GitObjectID!`).join(', ');
  const fields = names.map((name) => `${name}: object(oid: $${name}) { ... on Commit {${COMMIT_FIELDS}} }`).join('\n');
  return `query CountersignCommits($owner: String!, $name: String!, ${variables}) {
  repository(owner: $owner, name: $name) {\n${fields}\n  }\n}`;
}
