import { execFile } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicBytesOf, renderVerifierKey, type SignerKey, verifierKeyOf } from '../../src/audit/note.ts';
import { LEDGER_SIGNING_KEY } from '../support/app-process.ts';
import { createLedger, type Ledger } from '../support/ledger.ts';
import { countersign, folderWith } from './run.ts';

/** One key takes the place of another: first both sign, then the new one alone. */

const TENANT = 31;
const SECOND_VERIFIER = fileURLToPath(new URL('../verifier/verify.mjs', import.meta.url));

function signerOf(name: string, privateKey = generateKeyPairSync('ed25519').privateKey): SignerKey {
  return { privateKey, verifier: verifierKeyOf(name, publicBytesOf(privateKey)) };
}

const before = signerOf('test', createPrivateKey(LEDGER_SIGNING_KEY));
const after = signerOf('test');
const [oldKey, newKey] = [before, after].map(({ verifier }) => renderVerifierKey(verifier)) as [string, string];

let ledger: Ledger;
beforeAll(async () => {
  ledger = await createLedger();
});
afterAll(() => ledger.close());

/** An export of everything, and its checkpoint in a file of its own, as somebody would have kept it. */
async function exported(): Promise<{ readonly file: string; readonly kept: string }> {
  const file = join(folderWith(), 'export');
  const { status } = await countersign(['audit', 'export', '--tenant', `${TENANT}`, '--out', file], ledger);
  expect(status).toBe(0);
  const { out } = await countersign(['audit', 'checkpoint', '--tenant', `${TENANT}`], ledger);
  return { file, kept: join(folderWith({ kept: out }), 'kept') };
}

function verify(file: string, keys: readonly string[], kept: readonly string[] = []) {
  const typed = [...keys.flatMap((key) => ['--key', key]), ...kept.flatMap((one) => ['--checkpoint', one])];
  return countersign(['audit', 'verify', file, ...typed]);
}

/** The verifier that shares no code with the first. */
function verifiedElsewhere(file: string, keys: readonly string[], kept: readonly string[] = []): Promise<number> {
  const typed = [...keys.flatMap((key) => ['--key', key]), ...kept.flatMap((one) => ['--checkpoint', one])];
  return new Promise((done) => {
    execFile(process.execPath, [SECOND_VERIFIER, file, ...typed], (error) =>
      done(error === null ? 0 : Number(error.code ?? 2)),
    );
  });
}

test('a key takes the place of another, and every checkpoint of before still counts', async () => {
  await ledger.write(TENANT, [{ pull: 1 }, { pull: 2 }]);
  await ledger.sign(TENANT);
  const first = await exported();

  await ledger.write(TENANT, [{ pull: 3 }]);
  await ledger.sign(TENANT, [after, before]);
  const both = await exported();
  for (const key of [oldKey, newKey]) {
    expect((await verify(both.file, [key])).status).toBe(0);
    expect(await verifiedElsewhere(both.file, [key])).toBe(0);
  }

  await ledger.write(TENANT, [{ pull: 4 }, { pull: 5 }]);
  await ledger.sign(TENANT, [after]);
  const last = await exported();
  const kept = [first.kept, both.kept];
  const { status, out } = await verify(last.file, [newKey, oldKey], kept);
  expect({ status, agree: out.match(/agrees/g)?.length }).toEqual({ status: 0, agree: 2 });
  expect(await verifiedElsewhere(last.file, [newKey, oldKey], kept)).toBe(0);
  expect((await verify(last.file, [newKey], [both.kept])).status).toBe(0);
});

test('without the key that has signed, a sentence says so', async () => {
  const { file, kept } = await exported();
  const alone = await verify(file, [oldKey]);
  expect({ status: alone.status, err: alone.err }).toEqual({ status: 1, err: '' });
  expect(alone.out).toContain('none of the given keys has signed it');
  expect(await verifiedElsewhere(file, [oldKey])).toBe(1);

  const stranger = renderVerifierKey(signerOf('test').verifier);
  expect((await verify(file, [stranger], [kept])).status).toBe(1);
});

test('keys are listed with the instant of their first use', async () => {
  const { status, out } = await countersign(['audit', 'keys'], ledger);
  expect(status).toBe(0);
  const lines = out.trim().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(new RegExp(`^${oldKey.replace(/[+/]/g, '\\$&')} since 2026-11-01T`));
  expect(lines[1]?.startsWith(newKey)).toBe(true);
});

test('under another name it is another log, and no checkpoint of before can be compared', async () => {
  const { kept } = await exported();
  const renamed = signerOf('other');
  await ledger.write(TENANT, [{ pull: 6 }]);
  await ledger.sign(TENANT, [renamed]);
  const { file } = await exported();
  const { status, out } = await verify(file, [renderVerifierKey(renamed.verifier), newKey], [kept]);
  expect(status).toBe(1);
  expect(out).toContain(`it is of the log "test/${TENANT}", and not of "other/${TENANT}"`);
});
