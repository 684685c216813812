import { commitmentsIn } from '../audit/commitment.ts';
import { FORMAT, renderEndLine, renderEntryLine, renderHeader } from '../audit/export-lines.ts';
import { parseNote, parseVerifierKey } from '../audit/note.ts';
import { frontierAt, joined, type Place, placesBefore, placesBetween } from '../audit/range.ts';
import { appended, type Frontier, type Hash, leafHashOf, rootOf } from '../audit/tree.ts';
import type { Session } from '../store/database.ts';
import { keepsPersonalData, signingKeys, subtreeHash } from '../store/exports.ts';
import type { Range, Scope } from './audit-scope.ts';
import { CannotRun } from './command.ts';
import { entriesOf, type OpenEntry } from './export-entries.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

/** What was exported, and a sentence for whatever is wrong with the ledger as it was met. */
export type Exported = { readonly count: number; readonly problems: readonly string[] };

/** The entries of a range with all that it takes to verify them offline. */
export async function exportNdjson(
  session: Session,
  scope: Scope,
  range: Range,
  output: Output,
  progress: Progress,
): Promise<Exported> {
  const left = await hashesOf(session, placesBefore(range.start));
  const places = placesBetween(range.end, scope.size);
  const right = await hashesOf(session, places);
  const { origin, tenant, note } = scope;
  const keys = await keysOf(session, note);
  const encoded = { left: left.map(base64), right: right.map(base64) };
  const header = { format: FORMAT, origin, tenant, ...range, checkpoint: note, ...encoded, keys } as const;
  await output.write(`${renderHeader(header)}\n`);
  const opens = await keepsPersonalData(session);
  let frontier: Frontier = frontierAt(range.start, left);
  let count = 0;
  for await (const page of entriesOf(session, range, opens)) {
    await output.write(page.map(lineOf).join(''));
    for (const { entry } of page) frontier = appended(frontier, leafHashOf(entry));
    count += page.length;
    progress.at(count, range.end - range.start);
  }
  await output.write(`${renderEndLine({ end: true, entries: count })}\n`);
  const missing = range.end - range.start - count;
  if (missing > 0) return { count, problems: [`${missing} of the entries are no longer in the database.`] };
  const whole = right.reduce((grown, hash, at) => joined(grown, places[at]?.level ?? 0, hash), frontier);
  return { count, problems: rootOf(whole).equals(scope.root) ? [] : [CHANGED] };
}

const CHANGED =
  'The ledger was changed after it was signed: what is exported does not come to the signed root. Verifying it says where.';

function lineOf({ index, entry, value, openings }: OpenEntry): string {
  const own = commitmentsIn(value).flatMap((commitment) => {
    const opening = openings[commitment];
    return opening === undefined ? [] : [[commitment, opening] as const];
  });
  return `${renderEntryLine({ index, entry, revealed: Object.fromEntries(own) })}\n`;
}

/** Keys that have signed this checkpoint, and no others: which those are does not change later. */
async function keysOf(session: Session, note: string): Promise<readonly string[]> {
  const signatures = parseNote(note)?.signatures ?? [];
  const known = await signingKeys(session);
  return known
    .map(({ verifier }) => verifier)
    .filter((verifier) => {
      const key = parseVerifierKey(verifier);
      return signatures.some(({ name, hash }) => name === key?.name && hash === key.hash);
    });
}

async function hashesOf(session: Session, places: readonly Place[]): Promise<readonly Hash[]> {
  const hashes: Hash[] = [];
  for (const place of places) {
    const hash = await subtreeHash(session, place);
    if (hash === undefined)
      throw new CannotRun(
        `The tree in the database lacks leaves from index ${place.index * 2 ** place.level} on: it was damaged after it was signed.`,
      );
    hashes.push(hash);
  }
  return hashes;
}

function base64(hash: Hash): string {
  return hash.toString('base64');
}
