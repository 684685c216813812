import type { OpenPull } from '../../github/open-pulls.ts';
import type { KnownPull, PublishedCheck } from '../../store/swept-pulls.ts';

/** What shows a success is looked at again at least so often: people may have left without anything happening to it. */
const SUCCESS_MS = 4 * 3_600_000;
/** GitHub calls a check stale that has been unfinished for 14 days; it is written again well before that. */
const STALE_MS = 10 * 86_400_000;
/** What was written this moment may not be in GitHub's lists yet. */
const SETTLED_MS = 60_000;

export type Reason = 'unknown' | 'changed' | 'closed' | 'success' | 'outage';
export type Chosen = { readonly pull: number; readonly reason: Reason; readonly showsSuccess: boolean };

/** Which pull requests are to be evaluated again. `since`: how long ago, in milliseconds, an evaluation is too old after an outage. */
export function choosePulls(
  known: readonly KnownPull[],
  open: readonly OpenPull[],
  since: number | null,
): readonly Chosen[] {
  const byNumber = new Map(known.map((each) => [each.pull, each]));
  const isOpen = new Set(open.map(({ pull }) => pull));
  const chosen = open.flatMap((shown): readonly Chosen[] => {
    const reason = reasonOf(byNumber.get(shown.pull), shown, since);
    const showsSuccess = byNumber.get(shown.pull)?.showsSuccess ?? false;
    return reason === null ? [] : [{ pull: shown.pull, reason, showsSuccess }];
  });
  const gone = known.filter((each) => each.isOpen && !isOpen.has(each.pull));
  return [...chosen, ...gone.map(({ pull, showsSuccess }) => ({ pull, reason: 'closed' as const, showsSuccess }))];
}

function reasonOf(known: KnownPull | undefined, shown: OpenPull, since: number | null): Reason | null {
  if (known === undefined || !known.isOpen) return 'unknown';
  if (known.headSha !== shown.headSha || known.changedAt !== shown.changedAt) return 'changed';
  if (since !== null && known.age > since) return 'outage';
  return known.showsSuccess && known.age > SUCCESS_MS ? 'success' : null;
}

export type Compared = 'as-published' | 'differs' | 'stale';

/** Whether GitHub shows a check as it was published. Where there are more runs than were read, one that is not among them may be there. */
export function compareCheck(published: PublishedCheck, shown: OpenPull, appId: number): Compared {
  if (published.age < SETTLED_MS) return 'as-published';
  const { content, checkName, age } = published;
  const ours = shown.runs.filter(({ app, name }) => app?.id === appId && name === checkName);
  const newest = ours.toSorted((a, b) => b.id - a.id)[0];
  const isSame = newest?.conclusion === content.conclusion && newest.title === content.title.slice(0, 255);
  if (!isSame) return 'differs';
  return content.status === 'in_progress' && age > STALE_MS ? 'stale' : 'as-published';
}
