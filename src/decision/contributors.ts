import type { ContributorKind, Segregation } from '../policy/policy.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Contribution, Contributor } from './history.ts';
import type { CommitFact } from './listed.ts';
import type { Reader } from './reader.ts';
import { type Account, isComplete, webFlow } from './values.ts';

/**
 * Everybody who helped to make the change: by opening it, in any commit, by pushing any head that changed its content,
 * now or ever (T06), here or in a recorded proposal with the same content (T41). What cannot be attributed blocks (T07).
 */
export function contributorsOf(segregation: Segregation, initiators: readonly Contributor[], reader: Reader) {
  const { pull, history } = reader.facts;
  if (pull.author === null) {
    reader.cannotKnow({
      code: 'unknown-author',
      message: 'The account that opened this pull request is gone, so nobody can tell whether it was an approver’s.',
    });
  }
  const author: readonly Contributor[] = pull.author === null ? [] : [{ account: pull.author, as: 'author' }];
  const certain = [...author, ...inCommits(segregation, reader), ...initiators];
  const before = [...history.contributors, ...history.lineage.flatMap(({ contributors }) => contributors)];
  const known = new Set([...certain, ...before].map(({ account }) => account.id));
  const pushers = excludes(segregation, 'pushers') ? pushersOf(known, reader) : { certain: [], assumed: [] };
  const counted = (contributor: Contributor) => isCounted(segregation, contributor.as);
  return {
    /** Kept for ever: all that is certain, whatever this policy counts. */
    certain: distinct([...certain, ...before, ...pushers.certain]),
    /** Set apart under this policy. */
    setApart: distinct([...certain, ...before, ...pushers.certain, ...pushers.assumed].filter(counted)),
  };
}

/** Every commit of the pull request, not only those on the first-parent chain. */
export function commitsOf(reader: Reader): readonly CommitFact[] {
  const { commits, pull } = reader.facts;
  if (isComplete(commits)) return commits.items;
  const all = reader.read('commits', pull.headSha);
  if (all === undefined) return commits.items;
  if (!isComplete(all) || all.items.length < commits.total) {
    const message = `GitHub lists ${all.items.length} of ${Math.max(all.total, commits.total)} commits. Squash or split the change: who wrote the rest cannot be known.`;
    reader.cannotKnow({ code: 'fact-truncated', message });
  }
  return all.items;
}

function inCommits(segregation: Segregation, reader: Reader): readonly Contributor[] {
  const commits = commitsOf(reader);
  for (const commit of commits) if (isUnattributed(commit, segregation)) unattributed(commit.sha, segregation, reader);
  return namedIn(commits);
}

/** Everybody whom commits name, GitHub's own account aside. */
export function namedIn(commits: readonly CommitFact[]): readonly Contributor[] {
  const found = commits.flatMap(({ authors, committer }): readonly Contributor[] => {
    const [author = null, ...coAuthors] = authors;
    return [
      ...as(author, 'commit-author'),
      ...coAuthors.flatMap((account) => as(account, 'co-author')),
      ...as(committer, 'committer'),
    ];
  });
  return found.filter(({ account }) => account.id !== webFlow);
}

function as(account: Account | null, contribution: Contribution): readonly Contributor[] {
  return account === null ? [] : [{ account, as: contribution }];
}

/** Whether a commit names somebody who counts under this policy and whose address belongs to no account. */
export function isUnattributed({ authors, committer }: CommitFact, segregation: Segregation): boolean {
  const counted = excludes(segregation, 'co-authors') ? authors : authors.slice(0, 1);
  return counted.includes(null) || (excludes(segregation, 'committers') && committer === null);
}

function unattributed(sha: string, { unattributedCommits }: Segregation, reader: Reader): void {
  if (unattributedCommits === 'ignore') return;
  const message = `Commit ${sha.slice(0, 10)} names somebody whose mail address belongs to no account. Amend it with an address that GitHub knows, or add that address to the account.`;
  reader.cannotKnow({ code: 'unattributed-commit', message });
}

/**
 * Pushers of heads that changed the content. The first head counts in any case; a later one does not when its
 * fingerprint is that of the head before, as after "update branch". Fingerprints are read only for people whom nothing
 * else sets apart; until they are known, the pusher counts.
 */
function pushersOf(known: ReadonlySet<number>, reader: Reader) {
  const { heads, pull } = reader.facts;
  const announced = heads.filter((head) => head.unannounced !== true);
  const all =
    announced.at(-1)?.sha === pull.headSha
      ? announced
      : [...announced, { sha: pull.headSha, pusher: null, at: reader.facts.at }];
  // Nobody presses "update branch" on a pull request that is not open: what was pushed then is somebody's work.
  const certain: Contributor[] = heads.flatMap(({ pusher, unannounced }) =>
    unannounced === true && pusher !== null && pusher.id !== webFlow ? [{ account: pusher, as: 'pusher' }] : [],
  );
  const assumed: Contributor[] = [];
  all.forEach((head, index) => {
    const pusher = head.pusher ?? pusherFromActivity(head.sha, reader);
    if (pusher === undefined || pusher.id === webFlow) return;
    const before = all[index - 1]?.sha;
    const changed = before === undefined || known.has(pusher.id) || contentChanged(before, head.sha, reader);
    if (changed === true) certain.push({ account: pusher, as: 'pusher' });
    if (changed === undefined) assumed.push({ account: pusher, as: 'pusher' });
  });
  return { certain, assumed };
}

function pusherFromActivity(sha: string, reader: Reader): Account | undefined {
  const pusher = reader.read('pushers', sha);
  if (pusher === null) {
    const message = `Nobody knows who pushed ${sha.slice(0, 10)}: no delivery told, and the repository's activity does not either. Push again.`;
    reader.cannotKnow({ code: 'unknown-pusher', message });
  }
  return pusher ?? undefined;
}

function contentChanged(before: string, head: string, reader: Reader): boolean | undefined {
  if (before === head) return false;
  const earlier = fingerprintOf(before, reader);
  const later = fingerprintOf(head, reader);
  return earlier === undefined || later === undefined ? undefined : earlier !== later;
}

const excludedAs: Partial<Record<Contribution, ContributorKind>> = {
  committer: 'committers',
  'co-author': 'co-authors',
  pusher: 'pushers',
  initiator: 'initiator',
};

/** The author and commit authors always count. */
function isCounted(segregation: Segregation, as: Contribution): boolean {
  const kind = excludedAs[as];
  return kind === undefined || excludes(segregation, kind);
}

function excludes({ exclude }: Segregation, kind: ContributorKind): boolean {
  return exclude.includes(kind);
}

/** Each account once for each thing that it did. */
export function distinct(contributors: readonly Contributor[]): readonly Contributor[] {
  return [...new Map(contributors.map((entry) => [`${entry.account.id} ${entry.as}`, entry])).values()];
}
