import type { Line } from './line.ts';
import { type Cells, cells } from './words.ts';

const COLUMNS = ['role', 'who', 'how', 'lastUse'] as const satisfies readonly (keyof Cells)[];
const TITLES = ['role', 'who', 'how', 'last use'];
/** What is longer goes over the edge of its column, rather than making every line as long. */
const WIDEST = 44;

export type TableLine = { readonly line: Line; readonly text: string; readonly remarks: readonly string[] };

/** Lines in columns for a terminal, each with its remarks to be put below it. */
export function tableOf(lines: readonly Line[]): { readonly head: string; readonly lines: readonly TableLine[] } {
  const rows = lines.map((line) => ({ line, of: cells(line) }));
  const widths = COLUMNS.map((column, index) =>
    Math.min(WIDEST, Math.max(TITLES[index]?.length ?? 0, ...rows.map(({ of }) => plain(of[column]).length))),
  );
  const digits = Math.max(4, String(lines.length).length);
  const put = (first: string, texts: readonly string[]) =>
    `${first.padStart(digits)}  ${texts.map((text, index) => plain(text).padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd();
  return {
    head: put('line', TITLES),
    lines: rows.map(({ line, of }) => ({
      line,
      text: put(
        `${line.number}`,
        COLUMNS.map((column) => of[column]),
      ),
      remarks: of.remarks.map((text) => `${' '.repeat(digits)}  ${plain(text)}`),
    })),
  };
}

/** Control characters, and those that turn text around, could make a line read as what it is not. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
