import type { RejectionCode } from '../decision/intervention.ts';

/** A command as it is understood, before anybody has asked whether the speaker may say it. Instants are milliseconds since 1970. */
export type Command =
  | { readonly word: 'reject'; readonly code: RejectionCode; readonly rationale: string }
  | { readonly word: 'defer'; readonly until: Until; readonly because: string }
  | { readonly word: 'request-validation' | 'narrow-scope'; readonly what: string }
  | { readonly word: 'withdraw'; readonly whose: string | null; readonly rationale: string }
  | { readonly word: 'resubmit'; readonly note: string }
  | {
      readonly word: 'delegate';
      readonly to: string;
      readonly role: string | null;
      readonly until: Until & { readonly kind: 'instant' };
    }
  | { readonly word: 'approve-own'; readonly rationale: string }
  | { readonly word: 'away'; readonly until: Until & { readonly kind: 'instant' } }
  | { readonly word: 'break-glass'; readonly incident: string; readonly reason: string }
  | { readonly word: 'reconcile'; readonly verdict: 'approve' | 'reject'; readonly rationale: string }
  | { readonly word: 'rollback'; readonly reason: string }
  /** Null: all of them. */
  | { readonly word: 'attest'; readonly lines: readonly LineSpan[] | null }
  | { readonly word: 'object'; readonly lines: readonly LineSpan[]; readonly rationale: string }
  | { readonly word: 'explain' | 'status' | 'help' | 'recheck' };

/** Lines of an access review, the last one included. */
export type LineSpan = { readonly from: number; readonly to: number };

export type Until =
  | { readonly kind: 'instant'; readonly at: number; readonly timezone: string }
  /** `acme/shop#123` */
  | { readonly kind: 'reference'; readonly reference: string };

export type Read = { readonly ok: true; readonly command: Command } | { readonly ok: false; readonly problem: string };
