/** How a branch came to point somewhere else, as GitHub's record of activity tells it. */
export type UpdateKind = 'pull-request' | 'merge-queue' | 'push' | 'force-push' | 'creation' | 'deletion';

/** One change of where a branch points. `before` is all zeros where the branch is new, `after` where it is gone. */
export type BranchUpdate = {
  /** GitHub's number: later updates have larger ones. */
  readonly id: number;
  readonly kind: UpdateKind;
  readonly before: string;
  readonly after: string;
  readonly actor: { readonly id: number; readonly login: string; readonly kind: string } | null;
  readonly at: string;
};

/** A commit and what it was made upon; a merge commit has its branch's side first. */
export type BranchCommit = { readonly sha: string; readonly parents: readonly string[] };

/** A merge of a pull request into the branch, and whether the decision on exactly that head let it pass. */
export type Merge = {
  readonly pull: number;
  readonly head: string;
  /** Null until GitHub has told it. */
  readonly mergeCommit: string | null;
  readonly permitted: boolean;
  /** The state of that decision; null where there never was one. */
  readonly state: string | null;
};

/** Where a branch points while it does not exist. */
export const noCommit = '0'.repeat(40);

export function isNoCommit(sha: string): boolean {
  return /^0+$/.test(sha);
}
