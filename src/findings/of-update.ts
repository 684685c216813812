import type { JudgedUpdate } from '../coverage/judge.ts';
import type { Account } from '../decision/values.ts';
import type { Finding } from './finding.ts';

/** As many commits as a finding names. */
const MOST_COMMITS = 50;

/** What an update of a governed branch is to be called, where no permitting decision covers it; undefined where one does. */
export function findingOf(
  { update, commits, verdict }: JudgedUpdate,
  where: { readonly ref: string; readonly environment: string; readonly by: Account | null },
): Finding | undefined {
  const { ref, environment, by } = where;
  const who = by?.login ?? 'somebody';
  const base = {
    key: `update:${ref}:${update.id}`,
    environment,
    head: update.after,
    by,
    commits,
    details: {
      ref,
      before: update.before,
      after: update.after,
      how: update.kind,
      at: update.at,
      commits: commits.slice(0, MOST_COMMITS),
      total: commits.length,
      pulls: 'pulls' in verdict ? verdict.pulls : [],
    },
  };
  switch (verdict.kind) {
    case 'covered':
    case 'empty':
      return undefined;
    case 'unpermitted': {
      const named = verdict.pulls.map((pull) => `#${pull}`).join(', ');
      const title = `${named} came to ${ref} without a decision that permits it`;
      return { ...base, kind: 'merged-unpermitted', pull: verdict.pulls[0] ?? null, title };
    }
    case 'unknown':
      return {
        ...base,
        kind: 'merged-unpermitted',
        pull: null,
        title: `A merge that no pull request is known for came to ${ref}`,
      };
    case 'pushed':
      return { ...base, kind: 'pushed', pull: null, title: `${who} pushed to ${ref}, and no decision covers it` };
    case 'rewritten':
      return { ...base, kind: 'force-pushed', pull: null, title: `${who} rewrote the history of ${ref}` };
  }
}
