import * as z from 'zod';

/** What an auditor is shown of an entry: parsed, with what is open of its commitments. */
const Account = z.object({ id: z.number().optional(), login: z.string() });
const Reason = z.object({ code: z.string(), message: z.string() });
const Named = z.array(z.object({ name: z.string(), because: z.array(z.string()).optional() }));

const Seat = z.object({
  label: z.string(),
  because: z.array(z.string()).catch([]),
  filledBy: z.object({ account: Account, at: z.string() }).nullish(),
});

const Decision = z.object({
  state: z.string(),
  environment: z.string().nullish(),
  classification: z
    .object({
      systems: Named.catch([]),
      classifications: Named.catch([]),
      blastRadius: z.object({ level: z.string() }).optional(),
      proposal: z.object({ categories: Named.catch([]), because: z.string().optional() }).optional(),
    })
    .nullish()
    .catch(null),
  plan: z.array(z.object({ name: z.string(), seats: z.array(Seat) })).catch([]),
  evidence: z.array(z.object({ kind: z.string(), verified: z.boolean(), message: z.string() })).catch([]),
  exceptions: z.array(Reason).catch([]),
  reasons: z.array(Reason).catch([]),
  contributors: z.array(z.object({ account: Account, as: z.string() })).catch([]),
  glass: z
    .object({ by: Account, incident: z.string().optional(), reason: z.string().optional() })
    .nullish()
    .catch(null),
});
export type ShownDecision = z.output<typeof Decision>;

const Shown = z.object({
  kind: z.string(),
  at: z.string(),
  repository: z.object({ id: z.number(), name: z.string() }),
  pull: z.number().nullish(),
  head: z.string().catch(''),
  actor: z.object({ kind: z.string(), login: z.string().optional() }).catch({ kind: 'unknown' }),
  details: z.record(z.string(), z.unknown()).catch({}),
});
export type Shown = z.output<typeof Shown>;

type Noted = { readonly at: string; readonly text: string };

/** What the ledger says of one pull request, entry by entry. */
export type Change = {
  readonly repository: string;
  readonly pull: number;
  readonly requested: { readonly at: string; readonly by: string };
  readonly decision: { readonly at: string; readonly leaf: string; readonly what: ShownDecision } | null;
  /** The decision that the merge or closing names; the latest stands in while there is none. */
  readonly closing: Shown | null;
  readonly deployments: readonly Noted[];
  readonly verifications: readonly Noted[];
  readonly exceptions: readonly Noted[];
  readonly closed: string;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly entries: number;
  readonly unread: number;
};

export type Placed = { readonly index: number; readonly leaf: string; readonly value: unknown };

/** The change with one more of its entries, which come in the order of the ledger. */
export function withEntry(before: Change | null, { index, leaf, value }: Placed, pull: number): Change {
  const read = Shown.safeParse(value);
  if (!read.success) return { ...begun(before, index, pull), unread: (before?.unread ?? 0) + 1 };
  const shown = read.data;
  const change = begun(before, index, pull, shown);
  switch (shown.kind) {
    case 'decision': {
      const what = Decision.safeParse(shown.details.decision);
      if (!what.success || change.closing !== null) return change;
      return { ...change, decision: { at: shown.at, leaf, what: what.data } };
    }
    case 'closed':
      return { ...change, closing: shown };
    case 'deployment-gated':
    case 'deployment':
      return { ...change, deployments: [...change.deployments, noted(shown, deploymentOf(shown))] };
    case 'verification':
      return { ...change, verifications: [...change.verifications, noted(shown, outcomeOf(shown))] };
    case 'record-closed':
    case 'record-reopened':
      return { ...change, closed: `${shown.kind.slice('record-'.length)} ${shown.at}` };
    default: {
      const exception = exceptionOf(shown);
      return exception === undefined
        ? change
        : { ...change, exceptions: [...change.exceptions, noted(shown, exception)] };
    }
  }
}

function begun(before: Change | null, index: number, pull: number, shown?: Shown): Change {
  if (before !== null) return { ...before, lastIndex: index, entries: before.entries + 1 };
  return {
    repository: shown?.repository.name ?? '',
    pull,
    requested: { at: shown?.at ?? '', by: shown === undefined ? '' : whoOf(shown) },
    decision: null,
    closing: null,
    deployments: [],
    verifications: [],
    exceptions: [],
    closed: '',
    firstIndex: index,
    lastIndex: index,
    entries: 1,
    unread: 0,
  };
}

function noted({ at }: Shown, text: string): Noted {
  return { at, text };
}

export function whoOf({ actor }: Shown): string {
  return actor.login ?? actor.kind;
}

export function textAt(details: Readonly<Record<string, unknown>>, key: string): string {
  const value = details[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function deploymentOf({ details, head }: Shown): string {
  const outcome = details.allowed === true ? 'allowed' : details.allowed === false ? 'refused' : outcomeText(details);
  return [textAt(details, 'environment'), head.slice(0, 12), outcome].filter((word) => word !== '').join(' ');
}

function outcomeOf({ details }: Shown): string {
  return [textAt(details, 'environment'), outcomeText(details)].filter((word) => word !== '').join(' ');
}

function outcomeText(details: Readonly<Record<string, unknown>>): string {
  return textAt(details, 'outcome') || textAt(details, 'state') || textAt(details, 'result');
}

/** What an auditor asks about first: where the ordinary way was left. */
function exceptionOf(shown: Shown): string | undefined {
  const { kind, details } = shown;
  switch (kind) {
    case 'glass-broken':
      return `glass broken by ${whoOf(shown)} for ${textAt(details, 'incident')}: ${textAt(details, 'reason')}`;
    case 'reconciliation':
      return `reconciliation ${textAt(details, 'outcome')}`;
    case 'finding':
      return `finding ${textAt(details, 'finding')}: ${textAt(details, 'title')}`;
    case 'sla-breached':
      return `overdue: ${textAt(details, 'stage')}`;
    case 'backups-activated':
      return `backups activated: ${textAt(details, 'stage')}`;
    case 'failure-reported':
      return `failure after the merge reported by ${whoOf(shown)}`;
    default:
      return undefined;
  }
}
