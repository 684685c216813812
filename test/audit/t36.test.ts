import { expect, test } from 'vitest';
import { Header, renderHeader } from '../../src/audit/export-lines.ts';
import { verifyExport } from '../../src/audit/verify.ts';
import { exportLines, fileOf, type Log, logOf, type Made, newSigner, noteOver, rawLines } from '../support/exports.ts';
import { forge, randomFrom, sameUpTo } from './forgeries.ts';

/** T36: somebody edits the ledger as the database's owner. He can compute everything anew, and cannot sign. */

const app = newSigner();
const keys = [app.verifier];
const FORGERIES = 10_000;
const HONEST = 1_000;

/** Logs of some sizes, each with all the checkpoints that were ever signed over it. */
const logs = [1, 2, 3, 5, 8, 13, 16, 21, 33].map((count) => {
  const log = logOf(count, count);
  return { log, notes: Array.from({ length: count + 1 }, (_, size) => noteOver(app, log.texts, size)) };
});

function verify(lines: readonly string[], note?: string) {
  return verifyExport(rawLines(fileOf(lines)), { keys, kept: note === undefined ? [] : [{ name: 'kept', note }] });
}

/** The forger's export: of his own log, under a true checkpoint of the size that suits him best. */
function forgedLines(log: Log, notes: readonly string[], made: Made): readonly string[] {
  const size = made.size ?? log.texts.length;
  return exportLines(log, app, { ...made, size, note: notes[size] ?? '' });
}

test(`T36 every one of ${FORGERIES} forgeries that touches what a checkpoint covers is found`, () => {
  const random = randomFrom(36);
  let touched = 0;
  let [beyond, silent] = [0, 0];
  for (let n = 0; touched < FORGERIES; n += 1) {
    const { log, notes } = logs[n % logs.length] ?? { log: logOf(1), notes: [] };
    const { how, log: forged } = forge(log, n, random);
    // He chooses among all true notes the size that his log can be shown under.
    const most = Math.min(forged.texts.length, log.texts.length);
    const size = random(2) === 0 ? most : random(most + 1);
    const start = random(4) === 0 ? random(size + 1) : 0;
    const end = random(4) === 0 ? start + random(size - start + 1) : size;
    const verdict = verify(forgedLines(forged, notes, { size, start, end }));
    if (sameUpTo(forged.texts.slice(0, size), log.texts) < size) {
      touched += 1;
      expect(verdict.ok, `${how}, ${start} to ${end} of ${size}`).toBe(false);
      expect(verdict.problems[0]).toMatch(/^.{20,400}\.$/s);
    } else {
      // What he shows is what was signed: all that he left out is beyond this checkpoint, and a newer one that was kept says so.
      beyond += 1;
      expect(verdict.ok, how).toBe(true);
      if (size < log.texts.length) {
        silent += 1;
        expect(verify(forgedLines(forged, notes, { size, start, end }), notes.at(-1)).ok).toBe(false);
      }
    }
  }
  expect({ beyond: beyond > 100, silent: silent > 100 }).toEqual({ beyond: true, silent: true });
}, 300_000);

test('T36 hashes of what lies beside a range, forged to fit, fit no root that was signed', () => {
  const random = randomFrom(37);
  for (let n = 0; n < 1_000; n += 1) {
    const { log, notes } = logs[3 + (n % (logs.length - 3))] ?? { log: logOf(1), notes: [] };
    const size = log.texts.length;
    const start = 1 + random(size - 2);
    const end = start + 1 + random(size - start - 1);
    const [first = '', ...rest] = forgedLines(log, notes, { size, start, end });
    const header = Header.parse(JSON.parse(first));
    const other = Buffer.alloc(32, n).toString('base64');
    const side = random(2) === 0 && header.right.length > 0 ? 'right' : 'left';
    const hashes = header[side].map((hash, at) => (at === n % header[side].length ? other : hash));
    expect(verify([renderHeader({ ...header, [side]: hashes }), ...rest]).ok).toBe(false);
  }
});

test('T36 with the signing key he can make another ledger, and no checkpoint that was kept agrees', () => {
  const random = randomFrom(38);
  let found = 0;
  for (let n = 0; found < 1_000; n += 1) {
    const { log, notes } = logs[n % logs.length] ?? { log: logOf(1), notes: [] };
    const { log: forged } = forge(log, n, random);
    const kept = sameUpTo(log.texts, forged.texts) + 1;
    if (kept > log.texts.length || kept > forged.texts.length) continue;
    found += 1;
    const lines = exportLines(forged, app);
    expect(verify(lines).ok).toBe(true);
    expect(verify(lines, notes[kept]).ok).toBe(false);
    if (kept > 1) expect(verify(lines, notes[kept - 1]).ok).toBe(true);
  }
});

test(`T36 no false alarm on ${HONEST} honest logs`, () => {
  const random = randomFrom(39);
  for (let n = 0; n < HONEST; n += 1) {
    const log = logOf(random(40), n);
    const size = random(log.texts.length + 1);
    const start = random(size + 1);
    const end = start + random(size - start + 1);
    const erased = Object.fromEntries(Object.entries(log.openings).filter(() => random(3) > 0));
    const note = noteOver(app, log.texts, start + random(end - start + 1));
    const verdict = verify(exportLines({ texts: log.texts, openings: erased }, app, { size, start, end }), note);
    expect(verdict.problems, `${start} to ${end} of ${size}`).toEqual([]);
  }
}, 120_000);
