import type { Row, TableId } from '../../reports/model.ts';
import type { Session } from '../database.ts';
import type { PolicyBlobs } from '../policies.ts';
import { approvals, approvalsNotCounting, approvalsStoppedListed } from './approvals.ts';
import { brokenGlass, brokenGlassListed, findings, findingsOpenListed } from './exceptions.ts';
import { records } from './records.ts';
import {
  rejectionReasons,
  rejectionsByCategory,
  rejectionsByProposer,
  rejectionsBySystem,
  rejectionsListed,
} from './rejections.ts';
import { slaAttainment } from './sla.ts';
import type { Period } from './sql.ts';
import { askedToApproved, askedToApprovedByPerson, rubberStampsListed } from './stamps.ts';
import { policiesQuery, type WaitsInput, waitingCalendars, waitingNow, waitingTimes } from './waits.ts';

/** The query of every table of a report. What is printed beside a table is this text, and it is this text that is executed. */
export function queriesOf(input: WaitsInput): Readonly<Record<TableId, string>> {
  const { period } = input;
  return {
    'rejection-reasons': rejectionReasons(period),
    'rejections-by-category': rejectionsByCategory(period),
    'rejections-by-proposer': rejectionsByProposer(period),
    'rejections-by-system': rejectionsBySystem(period),
    'rejections-listed': rejectionsListed(period),
    'waiting-times': waitingTimes(input),
    'waiting-now': waitingNow(input),
    'waiting-calendars': waitingCalendars(input),
    sla: slaAttainment(period),
    approvals: approvals(period),
    'approvals-not-counting': approvalsNotCounting(period),
    'approvals-stopped-listed': approvalsStoppedListed(period),
    'asked-to-approved': askedToApproved(period),
    'asked-to-approved-by-person': askedToApprovedByPerson(period),
    'rubber-stamps-listed': rubberStampsListed(period),
    'broken-glass': brokenGlass(period),
    'broken-glass-listed': brokenGlassListed(period),
    findings: findings(period),
    'findings-open-listed': findingsOpenListed(period),
    records: records(period),
  };
}

/** The answer to one of those queries. The database puts the figures together: only what is shown comes here, however large the ledger. */
export async function answerOf(session: Session, query: string): Promise<readonly Row[]> {
  const { rows } = await session.query<Record<string, Row[string]>>(query);
  return rows;
}

/** The policies under which the pull requests of a period were decided, and the instant of the first decision on them. */
export async function policiesOfPeriod(
  session: Session,
  period: Period,
): Promise<{ readonly policies: readonly PolicyBlobs[]; readonly since: string }> {
  const { rows } = await session.query<PolicyBlobs & { readonly since: string }>(policiesQuery(period));
  const since = rows.map((row) => row.since).sort()[0] ?? period.from;
  return { policies: rows.map(({ organization, repository }) => ({ organization, repository })), since };
}
