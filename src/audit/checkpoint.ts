import { isSignedBy, parseNote, type Signers, signNote, type VerifierKey } from './note.ts';
import type { Hash } from './tree.ts';

/** What a log was at one moment (c2sp.org/tlog-checkpoint): its name, its size and the root of its tree. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Hash };

const ROOT_BYTES = 32;

/** The three lines of a checkpoint. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

export function signCheckpoint(checkpoint: Checkpoint, ...signers: Signers): string {
  return signNote(checkpointText(checkpoint), ...signers);
}

export type ReadCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly key: VerifierKey }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a signed checkpoint and verifies that one of these keys has signed it, and that it is of this log, if one is named. Lines after
 * the third are extensions, which say nothing here. A problem is one sentence without a full stop.
 */
export function readCheckpoint(note: string, keys: readonly VerifierKey[], origin?: string): ReadCheckpoint {
  const parsed = parseNote(note);
  if (parsed === undefined) return wrong('it is not a signed note');
  const [name = '', size = '', root = ''] = parsed.text.split('\n');
  if (!/^(0|[1-9]\d{0,15})$/.test(size)) return wrong(`its second line, "${size.slice(0, 40)}", is not a size`);
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== ROOT_BYTES || hash.toString('base64') !== root) return wrong('its third line is not a root hash');
  if (origin !== undefined && name !== origin) return wrong(`it is of the log "${name}", and not of "${origin}"`);
  const key = keys.find((candidate) => isSignedBy(parsed, candidate));
  if (key === undefined) return wrong('none of the given keys has signed it');
  return { ok: true, checkpoint: { origin: name, size: Number(size), root: hash }, key };
}

function wrong(problem: string): ReadCheckpoint {
  return { ok: false, problem };
}

/** What a note of our own says, whose signature is not in question. Throws where it is no checkpoint. */
export function readOrigin(note: string): Pick<Checkpoint, 'origin' | 'root'> {
  const [origin = '', , root = ''] = note.split('\n');
  const hash = Buffer.from(root, 'base64');
  if (hash.length !== ROOT_BYTES) throw new TypeError('what is kept as a checkpoint is none');
  return { origin, root: hash };
}
