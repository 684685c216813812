import * as z from 'zod';
import { Account, Id, Instant } from '../decision/values.ts';

/**
 * What an access review is made of: numbered lines, each about one right to sign. Plain data that survives JSON, since the lines that
 * people attest are those of the moment at which the review was opened, whatever changes afterwards.
 */

/** How somebody holds a role. One person may hold it in several ways. */
export const How = z.discriminatedUnion('kind', [
  /** Named in the policy, as a member or as a backup. */
  z.object({ kind: z.literal('user'), backup: z.boolean() }),
  /** `acme/security`, child teams included. */
  z.object({ kind: z.literal('team'), team: z.string(), backup: z.boolean() }),
  /** A member has handed their seat of one proposal to them. */
  z.object({ kind: z.literal('delegate'), from: Account, where: z.string(), until: Instant }),
]);
export type How = Readonly<z.output<typeof How>>;

export const remarkCodes = [
  'proposes',
  'suspended',
  'gone',
  'outsider',
  'shared-account',
  'not-a-person',
  'never-stood-in',
  'unread',
  'nobody',
  'exception-ends',
  'exception-ended',
] as const;

/** Something that a reviewer should look at. `text` is a sentence without names, so that nobody's name has to be erased from it. */
export const Remark = z.object({ code: z.enum(remarkCodes), text: z.string() });
export type Remark = Readonly<z.output<typeof Remark>>;
export type RemarkCode = Remark['code'];

/** What somebody has last done by a role. `where` is `acme/shop#12`, or `acme/shop`. */
export const Use = z.object({
  what: z.enum(['signed', 'broke-the-glass', 'reconciled', 'attested']),
  at: Instant,
  where: z.string(),
});
export type Use = Readonly<z.output<typeof Use>>;

const numbered = { number: z.int().positive(), key: z.string(), remarks: z.array(Remark).readonly() };

export const Line = z.discriminatedUnion('kind', [
  /** A person who holds a role. `lastUse` is null where there never was one, and absent where nothing is known of that. */
  z.object({
    kind: z.literal('holder'),
    ...numbered,
    role: z.string(),
    person: Account,
    how: z.array(How).readonly(),
    lastUse: Use.nullable().optional(),
    uses: z.int().min(0),
  }),
  /** A name in the policy behind which nobody can be shown. */
  z.object({ kind: z.literal('name'), ...numbered, role: z.string(), name: z.string(), backup: z.boolean() }),
  /** A role that nobody holds at all. */
  z.object({ kind: z.literal('empty'), ...numbered, role: z.string() }),
  /** Leave to approve one's own work. */
  z.object({
    kind: z.literal('exception'),
    ...numbered,
    login: z.string(),
    person: Account.nullable(),
    environment: z.string(),
    /** The last day, in UTC. */
    until: z.string(),
    reason: z.string(),
  }),
]);
export type Line = Readonly<z.output<typeof Line>>;
export type LineOf<Kind extends Line['kind']> = Extract<Line, { readonly kind: Kind }>;

/** What GitHub says of an account now. */
export const AccountState = z.object({
  id: Id,
  /** `gone`: GitHub shows no such account. */
  state: z.enum(['active', 'suspended', 'gone']),
  kind: Account.shape.kind,
  /** Whether it belongs to the organization. Who is in one of its teams does. */
  member: z.boolean(),
});
export type AccountState = Readonly<z.output<typeof AccountState>>;

/** Whom a line is about; null where it is about nobody. */
export function personOf(line: Line): Account | null {
  return line.kind === 'holder' || line.kind === 'exception' ? line.person : null;
}

/** How many lines there is something to look at. */
export function remarkable(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ remarks }) => remarks.length > 0);
}
