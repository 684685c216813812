import { effectiveOf } from '../jobs/policy-in-force.ts';
import { type BusinessHours, calendarOf, openWithin } from '../reports/business-hours.ts';
import type { Answer, TableId } from '../reports/model.ts';
import type { Session } from '../store/database.ts';
import { knowledgeWithin } from '../store/knowledge.ts';
import { answerOf, policiesOfPeriod, queriesOf } from '../store/report/read.ts';
import type { Period } from '../store/report/sql.ts';
import type { PolicyHours } from '../store/report/waits.ts';
import type { Progress } from './progress.ts';

type Answers = Readonly<Record<TableId, Answer>>;

/** Asks every query of a report, one after the other, in the transaction of `session`. */
export async function readAnswers(session: Session, period: Period, progress: Progress): Promise<Answers> {
  const queries = Object.entries(queriesOf({ period, policies: await policyHours(session, period) }));
  const answers: [string, Answer][] = [];
  for (const [id, query] of queries) {
    progress.at(answers.length, queries.length);
    answers.push([id, { query, rows: await answerOf(session, query) }]);
  }
  // The keys are those of `queriesOf`.
  return Object.fromEntries(answers) as Answers;
}

/** The calendar of each policy that something was decided under; calendars that say the same are one. */
async function policyHours(session: Session, period: Period): Promise<readonly PolicyHours[]> {
  const { policies, since } = await policiesOfPeriod(session, period);
  const span = { from: since, to: period.to };
  const known = new Map<string, BusinessHours>();
  const found: PolicyHours[] = [];
  for (const blobs of policies) {
    const effective = await effectiveOf(knowledgeWithin(session), blobs);
    const calendar = effective === undefined ? undefined : calendarOf(effective);
    const key = JSON.stringify(calendar ?? null);
    const hours = calendar && (known.get(key) ?? { ...calendar, open: openWithin(span, calendar) });
    if (hours !== undefined) known.set(key, hours);
    found.push({ blobs, calendar: hours ?? null });
  }
  return found;
}
