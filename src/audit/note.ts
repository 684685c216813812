import { createHash, createPublicKey, type KeyObject, sign as signWith, verify as verifyWith } from 'node:crypto';

/**
 * Signed notes as c2sp.org/signed-note defines them: a text that ends with a newline, an empty line, and a line for each signature:
 * an em dash, a space, the key's name, a space, and the base64 of four bytes of the key's hash and the signature.
 */

/** Ed25519 is signature type 1. */
const ED25519 = 0x01;
const KEY_BYTES = 32;
const HASH_BYTES = 4;
const SIGNATURE_BYTES = 64;

/** A public key, and the name that notes call it by. The hash is the first four bytes of the key's identity, as a number. */
export type VerifierKey = { readonly name: string; readonly hash: number; readonly publicKey: Buffer };
export type SignerKey = { readonly verifier: VerifierKey; readonly privateKey: KeyObject };
/** Who signs together, the newest key first. While one key takes the place of another, both do. */
export type Signers = readonly [SignerKey, ...SignerKey[]];

export type NoteSignature = { readonly name: string; readonly hash: number; readonly signature: Buffer };
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** Names have no spaces and no plus, so that keys and signature lines can be taken apart. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\s+]/u.test(name);
}

export function verifierKeyOf(name: string, publicKey: Buffer): VerifierKey {
  return { name, hash: keyHash(name, publicKey), publicKey };
}

function keyHash(name: string, publicKey: Buffer): number {
  const identity = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(ED25519), publicKey]);
  return createHash('sha256').update(identity).digest().readUInt32BE(0);
}

/** `name+hash+key`, as verifiers are handed on. */
export function renderVerifierKey({ name, hash, publicKey }: VerifierKey): string {
  return `${name}+${hex(hash)}+${Buffer.concat([Buffer.of(ED25519), publicKey]).toString('base64')}`;
}

function hex(hash: number): string {
  return hash.toString(16).padStart(2 * HASH_BYTES, '0');
}

/** Reads `name+hash+key`; undefined where it is not an Ed25519 key whose hash is its own. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [, name = '', hash = '', key = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim()) ?? [];
  const bytes = Buffer.from(key, 'base64');
  if (bytes.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return undefined;
  const verifier = verifierKeyOf(name, bytes.subarray(1));
  return hex(verifier.hash) === hash ? verifier : undefined;
}

/** Signs a text with each key. It must end with a newline, and be one that a note can hold. */
export function signNote(text: string, ...signers: Signers): string {
  if (!isNoteText(text)) throw new TypeError('a note’s text ends with a newline and has no control characters');
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`;
}

function signatureLine(text: string, { verifier, privateKey }: SignerKey): string {
  const bytes = Buffer.alloc(HASH_BYTES);
  bytes.writeUInt32BE(verifier.hash);
  const signature = signWith(null, Buffer.from(text, 'utf8'), privateKey);
  return `— ${verifier.name} ${Buffer.concat([bytes, signature]).toString('base64')}\n`;
}

function isNoteText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a note must not hold
  return text.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f\p{Cs}]/u.test(text);
}

/** Takes a note apart; undefined where it is none. Nothing is verified. */
export function parseNote(note: string): Note | undefined {
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  const signatures = lines.flatMap((line) => signatureOf(line) ?? []);
  return isNoteText(text) && signatures.length === lines.length ? { text, signatures } : undefined;
}

function signatureOf(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length <= HASH_BYTES) return undefined;
  return { name, hash: bytes.readUInt32BE(0), signature: bytes.subarray(HASH_BYTES) };
}

/**
 * Whether a note bears a valid signature of this key. Signatures of others are passed over, as the specification asks; a wrong one of
 * this key is not.
 */
export function isSignedBy({ text, signatures }: Note, { name, hash, publicKey }: VerifierKey): boolean {
  const own = signatures.filter((one) => one.name === name && one.hash === hash);
  const key = publicKeyObject(publicKey);
  const message = Buffer.from(text, 'utf8');
  return (
    own.length > 0 &&
    own.every(({ signature }) => signature.length === SIGNATURE_BYTES && verifyWith(null, message, key, signature))
  );
}

/** The DER head of an Ed25519 public key (RFC 8410, section 4), before its 32 bytes. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeyObject(publicKey: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
}

/** The 32 bytes of an Ed25519 private key's public half. */
export function publicBytesOf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
}
