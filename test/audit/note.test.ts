import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkpointText, readCheckpoint, signCheckpoint } from '../../src/audit/checkpoint.ts';
import {
  isSignedBy,
  parseNote,
  parseVerifierKey,
  publicBytesOf,
  renderVerifierKey,
  type SignerKey,
  signNote,
  verifierKeyOf,
} from '../../src/audit/note.ts';
import { emptyRoot } from '../../src/audit/tree.ts';

/** The example of the reference implementation, golang.org/x/mod/sumdb/note. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
/** Its private key, PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz, as RFC 8410 writes it. */
const SEED = Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1);
const peter = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), SEED]),
  format: 'der',
  type: 'pkcs8',
});

function signer(name: string): SignerKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, verifier: verifierKeyOf(name, publicBytesOf(privateKey)) };
}

function noteOf(text: string) {
  const note = parseNote(text);
  if (note === undefined) throw new Error('not a note');
  return note;
}

function keyOf(text: string) {
  const key = parseVerifierKey(text);
  if (key === undefined) throw new Error('not a key');
  return key;
}

describe('the published example', () => {
  test('its key, its signature, and the same note signed again', () => {
    const key = keyOf(PETER);
    expect(renderVerifierKey(key)).toBe(PETER);
    expect(isSignedBy(noteOf(NOTE), key)).toBe(true);
    expect(verifierKeyOf('PeterNeumann', publicBytesOf(peter))).toEqual(key);
    expect(signNote(TEXT, { privateKey: peter, verifier: key })).toBe(NOTE);
  });

  test.each([
    ['another text', NOTE.replace('answer', 'question')],
    ['another signature', NOTE.replace('x08go/ZJ', 'x08go/ZK')],
    ['another name', NOTE.replace('— PeterNeumann', '— PeterNeuman')],
    ['a hash that is not the key’s', NOTE.replace('x08go', 'x08gp')],
  ])('%s is not signed', (_, changed) => {
    expect(isSignedBy(noteOf(changed), keyOf(PETER))).toBe(false);
  });
});

describe('notes', () => {
  test('signatures of others are passed over, and a second one of the same key must be right too', () => {
    const [one, other] = [signer('acme'), signer('witness')];
    const both = signNote(TEXT, one) + signNote(TEXT, other).slice(TEXT.length + 1);
    expect(isSignedBy(noteOf(both), one.verifier)).toBe(true);
    expect(isSignedBy(noteOf(both), other.verifier)).toBe(true);
    const wrong = signNote(`${TEXT}x\n`, one).split('\n').at(-2);
    expect(isSignedBy(noteOf(`${both}${wrong}\n`), one.verifier)).toBe(false);
  });

  test.each([
    ['no empty line', `${TEXT}— PeterNeumann x08g\n`],
    ['no newline at its end', NOTE.slice(0, -1)],
    ['a line that is no signature', `${NOTE}more\n`],
    ['a dash that is a hyphen', NOTE.replace('— ', '- ')],
    ['a control character', NOTE.replace('answer', 'ans\twer')],
    ['nothing', ''],
  ])('what has %s is no note', (_, text) => {
    expect(parseNote(text)).toBeUndefined();
  });

  test.each([
    ['a hash of another name', PETER.replace('Peter', 'Petra')],
    ['another type of key', PETER.replace('+AR', '+BR')],
    ['a key that is too short', PETER.slice(0, -4)],
    ['no hash', 'PeterNeumann+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ])('a key with %s is none', (_, text) => {
    expect(parseVerifierKey(text)).toBeUndefined();
  });

  test('a text that no note can hold is not signed', () => {
    expect(() => signNote('no newline', signer('acme'))).toThrow(TypeError);
  });
});

describe('checkpoints', () => {
  const acme = signer('countersign.acme.example');
  const checkpoint = { origin: 'countersign.acme.example/3', size: 0, root: emptyRoot };

  test('are three lines: whose log, how many entries, the root in base64', () => {
    expect(checkpointText(checkpoint)).toBe(
      'countersign.acme.example/3\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    );
  });

  test('are read back with the key that has signed them', () => {
    const read = readCheckpoint(signCheckpoint(checkpoint, acme), [signer('other').verifier, acme.verifier]);
    expect(read).toEqual({ ok: true, checkpoint, key: acme.verifier });
  });

  test.each([
    [
      'another key',
      (note: string) => note,
      [signer('countersign.acme.example').verifier],
      undefined,
      'none of the given keys has signed it',
    ],
    [
      'another log',
      (note: string) => note,
      [acme.verifier],
      'elsewhere/4',
      'it is of the log "countersign.acme.example/3", and not of "elsewhere/4"',
    ],
    [
      'another size',
      (note: string) => note.replace('\n0\n', '\n1\n'),
      [acme.verifier],
      undefined,
      'none of the given keys has signed it',
    ],
    [
      'no size',
      (note: string) => note.replace('\n0\n', '\n-1\n'),
      [acme.verifier],
      undefined,
      'its second line, "-1", is not a size',
    ],
    [
      'a root of another length',
      (note: string) => note.replace('47DE', ''),
      [acme.verifier],
      undefined,
      'its third line is not a root hash',
    ],
    ['no signature', () => checkpointText(checkpoint), [acme.verifier], undefined, 'it is not a signed note'],
  ])('%s is refused', (_, change, keys, origin, problem) => {
    expect(readCheckpoint(change(signCheckpoint(checkpoint, acme)), keys, origin)).toEqual({ ok: false, problem });
  });
});
