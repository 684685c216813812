import { createHash } from 'node:crypto';

/**
 * Personal strings stand outside the ledger's leaves. In their place is `{"commitment": "<hex>"}`, the SHA-256 of a salt and the string.
 * Who has both can show what was committed to; once they are erased nobody can, and every proof still holds.
 */
export type Opening = { readonly salt: string; readonly value: string };

/** By commitment, in hex. */
export type Openings = Readonly<Record<string, Opening>>;

const HEX = /^[0-9a-f]{64}$/;

/** Hex SHA-256 of the salt, which is given in hex, and the UTF-8 of the value. */
export function commitmentOf({ salt, value }: Opening): string {
  return createHash('sha256').update(Buffer.from(salt, 'hex')).update(value, 'utf8').digest('hex');
}

/** The commitments that a value of JSON holds, each once, sorted. */
export function commitmentsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  collect(value, found);
  return [...found].sort();
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  const commitment = commitmentAt(value);
  if (commitment !== undefined) found.add(commitment);
  else for (const child of Object.values(value)) collect(child, found);
}

function commitmentAt(value: object): string | undefined {
  if (Array.isArray(value) || !('commitment' in value) || Object.keys(value).length !== 1) return undefined;
  const { commitment } = value;
  return typeof commitment === 'string' && HEX.test(commitment) ? commitment : undefined;
}

/** What stands for a string that has been erased. */
export const ERASED = 'erased';

/** The value with every commitment replaced by what it stands for, as far as that is known. */
export function opened(value: unknown, openings: Openings): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => opened(item, openings));
  const commitment = commitmentAt(value);
  if (commitment !== undefined) return openings[commitment]?.value ?? ERASED;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, opened(child, openings)]));
}
