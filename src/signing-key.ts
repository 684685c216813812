import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicBytesOf, type Signers, verifierKeyOf } from './audit/note.ts';
import { messageOf } from './errors.ts';

const FILE = 'ledger-signing-key.pem';

export type SigningKeySource = {
  /** PEM with real or written newlines, or base64 of it; several of them, the newest key first, while one takes the place of another. */
  readonly text: string | undefined;
  /** Where a key is made and kept if none is given; undefined where one must be given. */
  readonly folder: string | undefined;
  /** What notes call it by. */
  readonly name: string;
};

/** The Ed25519 keys that checkpoints of the ledger are signed with. What is wrong with them goes to `problems`, one sentence each. */
export function readSigningKeys({ text, folder, name }: SigningKeySource, problems: string[]): Signers | undefined {
  const pem = text ?? (folder === undefined ? undefined : keptIn(folder, problems));
  if (pem === undefined) {
    if (folder === undefined)
      problems.push(
        'LEDGER_SIGNING_KEY is missing: make a key with "countersign audit keygen", and keep it apart from the database.',
      );
    return undefined;
  }
  const keys = blocksOf(pem).map(parse);
  const wrong = keys.indexOf(undefined);
  const privateKeys = keys.filter((key) => key !== undefined);
  const signers = privateKeys.map((privateKey) => ({
    privateKey,
    verifier: verifierKeyOf(name, publicBytesOf(privateKey)),
  }));
  const [first, ...rest] = signers;
  if (wrong === -1 && first !== undefined && new Set(signers.map(({ verifier }) => verifier.hash)).size === keys.length)
    return [first, ...rest];
  problems.push(
    wrong === -1
      ? 'LEDGER_SIGNING_KEY has the same key twice: give each key that signs once, the newest first.'
      : `LEDGER_SIGNING_KEY${keys.length > 1 ? `, at its key ${wrong + 1} of ${keys.length},` : ''} is not an Ed25519 private key in PEM: "countersign audit keygen" makes one.`,
  );
  return undefined;
}

/** The keys in a text, one after another; what is none is left to be found wrong. */
function blocksOf(text: string): readonly string[] {
  const pem = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString('utf8');
  const blocks = pem.split(/(?=-----BEGIN)/).filter((block) => block.trim() !== '');
  return blocks.length === 0 ? [pem] : blocks;
}

/** A new key, as PEM (PKCS #8). */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parse(pem: string): KeyObject | undefined {
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
