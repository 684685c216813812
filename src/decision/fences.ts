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
    const opening = /^ {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*$/.exec(line);
    if (opening !== null) {
      const end = closingOf(lines, at + 1, opening[1] ?? '```');
      blocks.push({ tag: (opening[2] ?? '').toLowerCase(), line: at + 1, text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else at = /^ {0,3}<!--/.test(line) ? endOfComment(lines, at) + 1 : at + 1;
  }
  return blocks;
}

/** A fence that is never closed reaches to the end. */
function closingOf(lines: readonly string[], from: number, fence: string): number {
  for (let at = from; at < lines.length; at += 1) {
    const closing = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(lines[at] ?? '')?.[1];
    if (closing?.[0] === fence[0] && closing !== undefined && closing.length >= fence.length) return at;
  }
  return lines.length;
}

function endOfComment(lines: readonly string[], from: number): number {
  const end = lines.findIndex((line, at) => at >= from && line.includes('-->'));
  return end === -1 ? lines.length : end;
}
