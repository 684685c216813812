import { closingOf, fenceOf, lineWith } from '../decision/fences.ts';
import { type CommandWord, isCommandWord } from './words.ts';

/** A line that is a command: its word, and what follows on the line. */
export type CommandLine = {
  /** Counted from 1. */
  readonly line: number;
  readonly word: CommandWord;
  readonly rest: string;
};

const slashLine = /^ {0,3}\/([a-z][a-z-]*)(?:[ \t]+(.*))?$/is;
const listMarkers = /^ {0,3}(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+/;
/** In a list too, and however far it is indented. */
const quoted = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*>/;
const indentedCode = /^(?: {4}|\t)/;
const startsBlock =
  /^ {0,3}(?:[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|`{3}|~{3}|(?:- *){3,}$|(?:\* *){3,}$|(?:_ *){3,}$)/;
/** PostgreSQL and people take these for the end of a line, and Markdown does not. */
const otherLineEnds = /[\v\f\u0085\u2028\u2029]/g;

/**
 * The commands of a text, in order. Slash lines that begin with another word belong to other bots. Lines that a reader of the page would
 * not take for the writer's own words are none: in code blocks, in HTML comments and preformatted text, and quoted ones, the lines right
 * under a quotation included, which Markdown counts to it (a mail program wraps what it quotes into such lines) (T19).
 */
export function findCommands(text: string): readonly CommandLine[] {
  const lines = text.split(/\r\n|\n|\r/);
  const found: CommandLine[] = [];
  let inQuotation = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    inQuotation = quoted.test(line) || (inQuotation && line.trim() !== '' && !startsBlock.test(line));
    const hiddenUntil = endOfHidden(lines, at);
    if (hiddenUntil !== undefined) {
      at = hiddenUntil;
      continue;
    }
    if (inQuotation || indentedCode.test(line)) continue;
    const [, word = '', rest = ''] = slashLine.exec(line) ?? [];
    const known = word.toLowerCase();
    if (isCommandWord(known)) found.push({ line: at + 1, word: known, rest: rest.replace(otherLineEnds, ' ').trim() });
  }
  return found;
}

/** The last line of what begins here and is not shown as prose; undefined where nothing of the kind begins. */
function endOfHidden(lines: readonly string[], at: number): number | undefined {
  const line = lines[at] ?? '';
  const [markers = ''] = listMarkers.exec(line) ?? [];
  const fence = fenceOf(line.slice(markers.length));
  if (fence !== undefined) return closingOf(lines, at + 1, fence, markers.length);
  let end: number | undefined;
  let closer = closerOf(line);
  while (closer !== undefined) {
    end = lineWith(lines, (end ?? at) + 1, closer);
    const last = (lines[end] ?? '').toLowerCase();
    // What ends here may be followed by another beginning.
    closer = closerOf(last.slice(last.indexOf(closer) + closer.length));
  }
  return end;
}

const hiding = ['pre', 'code', 'blockquote', 'script', 'style', 'textarea'];
const openings: readonly (readonly [RegExp, string])[] = [
  [/<!--/g, '-->'],
  ...hiding.map((tag) => [new RegExp(`<${tag}(?=[\\s/>]|$)`, 'g'), `</${tag}>`] as const),
];

/** What ends something that a line begins, and that hides the lines after it: a comment, text as it is typed, a quotation in HTML. */
function closerOf(line: string): string | undefined {
  if (!line.includes('<')) return undefined;
  const text = withoutCode(line.toLowerCase());
  const open = openings.find(([opening, closing]) => {
    const last = [...text.matchAll(opening)].at(-1);
    return last !== undefined && !text.includes(closing, last.index);
  });
  return open?.[1];
}

/** Whoever writes about `<pre>` opens none. A backslash may mean that a backquote is meant as one. */
function withoutCode(line: string): string {
  return line.includes('\\') ? line : line.replace(/`[^`]*`/g, '');
}
