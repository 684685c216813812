import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { CannotRun } from './command.ts';
import { reasonOf } from './files.ts';

/** Where an export goes. */
export type Output = {
  /** Resolves once there is room for more. */
  readonly write: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A file, or standard output. What is written is held up by whoever reads slowly, so that nothing piles up. */
export async function openOutput(file: string | undefined): Promise<Output> {
  if (file === undefined) return { write: (text) => written(process.stdout, text), close: async () => undefined };
  const stream = createWriteStream(file);
  const opened = new Promise<void>((done, fail) => {
    stream.once('open', () => done());
    stream.once('error', fail);
  });
  await opened.catch((error: unknown) => {
    throw new CannotRun(`${file} cannot be written: ${reasonOf(error)}.`);
  });
  const failed = (error: unknown) => new CannotRun(`${file} cannot be written: ${reasonOf(error)}.`);
  stream.on('error', () => undefined);
  return {
    write: (text) =>
      written(stream, text).catch((error: unknown) => {
        throw failed(error);
      }),
    close: () =>
      new Promise((done, fail) => {
        stream.once('error', (error) => fail(failed(error)));
        stream.end(done);
      }),
  };
}

export type HashingOutput = Output & {
  /** Of all that was written, in hex. */
  readonly sha256: () => string;
};

export function hashing(output: Output): HashingOutput {
  const hash = createHash('sha256');
  return {
    write: (text) => {
      hash.update(text, 'utf8');
      return output.write(text);
    },
    close: output.close,
    sha256: () => hash.copy().digest('hex'),
  };
}

function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error?: NodeJS.ErrnoException | null) =>
      !error || error.code === 'EPIPE' ? done() : fail(error),
    );
  });
}
