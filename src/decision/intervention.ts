import * as z from 'zod';
import { Account, Id, Instant, Sha } from './values.ts';

/**
 * What people have said by command, as facts. The shell reads commands and hands over those that were well formed;
 * whether the speaker was entitled is judged here, on every decision, and said in `Decision.refused`.
 */

export const rejectionCodes = ['scope', 'evidence', 'timing', 'quality', 'risk', 'duplicate', 'other'] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/**
 * `id` is the command's own; `head` is the head of the pull request when it was said. `taken`: the speaker was found entitled when it was
 * new, which is not asked again, so that leaving a role takes nothing back. Only what rests on being a member is judged every time.
 */
const said = { id: Id, by: Account, at: Instant, head: Sha, taken: z.literal(true).optional() };

export const DeferUntil = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('instant'), at: Instant }),
  /** `acme/shop#123`: ends when that is merged or closed. */
  z.object({ kind: z.literal('reference'), reference: z.string() }),
]);

export const Intervention = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reject'), ...said, code: z.enum(rejectionCodes), rationale: z.string().min(1) }),
  z.object({ kind: z.literal('defer'), ...said, until: DeferUntil, because: z.string() }),
  z.object({ kind: z.literal('request-validation'), ...said, what: z.string() }),
  z.object({ kind: z.literal('narrow-scope'), ...said, what: z.string() }),
  /** Everything of one's own; with `whose`, what that account said and the speaker could have said. */
  z.object({ kind: z.literal('withdraw'), ...said, whose: Id.nullable(), rationale: z.string() }),
  z.object({ kind: z.literal('approve-own'), ...said, rationale: z.string().min(1) }),
  z.object({ kind: z.literal('delegate'), ...said, to: Account, role: z.string().nullable(), until: Instant }),
  z.object({ kind: z.literal('away'), ...said, until: Instant }),
  z.object({ kind: z.literal('break-glass'), ...said, incident: z.string(), reason: z.string() }),
]);
export type Intervention = Readonly<z.output<typeof Intervention>>;
export type InterventionOf<Kind extends Intervention['kind']> = Extract<Intervention, { readonly kind: Kind }>;
