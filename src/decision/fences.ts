/**
 * Fenced code blocks of a Markdown text, as CommonMark finds them at the top level. What is quoted, inside another fence
 * or inside an HTML comment is not one: nobody who reads the page would see it as what it claims to be.
 */
export type FencedBlock = {
  /** The first word of the info string, in lower case. */
  readonly tag: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  readonly text: string;
};

export function fencedBlocks(text: string): readonly FencedBlock[] {
  const lines = text.split(/\r\n|\n|\r/);
  const blocks: FencedBlock[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = fenceOf(line);
    if (fence !== undefined) {
      const end = closingOf(lines, at + 1, fence);
      blocks.push({ tag: fence.tag, line: at + 1, text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else at = opensComment(line) ? endOfComment(lines, at) + 1 : at + 1;
  }
  return blocks;
}

export type Fence = { readonly mark: string; readonly tag: string };

/** The fence that a line opens. What follows backticks holds no other backtick, or it is code within a line. */
export function fenceOf(line: string): Fence | undefined {
  const [, mark, info = ''] = /^ {0,3}(`{3,}|~{3,})(.*)$/s.exec(line) ?? [];
  if (mark === undefined || (mark.startsWith('`') && info.includes('`'))) return undefined;
  const [tag = ''] = info.trimStart().split(/\s/, 1);
  return { mark, tag: tag.toLowerCase() };
}

export function opensComment(line: string): boolean {
  return /^ {0,3}<!--/.test(line);
}

/** The line that closes a fence; one that is never closed reaches to the end. `within` columns belong to the list that it is in. */
export function closingOf(lines: readonly string[], from: number, { mark }: Fence, within = 0): number {
  for (let at = from; at < lines.length; at += 1) {
    const [, indent = '', closing = ''] = /^( *)(`{3,}|~{3,})\s*$/.exec(lines[at] ?? '') ?? [];
    if (closing[0] === mark[0] && closing.length >= mark.length && indent.length <= within + 3) return at;
  }
  return lines.length;
}

/** The line in which an HTML comment ends; one that is never closed reaches to the end. */
export function endOfComment(lines: readonly string[], from: number): number {
  return lineWith(lines, from, '-->');
}

/** The first line from there on that holds a text; the number of lines when none does. */
export function lineWith(lines: readonly string[], from: number, text: string): number {
  for (let at = from; at < lines.length; at += 1) if (lines[at]?.toLowerCase().includes(text)) return at;
  return lines.length;
}
