import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RawLine } from '../audit/read-line.ts';
import { CannotRun } from './command.ts';
import { reasonOf } from './files.ts';

const CHUNK = 1 << 20;
/** No entry comes near to this; what does is no export, and is not read into memory. */
const LONGEST_LINE = 64 << 20;
const NEWLINE = 0x0a;

/** The lines of a file, of any size, one at a time; `-` is standard input. `onRead` is told how far it has come. */
export function* linesOf(path: string, onRead: (done: number, total: number) => void): Generator<RawLine> {
  const descriptor = open(path);
  try {
    const total = fstatSync(descriptor).size;
    let done = 0;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = read(descriptor, chunk, path);
      if (count === 0) break;
      done += count;
      onRead(done, total);
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
        yield { bytes: bytes.subarray(from, end), ended: true };
        from = end + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > LONGEST_LINE) return yield { bytes: rest, ended: false, tooLong: true };
    }
    if (rest.length > 0) yield { bytes: rest, ended: false };
  } finally {
    if (path !== '-') closeSync(descriptor);
  }
}

function open(path: string): number {
  try {
    return path === '-' ? 0 : openSync(path, 'r');
  } catch (error) {
    throw new CannotRun(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

function read(descriptor: number, chunk: Buffer, path: string): number {
  try {
    return readSync(descriptor, chunk, 0, chunk.length, null);
  } catch (error) {
    throw new CannotRun(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}
