import { styleText } from 'node:util';

export type Style = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

/** Where a command writes: results to standard output, what went wrong to standard error. */
export type Terminal = {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Colours a text where a person reads it, and leaves it alone in a file, in a pipe, or where NO_COLOR is set. */
  readonly paint: (style: Style, text: string) => string;
};

export function openTerminal(): Terminal {
  const colour = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
  // `countersign … | head` closes the pipe early, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    paint: (style, text) => (colour ? styleText(style, text) : text),
  };
}

export function printJson({ print }: Terminal, value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
