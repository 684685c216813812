import type { BranchCommit, BranchUpdate, Merge } from './update.ts';

/** Whether permitting decisions cover what one update brought to a governed branch. */
export type Verdict =
  | { readonly kind: 'covered'; readonly pulls: readonly number[] }
  /** A merge without a decision that let exactly this head pass. */
  | { readonly kind: 'unpermitted'; readonly pulls: readonly number[] }
  /** Commits that came without a merge, and are not exactly a head that was permitted. */
  | { readonly kind: 'pushed' }
  /** The branch no longer holds what it held. */
  | { readonly kind: 'rewritten' }
  /** GitHub says that a pull request was merged, and it is not known yet which. */
  | { readonly kind: 'unknown' }
  /** It brought nothing. */
  | { readonly kind: 'empty' };

export type JudgedUpdate = {
  readonly update: BranchUpdate;
  /** The commits that it brought, oldest last. */
  readonly commits: readonly string[];
  readonly verdict: Verdict;
};

export type JudgeInput = {
  /** Oldest first. */
  readonly updates: readonly BranchUpdate[];
  /** Every commit that the branch has now and had not before the first of them. */
  readonly commits: readonly BranchCommit[];
  /** Merges that have one of these commits as their merge commit or as their head. */
  readonly merges: readonly Merge[];
  /** Pull requests that were in the merge queue's group with this head, where a group was told of. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** Which of the commits are permitted already, for this environment or a stricter one: they came to another branch first. */
  readonly permitted: ReadonlySet<string>;
};

/**
 * Judges updates of a governed branch. Each commit belongs to the first update that reaches it, so that one which was pushed cannot hide
 * behind the merge after it (T35). Who merged says nothing: only what had been decided of that head does (T32).
 */
export function judgeUpdates(input: JudgeInput): readonly JudgedUpdate[] {
  const left = new Map(input.commits.map((commit) => [commit.sha, commit]));
  return input.updates.map((update) => {
    const brought = takeReachable(left, update.after);
    return { update, commits: brought.map(({ sha }) => sha), verdict: verdictOf(update, brought, input) };
  });
}

/** The commits that can be reached from `tip` and that no earlier update has brought; they are no longer left then. */
function takeReachable(left: Map<string, BranchCommit>, tip: string): readonly BranchCommit[] {
  const found: BranchCommit[] = [];
  const waiting = [tip];
  for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
    const commit = left.get(sha);
    if (commit === undefined) continue;
    left.delete(sha);
    found.push(commit);
    waiting.push(...commit.parents);
  }
  return found;
}

function verdictOf(
  update: BranchUpdate,
  brought: readonly BranchCommit[],
  { merges, groups, permitted }: JudgeInput,
): Verdict {
  switch (update.kind) {
    case 'deletion':
      return { kind: 'empty' };
    case 'force-push':
      return { kind: 'rewritten' };
    case 'pull-request':
      return ofMerges(merges.filter(({ mergeCommit }) => mergeCommit === update.after));
    case 'merge-queue':
      return ofQueue(update, brought, merges, groups.get(update.after) ?? []);
    case 'push':
    case 'creation':
      return ofPush(
        update,
        brought.filter(({ sha }) => !permitted.has(sha)),
        merges,
      );
  }
}

function ofMerges(own: readonly Merge[]): Verdict {
  if (own.length === 0) return { kind: 'unknown' };
  const without = own.filter(({ permitted }) => !permitted);
  const pulls = (without.length > 0 ? without : own).map(({ pull }) => pull);
  return { kind: without.length > 0 ? 'unpermitted' : 'covered', pulls };
}

/** Of a queue's group every pull request must be known; the group's head is the merge commit of the last. */
function ofQueue(
  { after }: BranchUpdate,
  brought: readonly BranchCommit[],
  merges: readonly Merge[],
  group: readonly number[],
): Verdict {
  const shas = new Set(brought.map(({ sha }) => sha));
  const own = merges.filter(({ mergeCommit }) => mergeCommit !== null && shas.has(mergeCommit));
  const last = own.some(({ mergeCommit }) => mergeCommit === after);
  const isMissing = group.some((pull) => !own.some((merge) => merge.pull === pull));
  const mergeCommits = new Set(own.map(({ mergeCommit }) => mergeCommit));
  const isStrange = firstParents(brought, after).some(
    ({ sha, parents }) => parents.length > 1 && !mergeCommits.has(sha),
  );
  return !last || isMissing || isStrange ? { kind: 'unknown' } : ofMerges(own);
}

/** The branch's own line: from its tip, what each commit was made upon first. */
function firstParents(commits: readonly BranchCommit[], tip: string): readonly BranchCommit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const line: BranchCommit[] = [];
  for (let at = bySha.get(tip); at !== undefined; at = bySha.get(at.parents[0] ?? '')) line.push(at);
  return line;
}

/** GitHub itself lets anybody push a commit that has passed: exactly the permitted head, with nothing on top, is what was signed. */
function ofPush({ after }: BranchUpdate, brought: readonly BranchCommit[], merges: readonly Merge[]): Verdict {
  if (brought.length === 0) return { kind: 'empty' };
  const own = merges.filter((merge) => merge.permitted && merge.head === after);
  return own.length === 0 ? { kind: 'pushed' } : { kind: 'covered', pulls: own.map(({ pull }) => pull) };
}
