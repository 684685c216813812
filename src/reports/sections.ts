import { MOST_LISTED, numberIn, type SectionShape, type TableShape, textIn } from './model.ts';
import { afterwards } from './sections-afterwards.ts';
import { aboutApprovals } from './sections-approvals.ts';
import { shown } from './values.ts';

/** Every section of a report but for its rows: what it counts, in which columns, and what is said of it first. */

const rejections: SectionShape = {
  id: 'rejections',
  title: 'Rejections',
  meaning:
    'Rejections given in the period, by command or by a review that requests changes, each counted once: for the proposal that it was given on, ' +
    'as the first decision that knew of it classified that. One that touches several systems, or is of several categories, is counted in each. ' +
    'A rejection stands until whoever gave it approves, or it is withdrawn.',
  headline: (rows) => {
    const reasons = rows('rejection-reasons');
    const total = reasons.reduce((sum, row) => sum + numberIn(row, 'rejections'), 0);
    if (total === 0) return 'Nothing was rejected.';
    const [first] = reasons;
    const standing = reasons.reduce((sum, row) => sum + numberIn(row, 'standing'), 0);
    const most = `most often for ${textIn(first, 'reason')} (${numberIn(first, 'rejections')})`;
    return `${counted(total, 'rejection', 'rejections')}, ${most}; ${standing} still ${standing === 1 ? 'stands' : 'stand'}.`;
  },
  tables: [
    {
      id: 'rejection-reasons',
      title: 'By reason',
      empty: 'Nothing was rejected.',
      columns: [
        { key: 'reason', title: 'Reason', kind: 'label' },
        { key: 'rejections', title: 'Rejections', kind: 'count' },
        { key: 'pulls', title: 'Proposals', kind: 'count' },
        { key: 'standing', title: 'Still standing', kind: 'count' },
      ],
      chart: { title: 'Rejections by reason', bars: ['rejections'] },
    },
    byValue('category', 'Category'),
    byValue('proposer', 'Proposer'),
    byValue('system', 'System'),
    {
      id: 'rejections-listed',
      title: `The newest, in their own words (at most ${MOST_LISTED})`,
      empty: 'None.',
      columns: [
        { key: 'pull', title: 'Proposal', kind: 'label' },
        { key: 'at', title: 'At', kind: 'instant' },
        { key: 'reason', title: 'Reason', kind: 'text' },
        { key: 'stage', title: 'Stage', kind: 'text' },
        { key: 'person', title: 'By', kind: 'label' },
        { key: 'rationale', title: 'Rationale', kind: 'text' },
        { key: 'standing', title: 'Stands', kind: 'flag' },
      ],
    },
  ],
};

function byValue(key: 'category' | 'proposer' | 'system', title: string): TableShape {
  return {
    id: `rejections-by-${key}`,
    title: `By ${key} and reason`,
    empty: 'None.',
    columns: [
      { key, title, kind: 'label' },
      { key: 'reason', title: 'Reason', kind: 'label' },
      { key: 'rejections', title: 'Rejections', kind: 'count' },
      { key: 'pulls', title: 'Proposals', kind: 'count' },
    ],
  };
}

const waiting: SectionShape = {
  id: 'waiting',
  title: 'Where proposals wait',
  meaning:
    'A wait is of one seat. It begins with the decision that finds its stage open, the seat empty, and people the only thing that is missing; or ' +
    'later, when the app first asked anybody of that stage for a review (of a draft nobody is asked). It ends with the approval that fills the ' +
    'seat. A push that changes the content supersedes it and begins another. One that ends otherwise (a rejection, a deferral, missing evidence, ' +
    'a broken glass, a closed pull request) is counted as ended. The p50 and p90 are of filled seats only, by nearest rank: the smallest wait ' +
    'that is at least as long as 50 or 90 percent of them. Business hours are the open hours of the calendar in which the policy counts ' +
    'approvals, or else of its first one, under the policy of the decision with which the wait began; without a calendar all hours count. What ' +
    'still waits is measured up to the end of the period.',
  headline: (rows) => {
    const [all] = rows('waiting-times');
    if (all === undefined) return 'Nobody was waited for.';
    const filled = numberIn(all, 'filled');
    const waits = numberIn(all, 'waiting');
    const open = `${counted(waits, 'seat still waits', 'seats still wait')}.`;
    if (filled === 0) return open;
    const middle = `half of ${counted(filled, 'seat', 'seats')} within ${shown(all.p50 ?? null, 'hours')} of business hours`;
    return `${capital(middle)}, nine in ten within ${shown(all.p90 ?? null, 'hours')}; ${open}`;
  },
  tables: [
    {
      id: 'waiting-times',
      title: 'By stage and role',
      empty: 'Nobody was waited for.',
      columns: [
        { key: 'stage', title: 'Stage', kind: 'label' },
        { key: 'role', title: 'Role', kind: 'label' },
        { key: 'filled', title: 'Filled', kind: 'count' },
        { key: 'p50', title: 'p50, business', kind: 'hours' },
        { key: 'p90', title: 'p90, business', kind: 'hours' },
        { key: 'elapsed_p50', title: 'p50, elapsed', kind: 'hours' },
        { key: 'elapsed_p90', title: 'p90, elapsed', kind: 'hours' },
        { key: 'waiting', title: 'Still waiting', kind: 'count' },
        { key: 'longest_waiting', title: 'Longest of these, business', kind: 'hours' },
        { key: 'superseded', title: 'Superseded by a push', kind: 'count' },
        { key: 'ended', title: 'Ended otherwise', kind: 'count' },
      ],
      chart: { title: 'Business hours until a seat was filled', bars: ['p50', 'p90'] },
    },
    {
      id: 'waiting-now',
      title: `Still waiting, the longest first (at most ${MOST_LISTED})`,
      empty: 'Nothing waits for anybody.',
      columns: [
        { key: 'pull', title: 'Proposal', kind: 'label' },
        { key: 'stage', title: 'Stage', kind: 'label' },
        { key: 'role', title: 'Role', kind: 'label' },
        { key: 'since', title: 'Since', kind: 'instant' },
        { key: 'business', title: 'Business hours', kind: 'hours' },
        { key: 'elapsed', title: 'Elapsed', kind: 'hours' },
      ],
    },
    {
      id: 'waiting-calendars',
      title: 'Calendars that the hours are counted in',
      empty: 'None was needed.',
      columns: [
        { key: 'calendar', title: 'Calendar', kind: 'label' },
        { key: 'timezone', title: 'Time zone', kind: 'label' },
        { key: 'waits', title: 'Waits', kind: 'count' },
      ],
    },
  ],
};

const sla: SectionShape = {
  id: 'sla',
  title: 'Time limits (SLA)',
  meaning:
    'Each time that a stage had to be complete by. Met: its last seat was filled by then. Missed: it was filled later, or the ledger says that the ' +
    'time ran out while people were waited for (sla-breached). Attainment is met of met and missed. Running: the time is not over, or the ' +
    'proposal waits for something else than people. Ended: the proposal was closed, changed or asked for something else before it was decided.',
  headline: (rows) => {
    const [all] = rows('sla');
    if (all === undefined) return 'No stage had a time limit.';
    const judged = numberIn(all, 'met') + numberIn(all, 'missed');
    const running = `${numberIn(all, 'running')} running`;
    if (judged === 0) return `No time limit has been decided yet; ${running}.`;
    return `${numberIn(all, 'met')} of ${judged} time limits met (${shown(all.attainment ?? null, 'percent')}); ${numberIn(all, 'overdue')} overdue now, ${running}.`;
  },
  tables: [
    {
      id: 'sla',
      title: 'By stage',
      empty: 'No stage had a time limit.',
      columns: [
        { key: 'stage', title: 'Stage', kind: 'label' },
        { key: 'met', title: 'Met', kind: 'count' },
        { key: 'missed', title: 'Missed', kind: 'count' },
        { key: 'attainment', title: 'Attainment', kind: 'percent' },
        { key: 'overdue', title: 'Overdue now', kind: 'count' },
        { key: 'running', title: 'Running', kind: 'count' },
        { key: 'ended', title: 'Ended', kind: 'count' },
      ],
      chart: { title: 'Time limits met, in percent', bars: ['attainment'] },
    },
  ],
};

export const sections: readonly SectionShape[] = [rejections, waiting, sla, ...aboutApprovals, ...afterwards];

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
