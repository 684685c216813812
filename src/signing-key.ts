import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicBytesOf, type SignerKey, verifierKeyOf } from './audit/note.ts';
import { messageOf } from './errors.ts';

const FILE = 'ledger-signing-key.pem';

export type SigningKeySource = {
  /** PEM with real or written newlines, or base64 of it. */
  readonly text: string | undefined;
  /** Where a key is made and kept if none is given; undefined where one must be given. */
  readonly folder: string | undefined;
  /** What notes call it by. */
  readonly name: string;
};

/** The Ed25519 key that checkpoints of the ledger are signed with. What is wrong with it goes to `problems`, one sentence each. */
export function readSigningKey({ text, folder, name }: SigningKeySource, problems: string[]): SignerKey | undefined {
  const pem = text ?? (folder === undefined ? undefined : keptIn(folder, problems));
  if (pem === undefined) {
    if (folder === undefined)
      problems.push(
        'LEDGER_SIGNING_KEY is missing: make a key with "countersign audit keygen", and keep it apart from the database.',
      );
    return undefined;
  }
  const privateKey = parse(pem);
  if (privateKey === undefined) {
    problems.push('LEDGER_SIGNING_KEY is not an Ed25519 private key in PEM: "countersign audit keygen" makes one.');
    return undefined;
  }
  return { privateKey, verifier: verifierKeyOf(name, publicBytesOf(privateKey)) };
}

/** A new key, as PEM (PKCS #8). */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parse(text: string): KeyObject | undefined {
  const pem = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString('utf8');
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Processes that start at the same time in one folder agree on one key: the first file stays. */
function keptIn(folder: string, problems: string[]): string | undefined {
  const file = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, newSigningKey(), { mode: 0o600, flag: 'wx' });
  } catch {
    // It is there already, or the next line says what is wrong.
  }
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(`The key that checkpoints are signed with cannot be kept in ${folder}: ${messageOf(error)}.`);
    return undefined;
  }
}
