/** One place in the merge queue, as GitHub tells it. Commits are null while the queue has built none for it. */
export type QueueEntry = {
  readonly headCommit: string | null;
  readonly baseCommit: string | null;
  /** Null where the pull request cannot be seen. */
  readonly pull: { readonly number: number; readonly head: string } | null;
};

export type Queue = {
  /** GitHub's `ALLGREEN` or `HEADGREEN`; null where it does not say. */
  readonly strategy: string | null;
  readonly entries: readonly QueueEntry[];
};

export type GroupMember = { readonly pull: number; readonly head: string };

export type Resolved =
  | { readonly kind: 'resolved'; readonly members: readonly [GroupMember, ...GroupMember[]] }
  | { readonly kind: 'unresolved'; readonly why: string };

/**
 * Which pull requests a group of the merge queue would merge, first to last: from the entry whose commit is the group's head back to where
 * the group begins. Where every entry must be green that is the group's base. Where the head alone must be (or it is not known which), a
 * green head merges everything that stands before it in the queue, so all of it counts. A chain with a gap holds nobody knows what.
 */
export function resolveGroup(
  { strategy, entries }: Queue,
  { headSha, baseSha }: { readonly headSha: string; readonly baseSha: string },
): Resolved {
  const byCommit = new Map(entries.flatMap((entry) => (entry.headCommit === null ? [] : [[entry.headCommit, entry]])));
  const allGreen = strategy === 'ALLGREEN';
  const found: GroupMember[] = [];
  let at = headSha;
  // No chain is longer than the queue: one that is goes round in a circle.
  while (found.length <= entries.length) {
    const entry = byCommit.get(at);
    if (found.length > 0 && (allGreen ? at === baseSha : entry === undefined)) return ofMembers(found);
    if (entry === undefined) return unresolved(`no entry of the merge queue has the commit ${at.slice(0, 10)}`);
    if (entry.pull === null) return unresolved(`the pull request at ${at.slice(0, 10)} cannot be seen`);
    if (entry.baseCommit === null) return unresolved(`nobody says what #${entry.pull.number} was built upon`);
    found.unshift({ pull: entry.pull.number, head: entry.pull.head });
    at = entry.baseCommit;
  }
  return unresolved('the entries of the merge queue stand upon each other in a circle');
}

function ofMembers(found: readonly GroupMember[]): Resolved {
  const [first, ...rest] = found;
  return first === undefined ? unresolved('it holds nothing') : { kind: 'resolved', members: [first, ...rest] };
}

function unresolved(why: string): Resolved {
  return { kind: 'unresolved', why };
}
