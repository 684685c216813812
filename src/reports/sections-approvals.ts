import { MOST_LISTED, numberIn, RUBBER_STAMP_SECONDS, type SectionShape } from './model.ts';

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
    const given = numberIn(all, 'given');
    const again = `${numberIn(all, 'given_again')} of them given again`;
    return `${given} ${given === 1 ? 'approval' : 'approvals'} given; ${numberIn(all, 'stopped_by_push')} stopped counting because of a push, ${again}.`;
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
      title: `Stopped by a push, the newest first (at most ${MOST_LISTED})`,
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
    `ended began, or, if that is later, since the app asked this person for a review. A push begins a new wait. Under ${RUBBER_STAMP_SECONDS} seconds, or before ` +
    'anybody was asked, it is called a rubber stamp. That is a reason to look, and proves nothing: who had read the change before was as fast.',
  headline: (rows) => {
    const people = rows('asked-to-approved-by-person');
    const total = people.reduce((sum, row) => sum + numberIn(row, 'approvals'), 0);
    const rubber = people.reduce((sum, row) => sum + numberIn(row, 'rubber'), 0);
    if (total === 0) return 'No seat was filled.';
    return `${rubber} of ${total} ${total === 1 ? 'approval' : 'approvals'} came within ${RUBBER_STAMP_SECONDS} s of being asked.`;
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
      title: `Rubber stamps, the newest first (at most ${MOST_LISTED})`,
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

export const aboutApprovals: readonly SectionShape[] = [staleApprovals, rubberStamps];
