import * as z from 'zod';

/** The small values that facts are made of. */

export const Id = z.int().positive();

export const Name = z.string().min(1);

/** An instant in UTC, `2026-11-23T09:00:00Z`. */
export const Instant = z.iso.datetime({ offset: true });

export const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be a full commit id');

/** Identity is the numeric `id`; the login is for people to read, as it was at the time. */
export const Account = z.object({
  id: Id,
  login: Name,
  kind: z.enum(['user', 'bot', 'organization', 'mannequin']),
});
export type Account = Readonly<z.output<typeof Account>>;

/** What could be read of a list, and how long it is: shorter means truncated, and nothing may rest on its end. */
export type Listing<Item> = { readonly items: readonly Item[]; readonly total: number };

export function listingOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: z.int().min(0) });
}

export function isComplete(listing: Listing<unknown>): boolean {
  return listing.items.length >= listing.total;
}

/** GitHub's own account, the committer of merges and edits made on its pages. Not a person. */
export const webFlow = 19864447;
