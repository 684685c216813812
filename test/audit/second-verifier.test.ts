import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findNotes } from '../../src/audit/find-notes.ts';
import { renderVerifierKey } from '../../src/audit/note.ts';
import { cases, signer } from './verify-cases.ts';

/** A verifier that was written from the documentation alone must come to the same verdicts; it shares no code with the first. */

const VERIFIER = 'test/verifier/verify.mjs';
const folder = mkdtempSync(join(tmpdir(), 'countersign-verifier-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(typed: readonly string[]): Promise<{ readonly status: number; readonly out: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [VERIFIER, ...typed], (error, out, err) =>
      done({ status: error === null ? 0 : Number(error.code), out: `${out}${err}` }),
    );
  });
}

test('it imports nothing of the project', () => {
  const imported = readFileSync(VERIFIER, 'utf8').matchAll(/from '([^']+)'|import\(/g);
  expect(Array.from(imported, ([, from]) => from)).toEqual(['node:crypto', 'node:fs']);
});

test.each(Object.entries(cases))('%s', async (name, { file, kept = [], says }) => {
  const path = join(folder, name.replace(/\W+/g, '-'));
  writeFileSync(path, file);
  const notes = kept.flatMap(findNotes).flatMap((note, at) => {
    writeFileSync(`${path}-${at}`, note);
    return ['--checkpoint', `${path}-${at}`];
  });
  const { status, out } = await run([path, '--key', renderVerifierKey(signer.verifier), ...notes]);
  expect(out).toMatch(says.length === 0 ? /^holds\n$/ : /^refused: .+\n$/);
  expect(status).toBe(says.length === 0 ? 0 : 1);
});
