import { escaped } from '../decision/escape.ts';
import { epochOf, inWords } from '../decision/time.ts';
import type { Account } from '../decision/values.ts';
import type { Failure, RecordState } from './record.ts';

/** How a record stands, as it is kept. */
export type Standing = {
  readonly state: RecordState | 'escalated';
  readonly since: string;
  readonly failure: Failure | null;
  readonly awaited: readonly string[];
  readonly again: string | null;
  readonly issue: number | null;
  readonly revertedBy: number | null;
};

/** One line of Markdown: how a merged change stands. What came from people is escaped. */
export function standingLine({ state, since, failure, awaited, again, issue, revertedBy }: Standing): string {
  const until = again === null ? '' : `, until ${inWords(epochOf(again))}`;
  const next = awaited.length === 0 ? '' : ` It awaits ${awaited.map((one) => escaped(one)).join('; ')}${until}.`;
  const when = inWords(epochOf(since));
  switch (state) {
    case 'merged':
      return `**Merged**, and not deployed yet.${next}`;
    case 'applying':
      return `**Being applied.**${next}`;
    case 'verifying':
      return `**Applied** ${when}, and being verified.${next}`;
    case 'closed':
      return `**Closed** ${when}: everything that was to come after the merge has come.`;
    case 'rolled-back':
      return `**Rolled back** ${when} by #${revertedBy ?? '?'}.`;
    case 'failed':
    case 'escalated': {
      const called = issue === null ? '' : ` Its owners are called on #${issue}.`;
      return `**Failed** ${when}. ${escaped(failure?.message ?? '', 1_000)}${called} Revert it, or have it signed again.`;
    }
  }
}

/** As many people as are called by name. */
const mostMentions = 15;

export type Merged = {
  readonly pull: number;
  readonly title: string;
  readonly head: string;
  readonly commit: string;
  /** Where the repository's pages are. */
  readonly url: string;
};

export function issueTitle({ pull }: Pick<Merged, 'pull'>): string {
  return `#${pull} has failed after the merge`;
}

/** What the owners of a change are told on the issue that calls them. Markdown. */
export function issueBody(
  { pull, title, head, commit, url }: Merged,
  failure: Failure,
  owners: readonly Account[],
): string {
  const called = owners.slice(0, mostMentions).map(({ login }) => `@${login}`);
  return [
    `#${pull} (${escaped(title)}) is merged and has failed:`,
    '',
    `> ${escaped(failure.message, 2_000)}`,
    '',
    `${called.length === 0 ? 'Its owners' : called.join(', ')}: revert it, propose another change, or look into it and approve #${pull} again, all of you whom it needs. Each goes its usual way; if it cannot wait, the glass can be broken.`,
    '',
    `- Failed: ${inWords(epochOf(failure.at))}`,
    `- Merged commit: ${commit}`,
    `- Merged head: ${head}`,
    ...linkOf(failure, url),
  ].join('\n');
}

function linkOf({ code, number }: Failure, url: string): readonly string[] {
  if (number === null) return [];
  if (code === 'verification-failed') return [`- Run: ${url}/actions/runs/${number}`];
  return code === 'deployment-failed' ? [`- Deployments: ${url}/deployments`] : [];
}
