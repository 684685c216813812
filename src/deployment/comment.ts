import type { GateAnswer } from './judge.ts';

/** What people read beside a deployment: one line that says what it comes to, and the reasons. Plain text. */
export function commentOf(answer: GateAnswer, leaf: string): string {
  const lines = [headline(answer), ...answer.reasons.map(({ message }) => `- ${message}`)];
  // The leaf comes before the reasons, so that a long list of them never cuts it off.
  return [lines[0], `Ledger leaf ${leaf}.`, ...lines.slice(1)].join('\n');
}

function headline({ allowed, total, pulls, start }: GateAnswer): string {
  if (!allowed) return 'Not allowed.';
  if (total === 0) return 'Allowed: everything that this commit holds has been permitted before.';
  const commits = total === 1 ? '1 commit' : `${total} commits`;
  const by = pulls.length === 0 ? 'findings that were approved' : pulls.map((pull) => `#${pull}`).join(', ');
  return `Allowed: ${commits} since ${start?.sha.slice(0, 10) ?? 'the beginning'}, permitted by ${by}.`;
}

/** A note for whoever waits, while only time stands in the way. */
export function noteOf({ reasons }: GateAnswer): string {
  return ['Waiting.', ...reasons.map(({ message }) => `- ${message}`)].join('\n');
}
