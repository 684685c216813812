import type { ReviewFact } from './listed.ts';
import type { Reader } from './reader.ts';
import { epochOf } from './time.ts';
import { type Account, isComplete } from './values.ts';

/** What one person has decided about a pull request, in order: approvals, requests for changes, dismissals. */
export type Decisive = {
  /** `review:77` or `command:78` */
  readonly id: string;
  readonly number: number;
  readonly by: Account;
  readonly state: 'approved' | 'changes-requested' | 'dismissed';
  readonly at: number;
  readonly body: string;
  /** What the API shows now; for a command, the head when it was said. */
  readonly commit: string | null;
  readonly source: 'review' | 'command';
};

/** Decisive reviews by person. A comment decides nothing; a dismissal hides what was said, and brings nothing back. */
export function decisiveByPerson(
  reader: Reader,
  excepted: ReadonlyMap<number, string>,
): ReadonlyMap<number, readonly Decisive[]> {
  const all = [...reviewsOf(reader).flatMap(fromReview), ...ownApprovals(reader, excepted)];
  all.sort((one, other) => one.at - other.at || one.number - other.number);
  const people = new Map<number, Decisive[]>();
  for (const decisive of all) {
    const known = people.get(decisive.by.id);
    if (known === undefined) people.set(decisive.by.id, [decisive]);
    else known.push(decisive);
  }
  return people;
}

/** Approvals since the last time that the person decided otherwise: the latest decisive review holds (T16). */
export function standingApprovals(decisive: readonly Decisive[]): readonly Decisive[] {
  const last = decisive.findLastIndex(({ state }) => state !== 'approved');
  return decisive.slice(last + 1);
}

function reviewsOf(reader: Reader): readonly ReviewFact[] {
  const { reviews } = reader.facts;
  if (isComplete(reviews)) return reviews.items;
  const all = reader.read('reviews', 'pull');
  if (all === undefined) return reviews.items;
  if (!isComplete(all)) {
    const message = `Only ${all.items.length} of ${all.total} reviews could be read.`;
    reader.cannotKnow({ code: 'fact-truncated', message });
  }
  return all.items;
}

function fromReview({ id, author, state, body, commit, submittedAt }: ReviewFact): readonly Decisive[] {
  if (author === null || state === 'commented' || state === 'pending') return [];
  return [
    { id: `review:${id}`, number: id, by: author, state, at: epochOf(submittedAt), body, commit, source: 'review' },
  ];
}

/** `/approve-own`, for people with an exception: GitHub refuses an author's own review. */
function ownApprovals({ facts }: Reader, excepted: ReadonlyMap<number, string>): readonly Decisive[] {
  return facts.interventions.flatMap((said): readonly Decisive[] => {
    if (said.kind !== 'approve-own' || !excepted.has(said.by.id)) return [];
    const { id, by, at, head, rationale } = said;
    return [
      {
        id: `command:${id}`,
        number: id,
        by,
        state: 'approved',
        at: epochOf(at),
        body: rationale,
        commit: head,
        source: 'command',
      },
    ];
  });
}
