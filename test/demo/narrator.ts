/** Tells the story in the terminal. Every step is numbered, so that a failure can say which one it was. */
export type Narrator = {
  title(text: string): void;
  /** Something that takes a moment: what is going on, and when it is done, how long it took. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Says what happens, does it, and prints what came of it: the lines that `act` read back. */
  step(what: string, act: () => Promise<readonly string[]>): Promise<void>;
  heading(text: string): void;
  line(text: string): void;
  /** A line to be copied: never wrapped. */
  command(text: string): void;
  good(text: string): void;
  bad(text: string): void;
  /** Says nothing more, whatever is still going on. */
  hush(): void;
};

/** A step that did not come out as told. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Style = keyof typeof styles;

const widest = 110;
const indent = '     ';

export function createNarrator(out: NodeJS.WriteStream = process.stdout): Narrator {
  const { env } = process;
  const coloured = out.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const styled = (style: Style, text: string) => (coloured ? `\u001b[${styles[style]}m${text}\u001b[0m` : text);
  let hushed = false;
  const write = (text: string) => hushed || out.write(text);
  const print = (text: string) => write(`${text}\n`);
  const wrapped = (text: string, first = indent) => wrap(text, Math.min(out.columns ?? widest, widest), first);
  let steps = 0;
  return {
    title: (text) => print(`\n${styled('bold', text)}\n`),
    during: async (what, work) => {
      const began = Date.now();
      write(`  ${what} … `);
      try {
        const result = await work();
        print(styled('dim', `${((Date.now() - began) / 1000).toFixed(1)} s`));
        return result;
      } catch (error) {
        print(styled('red', 'failed'));
        throw error;
      }
    },
    step: async (what, act) => {
      steps += 1;
      const [first = '', ...rest] = wrapped(what, `${String(steps).padStart(3)}  `);
      print(['', styled('bold', first), ...rest.map((line) => styled('bold', line))].join('\n'));
      try {
        for (const line of await act())
          for (const part of wrapped(line)) print(part.replace(outcomes, (word) => styled(outcomeStyle(word), word)));
      } catch (error) {
        throw new StepFailed(`Step ${steps} (${what}) did not come out as told: ${sentence(error)}`, { cause: error });
      }
    },
    heading: (text) => print(`\n${styled('bold', text)}`),
    line: (text) => {
      for (const part of wrapped(text, '  ')) print(part);
    },
    command: (text) => print(`    ${styled('cyan', text)}`),
    good: (text) => print(`\n${styled('green', text)}`),
    bad: (text) => {
      if (hushed) return;
      for (const part of wrapped(text, '')) process.stderr.write(`${styled('red', part)}\n`);
    },
    hush: () => {
      hushed = true;
    },
  };
}

/** How a check stands and what GitHub did, at the beginning of a line: worth a colour. */
const outcomes = /(?<=^ *check )\w+|(?<=^ *GitHub )(refused|merged)/;

function outcomeStyle(word: string): Style {
  if (word === 'success' || word === 'merged') return 'green';
  return word === 'in_progress' || word === 'action_required' ? 'yellow' : 'red';
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Breaks at spaces only; the lines after the first are indented like what follows its beginning. */
function wrap(text: string, width: number, first: string): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(first.length);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
