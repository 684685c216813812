/**
 * What is more than any policy needs, said before the YAML library sees the text: it recurses, and its time is in
 * proportion to the marks in it.
 */
export function excess(text: string): string | undefined {
  if (Buffer.byteLength(text) > mostBytes) return 'a policy file may hold at most 256 KiB';
  const { separators, openings, marks, depth } = countsOf(text);
  if (separators > mostValues) return `holds more than ${mostValues} values, lines or separators`;
  if (depth > mostDepth * 2 || indents.test(text)) return `is nested more than ${mostDepth} levels deep`;
  if (openings > mostOpenings)
    return `holds more than ${mostOpenings} lists and mappings in brackets; put what belongs together into one`;
  if (marks > mostMarks)
    return `holds more than ${mostMarks} brackets, quotes and separators; say more with each, for example with \`*\` in a glob`;
  return undefined;
}

export const mostBytes = 256 * 1024;
/**
 * Nested this deep, or this many values once aliases are written out, it is not a policy but an attack. A full file of
 * ordinary rules has 26,000 separators.
 */
export const mostDepth = 40;
export const mostValues = 32_000;
/** A full file of ordinary rules has 14,000, one in JSON 16,000. Each takes the YAML library up to 20 µs. */
const mostOpenings = 20_000;
/** A full file of ordinary rules has 80,000, one in JSON 110,000. */
const mostMarks = 120_000;

const indents = new RegExp(`^ *(?:[-?:] +){${mostDepth},}|^ {${mostDepth * 16},}[^ \\n#]`, 'm');

type Counts = {
  readonly separators: number;
  readonly openings: number;
  readonly marks: number;
  readonly depth: number;
};

function countsOf(text: string): Counts {
  let separators = 0;
  let openings = 0;
  let marks = 0;
  let open = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const kind = kinds[text.charCodeAt(at)] ?? 0;
    if (kind !== 0) marks += 1;
    if (kind === separator) separators += 1;
    if (kind === opening) {
      openings += 1;
      open += 1;
      depth = Math.max(depth, open);
    }
    if (kind === closing) open = Math.max(0, open - 1);
  }
  return { separators, openings, marks, depth };
}

const [separator, opening, closing, other] = [1, 2, 3, 4];
/** By character code; zero for whatever is no mark. */
const kinds = new Uint8Array(128);
for (const [kind, chars] of [
  [separator, ',:\n'],
  [opening, '[{'],
  [closing, ']}'],
  [other, '"\'&*!?#%@|>`\t\r'],
] as const)
  for (const char of chars) kinds[char.charCodeAt(0)] = kind;
