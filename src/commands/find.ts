import { closingOf, fenceOf, lineWith } from '../decision/fences.ts';
import { type CommandWord, isCommandWord } from './words.ts';

/** A line that is a command: its word, and what follows on the line. */
export type CommandLine = {
  /** Counted from 1. */
  readonly line: number;
  readonly word: CommandWord;
  readonly rest: string;
};

const slashLine = /^ {0,3}\/([a-z][a-z-]*)(?:[ \t]+(.*))?$/i;
const quoted = /^ {0,3}>/;
const indentedCode = /^(?: {4}|\t)/;
const startsBlock = /^ {0,3}(?:[-*+] |\d+[.)] |#{1,6} |(?:[-*_] *){3,}$)/;

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
    const hiddenUntil = endOfHidden(lines, at);
    if (hiddenUntil !== undefined) {
      at = hiddenUntil;
      inQuotation = false;
      continue;
    }
    inQuotation = quoted.test(line) || (inQuotation && line.trim() !== '' && !startsBlock.test(line));
    if (inQuotation || indentedCode.test(line)) continue;
    const [, word = '', rest = ''] = slashLine.exec(line) ?? [];
    const known = word.toLowerCase();
    if (isCommandWord(known)) found.push({ line: at + 1, word: known, rest: rest.trim() });
  }
  return found;
}

/** The last line of what begins here and is not shown as prose; undefined where nothing of the kind begins. */
function endOfHidden(lines: readonly string[], at: number): number | undefined {
  const line = lines[at] ?? '';
  const fence = fenceOf(line);
  if (fence !== undefined) return closingOf(lines, at + 1, fence);
  const comment = line.lastIndexOf('<!--');
  if (comment !== -1 && (/^ {0,3}<!--/.test(line) || !line.includes('-->', comment))) {
    return line.includes('-->', comment) ? at : lineWith(lines, at + 1, '-->');
  }
  const [, tag] = /^ {0,3}<(pre|script|style|textarea)\b/i.exec(line) ?? [];
  return tag === undefined ? undefined : lineWith(lines, at, `</${tag.toLowerCase()}>`);
}
