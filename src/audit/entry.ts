import type { Account } from '../decision/values.ts';

/** Where an entry's knowledge comes from. */
export type Actor =
  | Pick<Account, 'id' | 'login' | 'kind'>
  | { readonly kind: 'timer' }
  | { readonly kind: 'app' }
  /** Somebody at the command line, whom GitHub did not name. */
  | { readonly kind: 'operator' };

/** What every entry of the ledger says, whatever it records. Times are ISO 8601 in UTC. */
export type EntryHead = {
  readonly version: 1;
  readonly at: string;
  readonly tenant: number;
  readonly repository: { readonly id: number; readonly name: string };
  /** Null where the entry is about a commit and not about one pull request. */
  readonly pull: number | null;
  readonly head: string;
  readonly actor: Actor;
  /** GUIDs of the signed deliveries that led to it, oldest first. */
  readonly deliveries: readonly string[];
};

/** An entry of the ledger. `details` is what its kind has to say, in plain JSON. */
export type Entry = EntryHead & {
  readonly kind: EntryKind;
  readonly details: Readonly<Record<string, unknown>>;
};

export type EntryKind =
  | 'event'
  | 'decision'
  | 'check-published'
  | 'closed'
  | 'command'
  | 'glass-broken'
  | 'reconciliation'
  | 'failure-reported'
  | 'sla-breached'
  | 'backups-activated'
  | 'notification-sent'
  | 'personal-data-erased'
  | 'finding'
  | 'finding-mended'
  | 'merge-group'
  | 'deployment-gated'
  | 'deployment'
  | 'verification'
  | 'record-closed'
  | 'record-reopened'
  | 'record-opened'
  | 'revert-linked'
  | 'escalated'
  | 'policy-changed'
  | 'policy-invalid'
  | 'export-made'
  | 'access-review-opened'
  | 'access-reviewed'
  | 'access-review-overdue';
