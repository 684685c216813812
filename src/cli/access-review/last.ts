import { z } from 'zod';
import type { Attestation } from '../../access-review/attest.ts';
import type { Line } from '../../access-review/line.ts';
import { loadNewestReview, type StoredReview, takenAttestations } from '../../store/access-reviews.ts';
import { connect, transact } from '../../store/database.ts';
import { tenantsOfLogin } from '../../store/exports.ts';
import { CannotRun } from '../command.ts';
import { withDatabase } from '../database.ts';

/** Lines of a review, and what is printed around them. */
export type Shown = {
  readonly title: string;
  readonly lines: readonly Line[];
  /** How many objections stand. */
  readonly objected: number;
  /** What was said of a line. */
  readonly answersOf: (line: number) => readonly string[];
  readonly ending: readonly string[];
  readonly data: unknown;
};

/** The newest review that was opened, from the database alone. */
export function lastReview(organization: string, repo: string | undefined): Promise<Shown> {
  return withDatabase(async (database) => {
    const [tenant] = await tenantsOfLogin(database, organization);
    if (tenant === undefined)
      throw new CannotRun(`The app is not installed on an organization called "${organization}".`);
    const session = await connect(database);
    try {
      const found = await transact(session, tenant, async (within) => {
        const review = await loadNewestReview(within, tenant, repo);
        return review === null ? null : { review, said: await takenAttestations(within, review.id) };
      });
      if (found === null) throw new CannotRun(`No access review has been opened at ${repo ?? organization} yet.`);
      return shown(found.review, found.said);
    } finally {
      session.release();
    }
  });
}

function shown(review: StoredReview, said: readonly Attestation[]): Shown {
  const { locator, openedAt, dueAt, finishedAt, isOverdue, issue, lines, policy, result } = review;
  const repository = `${locator.owner}/${locator.repository}`;
  const state = finishedAt === null ? (isOverdue ? 'overdue' : 'open') : 'finished';
  const about = (line: number) => said.filter((one) => one.lines.includes(line));
  const objected = lines.filter(({ number }) => about(number).some((one) => standing(one, number, said))).length;
  const where = issue === null ? '' : `, ${repository}#${issue}`;
  return {
    title: `Access review of ${locator.owner}, opened ${openedAt}${where}: ${state}`,
    lines,
    objected,
    answersOf: (line) => about(line).map((one) => wordsOf(one, line, said)),
    ending: [finishedAt === null ? `To be attested by ${dueAt}.` : `Finished ${finishedAt}.`],
    data: {
      repository,
      issue,
      state,
      openedAt,
      dueAt,
      finishedAt,
      policy,
      lines,
      attestations: said,
      result: resultOf(result),
    },
  };
}

/** An objection that the same person has not taken back by attesting the line. */
function standing({ id, by, verdict }: Attestation, line: number, said: readonly Attestation[]): boolean {
  if (verdict !== 'object') return false;
  return !said.some(
    (one) => one.id > id && one.by.id === by.id && one.verdict === 'attest' && one.lines.includes(line),
  );
}

function wordsOf(one: Attestation, line: number, said: readonly Attestation[]): string {
  const { by, at, roles, verdict, rationale } = one;
  const who = `${by.login} as ${roles.join(', ')}, ${at}`;
  if (verdict === 'attest') return `attested by ${who}`;
  const reason = rationale.replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
  return `objected to by ${who}${standing(one, line, said) ? '' : ' (taken back)'}: ${reason}`;
}

/** Plain data; null while the review is open. */
function resultOf(result: unknown): unknown {
  return z
    .array(z.unknown())
    .nullable()
    .catch(null)
    .parse(result ?? null);
}
