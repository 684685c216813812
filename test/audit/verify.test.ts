import { describe, expect, test } from 'vitest';
import { findNotes } from '../../src/audit/find-notes.ts';
import { verifyExport } from '../../src/audit/verify.ts';
import { exportLines, fileOf, logOf, newSigner, ORIGIN, rawLines } from '../support/exports.ts';
import { type Case, cases, signer } from './verify-cases.ts';

function verify({ file, kept = [] }: Case, origin?: string) {
  const notes = kept.flatMap((text, at) => findNotes(text).map((note) => ({ name: `kept-${at}`, note })));
  const keys = [newSigner('witness').verifier, signer.verifier];
  return verifyExport(rawLines(file), { keys, kept: notes, ...(origin === undefined ? {} : { origin }) });
}

test.each(Object.entries(cases))('%s', (_, one) => {
  const { ok, problems } = verify(one);
  expect(problems).toEqual(one.says);
  expect(ok).toBe(one.says.length === 0);
});

describe('what is found out', () => {
  test('an export says whose it is, what it holds, and what is erased of it', () => {
    const log = logOf(10);
    const verdict = verify({ file: fileOf(exportLines(log, signer, { start: 2, end: 8 })), says: [] }, ORIGIN);
    expect(verdict).toMatchObject({
      ok: true,
      origin: ORIGIN,
      tenant: 3,
      start: 2,
      end: 8,
      size: 10,
      entries: 6,
      opened: 4,
      erased: 2,
    });
  });

  test('another log than was asked for is refused', () => {
    const { problems } = verify({ file: fileOf(exportLines(logOf(2), signer)), says: [] }, 'elsewhere/3');
    expect(problems).toEqual(['The export is of the log "countersign.acme.example/3", and not of "elsewhere/3".']);
  });

  test('each checkpoint that was kept is answered', () => {
    const { checkpoints } = verify(cases['kept checkpoints within it, in any text'] ?? { file: '', says: [] });
    expect(checkpoints.map(({ size, agrees }) => [size, agrees])).toEqual([
      [5, true],
      [9, true],
      [13, true],
      [19, true],
    ]);
  });
});
