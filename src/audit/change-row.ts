import { type Change, type ShownDecision, textAt, whoOf } from './change.ts';

/** The columns of the table that auditors open, and what each has of a change. Their names do not change; new ones come at the end. */
const COLUMNS: Readonly<Record<string, (change: Change) => string>> = {
  repository: ({ repository }) => repository,
  pull_request: ({ pull }) => String(pull),
  requested_at: ({ requested }) => requested.at,
  requested_by: ({ requested }) => requested.by,
  initiators: ({ decision }) =>
    list(decision?.what.contributors.filter(({ as }) => as === 'initiator').map(({ account }) => account.login)),
  environment: ({ decision }) => decision?.what.environment ?? '',
  category: ({ decision }) => names(decision?.what.classification?.proposal?.categories),
  classified_because: ({ decision }) => decision?.what.classification?.proposal?.because ?? '',
  systems: ({ decision }) => names(decision?.what.classification?.systems),
  data_classifications: ({ decision }) => names(decision?.what.classification?.classifications),
  blast_radius: ({ decision }) => decision?.what.classification?.blastRadius?.level ?? '',
  evidence: ({ decision }) =>
    list(
      decision?.what.evidence.map(
        ({ kind, verified, message }) => `${kind}: ${verified ? 'verified' : 'missing'} (${message})`,
      ),
    ),
  approvers: ({ decision }) => list(decision?.what.plan.flatMap(approversOf)),
  seats_open: ({ decision }) => list(decision?.what.plan.flatMap(openSeatsOf)),
  decision: ({ decision }) => decision?.what.state ?? '',
  decided_at: ({ decision }) => decision?.at ?? '',
  decision_leaf: ({ decision }) => decision?.leaf ?? '',
  outcome: ({ closing }) => (closing === null ? 'open' : closing.details.merged === true ? 'merged' : 'closed'),
  ended_at: ({ closing }) => closing?.at ?? '',
  ended_by: ({ closing }) => (closing === null ? '' : whoOf(closing)),
  merge_commit: ({ closing }) => (closing === null ? '' : textAt(closing.details, 'mergeCommit')),
  merge_permitted: ({ closing }) => (closing?.details.merged === true ? textAt(closing.details, 'permitted') : ''),
  deployments: ({ deployments }) => list(deployments.map(({ at, text }) => `${at} ${text}`)),
  verification: ({ verifications }) => list(verifications.map(({ at, text }) => `${at} ${text}`)),
  record: ({ closed }) => closed,
  exceptions: ({ decision, exceptions }) =>
    list([
      ...exceptions.map(({ at, text }) => `${at} ${text}`),
      ...(decision?.what.exceptions ?? []).map(({ code, message }) => `${code}: ${message}`),
    ]),
  first_index: ({ firstIndex }) => String(firstIndex),
  last_index: ({ lastIndex }) => String(lastIndex),
  entries: ({ entries }) => String(entries),
};

export const changeColumns: readonly string[] = Object.keys(COLUMNS);

export function changeRow(change: Change): readonly string[] {
  return Object.values(COLUMNS).map((column) => column(change));
}

type Stage = ShownDecision['plan'][number];

/** Who signed, as what, when, and by which rule: the authority that they had then. */
function approversOf({ name, seats }: Stage): readonly string[] {
  return seats.flatMap(({ label, because, filledBy }) => {
    if (!filledBy) return [];
    const { account, at } = filledBy;
    const id = account.id === undefined ? '' : ` (${account.id})`;
    const rule = because.length === 0 ? '' : `: ${because.join(', ')}`;
    return [`${account.login}${id} as ${label} in ${name} at ${at}${rule}`];
  });
}

function openSeatsOf({ name, seats }: Stage): readonly string[] {
  return seats.flatMap(({ label, filledBy }) => (filledBy ? [] : [`${label} in ${name}`]));
}

function names(named: readonly { readonly name: string }[] | undefined): string {
  return list(named?.map(({ name }) => name));
}

/** Several things in one cell. */
function list(items: readonly string[] | undefined): string {
  return (items ?? []).join('; ');
}
