import { MOST_LISTED, numberIn, type SectionShape, textIn } from './model.ts';
import { shown } from './values.ts';

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
      title: `Each of them, the newest first (at most ${MOST_LISTED})`,
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
    const total = numberIn(all, 'findings');
    return `${total} ${total === 1 ? 'finding' : 'findings'}; ${numberIn(all, 'open')} open, ${settled} settled${half}.`;
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
      title: `Open, the oldest first (at most ${MOST_LISTED})`,
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
    const counted = `${decisions} ${decisions === 1 ? 'decision' : 'decisions'}`;
    if (lacking === 0) return `${counted}, and all have what this report reads.`;
    return `${counted}; ${lacking} ${lacking === 1 ? 'lacks' : 'lack'} something that this report reads, and ${lacking === 1 ? 'is' : 'are'} not in every figure.`;
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

export const afterwards: readonly SectionShape[] = [brokenGlass, findings, records];
