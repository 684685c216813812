import * as z from 'zod';
import { listOf, Member, Name, namedList } from './values.ts';

/** Roles, and the seats that they fill. */

export const Role = z.strictObject({
  members: listOf(Member),
  backups: listOf(Member).optional(),
  'backups-during': listOf(Name).describe('Windows in which the backups are on duty.').optional(),
});

export const Roles = namedList(Role);

export type Seat =
  | { readonly kind: 'role'; readonly role: string; readonly count: number }
  | { readonly kind: 'owners'; readonly of: 'systems' | 'code' };

export type RoleSeat = Extract<Seat, { kind: 'role' }>;

const roleSeat = { role: Name, count: z.int().min(1).max(20).optional() };

/** `{ role: R, count: N }` */
export const RoleSeat = z
  .strictObject(roleSeat)
  .transform(({ role, count }): RoleSeat => ({ kind: 'role', role, count: count ?? 1 }));

/** `{ role: R, count: N }`, `{ owners: systems }` or `{ owners: code }` */
export const Seat = z
  .strictObject({ ...roleSeat, role: Name.optional(), owners: z.enum(['systems', 'code']).optional() })
  .superRefine(({ role, owners, count }, context) => {
    if ((role === undefined) === (owners === undefined)) context.addIssue('a seat names either a `role` or `owners`');
    if (owners !== undefined && count !== undefined) context.addIssue('`count` goes with a `role` only');
  })
  .transform(
    ({ role, owners, count }): Seat =>
      role !== undefined ? { kind: 'role', role, count: count ?? 1 } : { kind: 'owners', of: owners ?? 'systems' },
  );

export const RoleSeats = listOf(RoleSeat);

/** Stage names to the seats that must be filled in that stage. */
export const Require = z
  .record(Name, listOf(Seat))
  .transform((written) => Object.entries(written).map(([stage, seats]) => ({ stage, seats })));

export const evidenceKinds = [
  'failure',
  'validation',
  'services',
  'verification-plan',
  'rollback-plan',
  'ticket',
] as const;

export const Evidence = z.enum(evidenceKinds);
export type Evidence = z.output<typeof Evidence>;
