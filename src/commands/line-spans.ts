import type { LineSpan } from './command.ts';

/** Six digits are more lines than any review has, and few enough to count. */
const span = /^#?(\d{1,6})(?:\s*[-–]\s*#?(\d{1,6}))?(?=[\s,;:.]|$)[\s,;]*/;

/**
 * The numbers of lines at the beginning of a text, `3 5-7` or `3, 5-7`, and what is left of it. A colon or a full stop ends them, for when a
 * number follows that is none of a line. A span that runs backwards is one all the same.
 */
export function spansOf(text: string): { readonly spans: readonly LineSpan[]; readonly left: string } {
  const spans: LineSpan[] = [];
  let left = text.replace(/^lines?\s+(?=#?\d)/i, '');
  for (let found = span.exec(left); found !== null; found = span.exec(left)) {
    const [whole, first = '', last = first] = found;
    const [one, other] = [Number(first), Number(last)];
    spans.push({ from: Math.min(one, other), to: Math.max(one, other) });
    left = left.slice(whole.length);
  }
  return { spans, left: left.replace(/^[:.]\s*/, '') };
}
