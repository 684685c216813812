import { commitShape, fileShape } from '../shapes/commit.ts';
import { repositoryHtmlUrl, repositoryUrl } from '../shapes/repository.ts';
import { commitOf, commitsBetween, mergeBase } from '../world/git.ts';
import { accountByLogin } from '../world/people.ts';
import { threeDotDiff } from '../world/pull-facts.ts';
import type { Commit, Repository } from '../world/types.ts';
import { found, Refusal } from '../world/world.ts';
import { maySee, repositoryIn } from './access.ts';
import { type Context, ok, paged, param, type Reply, type Route } from './router.ts';

/** `branch`, a SHA, `owner:branch` or `owner:repository:branch`, within the repository's network. */
function commitAt(context: Context, repository: Repository, text: string): string {
  const { world } = context;
  const [ref = '', owner, name] = text.split(':').length > 1 ? partsOf(text) : [text];
  const ownerId = owner === undefined ? repository.ownerId : accountByLogin(world, owner).id;
  const isNamed = owner !== undefined;
  const holder = [...world.repositories.values()].find(
    (each) =>
      each.networkId === repository.networkId &&
      each.ownerId === ownerId &&
      (name ?? each.name) === each.name &&
      isNamed,
  );
  const from = isNamed ? found(holder) : repository;
  if (!maySee(world, context.caller, from)) throw new Refusal(404, 'Not Found');
  const sha = from.branches.get(ref.replace(/^(refs\/)?heads\//, '')) ?? ref;
  return found(world.networkCommits.has(`${repository.networkId}:${sha}`) ? sha : undefined);
}

function partsOf(text: string): readonly string[] {
  const parts = text.split(':');
  return [parts.at(-1) ?? '', ...parts.slice(0, -1)];
}

/** Without a page asked for: the last 250. With one: 30 at a time unless said, 100 at most, from the oldest on. */
function pageOfCommits(context: Context, ahead: readonly Commit[], shape: (commit: Commit) => unknown) {
  const isPaged = context.query.has('per_page') || context.query.has('page');
  if (!isPaged) return { commits: ahead.slice(-250).map(shape), headers: {}, isFirst: true };
  const page = paged(context, ahead, shape);
  const isFirst = ['1', null].includes(context.query.get('page'));
  return { commits: page.body, headers: page.headers ?? {}, isFirst };
}

function statusOf(ahead: number, behind: number): string {
  if (ahead === 0) return behind === 0 ? 'identical' : 'behind';
  return behind === 0 ? 'ahead' : 'diverged';
}

/** docs: "The list of changed files is only shown on the first page of results, and it includes up to 300 changed files". */
function compare(context: Context): Reply {
  const { world } = context;
  const repository = repositoryIn(context);
  const [from = '', to = ''] = param(context, 'basehead').split('...');
  const [base, head] = [commitAt(context, repository, from), commitAt(context, repository, to)];
  const shared = found(mergeBase(world, base, head), `No common ancestor between ${from} and ${to}.`);
  const ahead = commitsBetween(world, base, head);
  const behind = commitsBetween(world, head, base).length;
  const html = `${repositoryHtmlUrl(world, repository)}/compare/${from}...${to}`;
  const shape = (commit: Commit) => commitShape(world, repository, commit);
  const { commits, headers, isFirst } = pageOfCommits(context, ahead, shape);
  const files = () => threeDotDiff(world, base, head).slice(0, 300);
  const body = {
    url: `${repositoryUrl(world, repository)}/compare/${from}...${to}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: shape(commitOf(world, base)),
    merge_base_commit: shape(commitOf(world, shared)),
    status: statusOf(ahead.length, behind),
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits,
    ...(isFirst ? { files: files().map((file) => fileShape(world, repository, head, file)) } : {}),
  };
  return ok(body, headers);
}

export const compareRoutes: readonly Route[] = [
  { operation: 'GET /repos/{owner}/{repo}/compare/{basehead}', access: 'contents:read', handle: compare },
];
