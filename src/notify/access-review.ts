import type { Progress } from '../access-review/attest.ts';
import { epochOf, inWords } from '../decision/time.ts';
import { type About, type Notice, notice } from './notice.ts';

/** Once for each review: that nobody has finished it in time. */
export function noticeOfOverdueReview(review: number, { lines }: Progress, dueAt: string, about: About): Notice {
  const open = lines.filter((state) => state.open.length > 0);
  const roles = [...new Set(open.flatMap((state) => state.open))];
  return notice('access-review-overdue', about, {
    key: `${about.repository} ${review}`,
    title: `The access review in ${about.repository} is overdue`,
    lines: [
      `It was to be attested by ${inWords(epochOf(dueAt))}.`,
      `${open.length} of ${lines.length} lines lack an answer.`,
      ...roles.map((role) => `${role}: ${open.filter((state) => state.open.includes(role)).length} lines`),
    ],
  });
}
