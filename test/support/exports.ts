import { generateKeyPairSync } from 'node:crypto';
import { canonicalJson } from '../../src/audit/canonical.ts';
import { signCheckpoint } from '../../src/audit/checkpoint.ts';
import { commitmentOf, commitmentsIn, type Openings } from '../../src/audit/commitment.ts';
import { FORMAT, renderEndLine, renderEntryLine, renderHeader } from '../../src/audit/export-lines.ts';
import { publicBytesOf, renderVerifierKey, type SignerKey, verifierKeyOf } from '../../src/audit/note.ts';
import { type Place, placesBefore, placesBetween } from '../../src/audit/range.ts';
import type { RawLine } from '../../src/audit/read-line.ts';
import { appended, emptyFrontier, type Hash, leafHashOf, rootOf, subtreesOf } from '../../src/audit/tree.ts';

/** Logs and exports of them, made in memory with the project's own pure parts. */

export const TENANT = 3;
export const ORIGIN = `countersign.acme.example/${TENANT}`;

export function newSigner(name = 'countersign.acme.example'): SignerKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, verifier: verifierKeyOf(name, publicBytesOf(privateKey)) };
}

export type Log = { readonly texts: readonly string[]; readonly openings: Openings };

/** Entries with a committed string each, in a form that differs from one to the next. */
export function logOf(count: number, seed = 0): Log {
  const openings: Record<string, { readonly salt: string; readonly value: string }> = {};
  const texts = Array.from({ length: count }, (_, n) => {
    const opening = { salt: (seed * 100_000 + n).toString(16).padStart(32, '0'), value: `person ${n} — Zoë` };
    const commitment = commitmentOf(opening);
    if (n % 3 !== 2) openings[commitment] = opening;
    return entryText({ n, seed, who: { commitment } });
  });
  return { texts, openings };
}

export function entryText(
  details: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return canonicalJson({
    version: 1,
    kind: 'event',
    at: '2026-11-24T09:00:00Z',
    tenant: TENANT,
    repository: { id: 1, name: 'acme/shop' },
    pull: 1,
    head: 'a'.repeat(40),
    actor: { kind: 'app' },
    deliveries: [],
    details,
    ...more,
  });
}

export function rootOfTexts(texts: readonly string[]): Hash {
  return rootOf(texts.reduce((frontier, text) => appended(frontier, leafHashOf(text)), emptyFrontier));
}

export function noteOver(signer: SignerKey, texts: readonly string[], size: number, origin = ORIGIN): string {
  return signCheckpoint({ origin, size, root: rootOfTexts(texts.slice(0, size)) }, signer);
}

export type Made = {
  readonly start?: number;
  readonly end?: number;
  readonly size?: number;
  /** Instead of the checkpoint that the log deserves. */
  readonly note?: string;
};

/** The lines of an export of a log; whoever calls may be a forger, who has no key, so the note may be any. */
export function exportLines({ texts, openings }: Log, signer: SignerKey, made: Made = {}): string[] {
  const { start = 0, end = texts.length, size = texts.length } = made;
  const subtree = subtreesOf(texts.slice(0, size).map(leafHashOf));
  const hashes = (places: readonly Place[]) =>
    places.map(({ level, index }) => subtree(level, index).toString('base64'));
  const header = renderHeader({
    format: FORMAT,
    origin: ORIGIN,
    tenant: TENANT,
    start,
    end,
    checkpoint: made.note ?? noteOver(signer, texts, size),
    left: hashes(placesBefore(start)),
    right: hashes(placesBetween(end, size)),
    keys: [renderVerifierKey(signer.verifier)],
  });
  const entries = texts.slice(start, end).map((entry, at) => {
    const own = commitmentsIn(JSON.parse(entry)).flatMap((commitment) => {
      const opening = openings[commitment];
      return opening === undefined ? [] : [[commitment, opening] as const];
    });
    return renderEntryLine({ index: start + at, entry, revealed: Object.fromEntries(own) });
  });
  return [header, ...entries, renderEndLine({ end: true, entries: end - start })];
}

/** Lines as a reader of files gives them. */
export function* rawLines(file: string | Buffer): Generator<RawLine> {
  const bytes = Buffer.from(file);
  let from = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, from)) {
    yield { bytes: bytes.subarray(from, at), ended: true };
    from = at + 1;
  }
  if (from < bytes.length) yield { bytes: bytes.subarray(from), ended: false };
}

export function fileOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
