import { createHash } from 'node:crypto';
import type { Pull } from './checks.ts';
import type { Stage } from './stage.ts';

/** The ledger, read out of the database as an auditor would, and hashed again. */
export type LedgerRow = {
  readonly kind: string;
  /** As people read it. */
  readonly entry: string;
  /** As it was hashed: with commitments in place of names and words. */
  readonly hashed: string;
  readonly leaf: string;
};

/** Waits until the ledger holds what is expected, and gives all of it, with every hash compared. */
export async function ledgerWith(
  { database, until }: Stage,
  what: string,
  expected: (rows: readonly LedgerRow[]) => boolean,
): Promise<readonly LedgerRow[]> {
  const read = () =>
    database.query<LedgerRow>(
      "select kind, entry as hashed, countersign.opened(tenant_id, entry) as entry, encode(leaf_hash, 'hex') as leaf from countersign.ledger order by entry_id",
    );
  const rows = await until(
    what,
    async () => {
      const found = await read();
      return expected(found) ? found : undefined;
    },
    async () => tally(await read()),
  );
  const forged = rows.filter(({ hashed, leaf }) => leafOf(hashed) !== leaf);
  if (forged.length > 0) throw new Error(`expected every hash to agree; ${forged.length} of ${rows.length} did not.`);
  return rows;
}

export const hasKind =
  (wanted: string, times = 1) =>
  (rows: readonly LedgerRow[]): boolean =>
    rows.filter(({ kind }) => kind === wanted).length >= times;

function leafOf(entry: string): string {
  return createHash('sha256').update(Buffer.of(0)).update(entry, 'utf8').digest('hex');
}

function tally(rows: readonly LedgerRow[]): string {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return kinds.map((kind) => `${rows.filter((row) => row.kind === kind).length} × ${kind}`).join(', ') || 'nothing';
}

/** How many entries there are of each kind, and the hash of the last one. */
export function byKind(rows: readonly LedgerRow[]): readonly string[] {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const widest = Math.max(...kinds.map(({ length }) => length));
  const lines = kinds.map((kind) => {
    const of = rows.filter((row) => row.kind === kind);
    const count = `${of.length} ${of.length === 1 ? 'entry,  ' : 'entries,'}`.padStart(11);
    return `· ${kind.padEnd(widest)} ${count} the last with leaf hash ${of.at(-1)?.leaf.slice(0, 16)}…`;
  });
  return [...lines.map((line) => line.replaceAll('  ', '\u00a0\u00a0')), `All ${rows.length} hashes agree.`];
}

type Entry<Details> = {
  readonly pull: number | null;
  readonly head: string | null;
  readonly actor: { readonly login?: string };
  readonly details: Details;
};

/** The entries of one kind, as they were written down. */
export function entriesOf<Details>(rows: readonly LedgerRow[], kind: string): readonly Entry<Details>[] {
  return rows.filter((row) => row.kind === kind).map(({ entry }) => JSON.parse(entry) as Entry<Details>);
}

/** Who has commanded what, and whether it was taken; it must be exactly this. */
export function commandsIn(rows: readonly LedgerRow[], expected: readonly string[]): string {
  const entries = entriesOf<{ readonly command: string; readonly outcome: string }>(rows, 'command');
  const found = entries.map(({ actor, details }) => `${actor.login} /${details.command} ${details.outcome}`);
  if (found.join() !== expected.join())
    throw new Error(`expected the commands ${expected.join(', ')}; the ledger has ${found.join(', ')}`);
  return `The commands in it: ${found.join(', ')}.`;
}

/** What the closing entry says, and whether the decision that it rests on is there and is of this pull request. */
export function closing(rows: readonly LedgerRow[], pull: Pull): string {
  type Closed = { readonly by: { readonly login: string } | null; permitted: boolean; decision: string };
  const details = entriesOf<Closed>(rows, 'closed').at(-1)?.details;
  const decision = rows.find(({ kind, leaf }) => kind === 'decision' && leaf === details?.decision);
  const decided = decision === undefined ? undefined : (JSON.parse(decision.entry) as { readonly pull: number | null });
  if (details?.permitted !== true || decided?.pull !== pull.number)
    throw new Error(`expected a merge that a decision permits; the ledger says ${JSON.stringify(details)}`);
  return `Its end in it: merged by ${details.by?.login}, as permitted by decision ${details.decision.slice(0, 12)}.`;
}
