import { numberIn, type SectionShape, textIn } from './model.ts';
import { shown } from './values.ts';

const staleApprovals: SectionShape = {
  id: 'stale-approvals',
  title: 'Stale approvals',
  meaning:
    'An approval has stopped counting when it counted in one decision on a proposal and does not in the next. Because of a push: its first reason ' +
    'is then stale-commit, it was given on another commit. Approvals given in the period that counted in no decision are shown beside those, by the ' +
    'reason of the newest decision that knew them. docs/reason-codes.md says what each reason means. Given again: the same person has an approval ' +
    'that counts in a later decision.',
  headline: (rows) => {
    const [all] = rows('approvals');
    if (all === undefined) return 'Nobody approved anything.';
    const again = `${numberIn(all, 'given_again')} of their givers approved again`;
    return `${numberIn(all, 'given')} approvals given; ${numberIn(all, 'stopped_by_push')} stopped counting because of a push, and ${again}.`;
  },
  tables: [
    {
      id: 'approvals',
      title: 'In all',
      empty: 'Nobody approved anything.',
      columns: [
        { key: 'given', title: 'Given in the period', kind: 'count' },
        { key: 'counted', title: 'Counted', kind: 'count' },
        { key: 'never', title: 'Never counted', kind: 'count' },
        { key: 'stopped_by_push', title: 'Stopped by a push', kind: 'count' },
        { key: 'given_again', title: 'Given again after that', kind: 'count' },
        { key: 'stopped_otherwise', title: 'Stopped otherwise', kind: 'count' },
      ],
    },
    {
      id: 'approvals-not-counting',
      title: 'By reason',
      empty: 'Every approval counted.',
      columns: [
        { key: 'reason', title: 'Reason', kind: 'label' },
        { key: 'stopped', title: 'Stopped counting', kind: 'count' },
        { key: 'never', title: 'Never counted', kind: 'count' },
        { key: 'pulls', title: 'Proposals', kind: 'count' },
      ],
      chart: { title: 'Approvals that do not count, by reason', bars: ['stopped', 'never'] },
    },
    {
      id: 'approvals-stopped-listed',
      title: 'Stopped by a push, the newest first (at most 50)',
      empty: 'None.',
      columns: [
        { key: 'pull', title: 'Proposal', kind: 'label' },
        { key: 'person', title: 'By', kind: 'label' },
        { key: 'given_at', title: 'Given', kind: 'instant' },
        { key: 'stopped_at', title: 'Stopped', kind: 'instant' },
        { key: 'again', title: 'Given again', kind: 'flag' },
      ],
    },
  ],
};

const rubberStamps: SectionShape = {
  id: 'rubber-stamps',
  title: 'From being asked to approving',
  meaning:
    'Every approval that came to fill a seat in the period, once, by the seconds that passed since its giver was asked: since the wait that it ' +
    'ended began, or, if that is later, since the app asked this person for a review. A push begins a new wait. Under 60 seconds, or before ' +
    'anybody was asked, it is called a rubber stamp. That is a reason to look, and proves nothing: who had read the change before was as fast.',
  headline: (rows) => {
    const people = rows('asked-to-approved-by-person');
    const total = people.reduce((sum, row) => sum + numberIn(row, 'approvals'), 0);
    const rubber = people.reduce((sum, row) => sum + numberIn(row, 'rubber'), 0);
    if (total === 0) return 'No seat was filled.';
    return `${rubber} of ${total} approvals came within 60 s of being asked.`;
  },
  tables: [
    {
      id: 'asked-to-approved',
      title: 'Distribution',
      empty: 'No seat was filled.',
      columns: [
        { key: 'span', title: 'Time from being asked', kind: 'label' },
        { key: 'approvals', title: 'Approvals', kind: 'count' },
        { key: 'share', title: 'Share', kind: 'percent' },
      ],
      chart: { title: 'Approvals by the time from being asked', bars: ['approvals'] },
    },
    {
      id: 'asked-to-approved-by-person',
      title: 'By person',
      empty: 'No seat was filled.',
      columns: [
        { key: 'person', title: 'Person', kind: 'label' },
        { key: 'approvals', title: 'Approvals', kind: 'count' },
        { key: 'rubber', title: 'Rubber stamps', kind: 'count' },
        { key: 'share', title: 'Share', kind: 'percent' },
        { key: 'fastest', title: 'Fastest', kind: 'seconds' },
        { key: 'p50', title: 'p50', kind: 'seconds' },
      ],
    },
    {
      id: 'rubber-stamps-listed',
      title: 'Rubber stamps, the newest first (at most 50)',
      empty: 'None.',
      columns: [
        { key: 'pull', title: 'Proposal', kind: 'label' },
        { key: 'stage', title: 'Stage', kind: 'label' },
        { key: 'role', title: 'Role', kind: 'label' },
        { key: 'person', title: 'By', kind: 'label' },
        { key: 'approved_at', title: 'Approved', kind: 'instant' },
        { key: 'seconds', title: 'After', kind: 'seconds' },
      ],
    },
  ],
};

const brokenGlass: SectionShape = {
  id: 'broken-glass',
  title: 'Broken glass',
  meaning:
    'Every broken glass that was not reconciled yet at some time in the period, and what the ledger says of its reconciliation. Late: not settled ' +
    'by the time that the policy gives. The hours are elapsed ones, from the breaking to the settlement, or to the end of the period.',
  headline: (rows) => {
    const all = rows('broken-glass');
    const total = all.reduce((sum, row) => sum + numberIn(row, 'glasses'), 0);
    if (total === 0) return 'No glass was broken.';
    const open = numberIn(
      all.find((row) => textIn(row, 'outcome') === 'not reconciled yet'),
      'glasses',
    );
    const late = all.reduce((sum, row) => sum + numberIn(row, 'late'), 0);
    return `${total} broken ${total === 1 ? 'glass' : 'glasses'}; ${open} not reconciled yet, ${late} late.`;
  },
  tables: [
    {
      id: 'broken-glass',
      title: 'By outcome',
      empty: 'No glass was broken.',
      columns: [
        { key: 'outcome', title: 'Outcome', kind: 'label' },
        { key: 'glasses', title: 'Glasses', kind: 'count' },
        { key: 'broken', title: 'Broken in the period', kind: 'count' },
        { key: 'late', title: 'Late', kind: 'count' },
        { key: 'p50', title: 'p50, elapsed', kind: 'hours' },
        { key: 'p90', title: 'p90, elapsed', kind: 'hours' },
      ],
      chart: { title: 'Broken glass by outcome', bars: ['glasses'] },
    },
    {
      id: 'broken-glass-listed',
      title: 'Each of them, the newest first (at most 50)',
      empty: 'None.',
      columns: [
        { key: 'pull', title: 'Proposal', kind: 'label' },
        { key: 'person', title: 'Broken by', kind: 'label' },
        { key: 'incident', title: 'Incident', kind: 'text' },
        { key: 'broken_at', title: 'Broken', kind: 'instant' },
        { key: 'outcome', title: 'Outcome', kind: 'text' },
        { key: 'by_whom', title: 'Reconciled by', kind: 'text' },
        { key: 'settled_at', title: 'Settled', kind: 'instant' },
        { key: 'open_for', title: 'Open for', kind: 'hours' },
        { key: 'late', title: 'Late', kind: 'flag' },
      ],
    },
  ],
};

const findings: SectionShape = {
  id: 'findings',
  title: 'Findings',
  meaning:
    'Everything that was found to have gone past the gate, or to be able to, and was not settled yet at some time in the period. Settled: mended ' +
    '(what was found holds no more), or approved or rejected afterwards by people who had no part in it. The hours are elapsed ones, from the ' +
    'finding to the first of these. Late: not reconciled by the time that the policy gives.',
  headline: (rows) => {
    const [all] = rows('findings');
    if (all === undefined) return 'Nothing was found.';
    const settled = numberIn(all, 'findings') - numberIn(all, 'open');
    const half = settled === 0 ? '' : `, half of them within ${shown(all.p50 ?? null, 'hours')}`;
    return `${numberIn(all, 'findings')} findings; ${numberIn(all, 'open')} open, ${settled} settled${half}.`;
  },
  tables: [
    {
      id: 'findings',
      title: 'By kind',
      empty: 'Nothing was found.',
      columns: [
        { key: 'kind', title: 'Kind', kind: 'label' },
        { key: 'findings', title: 'Findings', kind: 'count' },
        { key: 'found', title: 'Found in the period', kind: 'count' },
        { key: 'open', title: 'Open', kind: 'count' },
        { key: 'mended', title: 'Mended', kind: 'count' },
        { key: 'approved', title: 'Approved afterwards', kind: 'count' },
        { key: 'rejected', title: 'Rejected afterwards', kind: 'count' },
        { key: 'late', title: 'Late', kind: 'count' },
        { key: 'share_settled', title: 'Settled', kind: 'percent' },
        { key: 'p50', title: 'p50, elapsed', kind: 'hours' },
        { key: 'p90', title: 'p90, elapsed', kind: 'hours' },
      ],
      chart: { title: 'Findings by kind', bars: ['findings', 'open'] },
    },
    {
      id: 'findings-open-listed',
      title: 'Open, the oldest first (at most 50)',
      empty: 'None is open.',
      columns: [
        { key: 'repository', title: 'Repository', kind: 'label' },
        { key: 'issue', title: 'Issue', kind: 'label' },
        { key: 'kind', title: 'Kind', kind: 'label' },
        { key: 'title', title: 'What', kind: 'text' },
        { key: 'person', title: 'By', kind: 'text' },
        { key: 'found_at', title: 'Found', kind: 'instant' },
        { key: 'open_for', title: 'Open for', kind: 'hours' },
        { key: 'late', title: 'Late', kind: 'flag' },
      ],
    },
  ],
};

const records: SectionShape = {
  id: 'records',
  title: 'What this rests on',
  meaning:
    'Decisions recorded in the period, by the version of the program that reached them. Some versions may not have recorded all that a section ' +
    'reads: their decisions are counted here as lacking it, and are in no figure that needs what is lacking.',
  headline: (rows) => {
    const all = rows('records');
    const decisions = all.reduce((sum, row) => sum + numberIn(row, 'decisions'), 0);
    const lacking = all.reduce((sum, row) => sum + numberIn(row, 'lacking'), 0);
    if (decisions === 0) return 'Nothing was decided in the period.';
    return `${decisions} ${decisions === 1 ? 'decision' : 'decisions'}; ${lacking} ${lacking === 1 ? 'lacks' : 'lack'} something that this report reads.`;
  },
  tables: [
    {
      id: 'records',
      title: 'Decisions by version',
      empty: 'Nothing was decided in the period.',
      columns: [
        { key: 'engine', title: 'Version', kind: 'label' },
        { key: 'decisions', title: 'Decisions', kind: 'count' },
        { key: 'pulls', title: 'Pull requests', kind: 'count' },
        { key: 'lacking', title: 'Lacking something', kind: 'count' },
      ],
    },
  ],
};

export const afterwards: readonly SectionShape[] = [staleApprovals, rubberStamps, brokenGlass, findings, records];
