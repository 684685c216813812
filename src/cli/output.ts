import { createWriteStream } from 'node:fs';
import { CannotRun } from './command.ts';
import { reasonOf } from './files.ts';

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

function written(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error?: NodeJS.ErrnoException | null) =>
      !error || error.code === 'EPIPE' ? done() : fail(error),
    );
  });
}
