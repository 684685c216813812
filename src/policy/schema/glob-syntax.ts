/**
 * The glob syntax of policies: `*` and `?` within a path segment, `**` for any number of whole segments, `[a-z]`,
 * `[!a-z]`, `{a,b}`, and a backslash before a character that is meant literally. Names that begin with a dot are like
 * any other. It means what picomatch means by it (a test holds the two together) but is translated to RE2 here, since
 * picomatch's regular expressions backtrack and a pull request chooses the paths that they run on.
 */
export type GlobSyntax =
  | { readonly ok: true; readonly alternatives: readonly GlobToken[][] }
  | { readonly ok: false; readonly problem: string };

export type GlobToken =
  | { readonly kind: 'literal'; readonly text: string }
  /** `set` is the inside of a bracket expression, ready for RE2. */
  | { readonly kind: 'one'; readonly set: string; readonly negated: boolean }
  | { readonly kind: 'star' | 'globstar' | 'slash' };

const mostAlternatives = 64;
/** Of all alternatives together: each is read, and may have to be compiled. */
const mostSpelledOut = 2000;

/** Reads a glob: one list of tokens for each alternative that its braces spell out. */
export function parseGlob(glob: string): GlobSyntax {
  try {
    return { ok: true, alternatives: expandBraces(glob).map(tokensOf) };
  } catch (error) {
    if (error instanceof GlobProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

/** What is wrong with a glob, in words, or nothing. */
export function globProblem(glob: string): string | undefined {
  const syntax = parseGlob(glob);
  return syntax.ok ? undefined : syntax.problem;
}

/** Whether a glob has wildcards other than `**` at its ends and a `*` before an ending: string comparison does not answer it. */
export function isWild(glob: string): boolean {
  return !/^(\*\*|(\*\*\/)?[^*?[{\\]+(\/\*\*)?|\*\*\/\*[^*?[{\\/]+)$/.test(glob);
}

class GlobProblem extends Error {}

function tokensOf(glob: string): GlobToken[] {
  if (glob.startsWith('!')) throw new GlobProblem('a glob cannot be negated with `!`; use `not` around the condition');
  if (glob.startsWith('/'))
    throw new GlobProblem('a path has no leading `/`; globs start at the root of the repository');
  if (glob.endsWith('/')) throw new GlobProblem(`a glob that ends in \`/\` matches no file; write \`${glob}**\``);
  const segments = glob.split('/').filter((segment, index, all) => segment !== '**' || all[index - 1] !== '**');
  return segments.flatMap((segment, index): GlobToken[] =>
    index === 0 ? segmentTokens(segment) : [{ kind: 'slash' }, ...segmentTokens(segment)],
  );
}

function segmentTokens(segment: string): GlobToken[] {
  if (segment === '**') return [{ kind: 'globstar' }];
  if (segment === '') throw new GlobProblem('a glob has no empty path segment');
  if (segment === '.' || segment === '..') throw new GlobProblem('a path holds neither `.` nor `..`');
  if (segment.includes('**')) throw new GlobProblem('`**` stands for whole path segments, as in `docs/**`; write `*`');
  if (/[@!+?*]\(/.test(segment))
    throw new GlobProblem('extended globs such as `@(a|b)` are not supported; write `{a,b}`');
  const tokens: GlobToken[] = [];
  for (let at = 0; at < segment.length; ) {
    const [token, length] = tokenAt(segment, at);
    at += length;
    const last = tokens.at(-1);
    if (token.kind === 'literal' && last?.kind === 'literal') {
      tokens[tokens.length - 1] = { kind: 'literal', text: last.text + token.text };
    } else tokens.push(token);
  }
  return tokens;
}

function tokenAt(segment: string, at: number): [GlobToken, number] {
  const char = segment.charAt(at);
  if (char === '*') return [{ kind: 'star' }, 1];
  if (char === '?') return [{ kind: 'one', set: '', negated: true }, 1];
  if (char === '[') return bracketAt(segment, at);
  if (char === ']') throw new GlobProblem('`]` has no `[` before it; write `\\]` for the character itself');
  if (char !== '\\') {
    const text = plainRun(segment, at);
    return [{ kind: 'literal', text }, text.length];
  }
  const escaped = segment.charAt(at + 1);
  if (escaped === '') throw new GlobProblem('a backslash at the end of a segment escapes nothing; paths use `/`');
  return [{ kind: 'literal', text: escaped }, 2];
}

/** The characters from here on that stand for themselves, up to the next that may not. */
function plainRun(segment: string, at: number): string {
  const run = /[^*?[\]\\]+/y;
  run.lastIndex = at;
  return run.exec(segment)?.[0] ?? segment.charAt(at);
}

function bracketAt(segment: string, at: number): [GlobToken, number] {
  const found = /^\[([!^]?)([^\][\\]+)\]/.exec(segment.slice(at));
  const [whole, negation, set] = found ?? [];
  if (whole === undefined || set === undefined) {
    throw new GlobProblem('`[` has no fitting `]`; write `\\[` for the character itself');
  }
  return [{ kind: 'one', set: setOf(set), negated: negation !== '' }, whole.length];
}

function setOf(written: string): string {
  return Array.from(written.matchAll(/(.)-(.)|./gsu), ([range, low = '', high = '']) => {
    if (low === '') return codePoint(range);
    if (low > high) throw new GlobProblem(`the range \`${range}\` runs backwards`);
    return `${codePoint(low)}-${codePoint(high)}`;
  }).join('');
}

function codePoint(char: string): string {
  return `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

/** `a{b,c}d` → `abd`, `acd`. Braces may nest; what a backslash precedes is left alone. */
function expandBraces(glob: string): string[] {
  const open = unescapedIndex(glob, '{', 0);
  const firstClose = unescapedIndex(glob, '}', 0);
  if (firstClose !== -1 && (open === -1 || firstClose < open)) throw new GlobProblem('`}` has no `{` before it');
  if (open === -1) return [glob];
  const { parts, close } = bracesAt(glob, open);
  if (parts.length < 2) throw new GlobProblem('braces list alternatives, as in `{a,b}`');
  const tails = expandBraces(glob.slice(close + 1));
  const expanded = parts
    .flatMap(expandBraces)
    .flatMap((part) => tails.map((tail) => glob.slice(0, open) + part + tail));
  if (expanded.length > mostAlternatives) {
    throw new GlobProblem(`braces spell out more than ${mostAlternatives} alternatives`);
  }
  if (expanded.reduce((sum, alternative) => sum + alternative.length, 0) > mostSpelledOut)
    throw new GlobProblem(`braces spell out more than ${mostSpelledOut} characters; write several globs`);
  return expanded;
}

function bracesAt(glob: string, open: number): { parts: string[]; close: number } {
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < glob.length; at += 1) {
    const char = glob.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    if (depth === 0 || (depth === 1 && char === ',')) {
      parts.push(glob.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return { parts, close: at };
  }
  throw new GlobProblem('`{` has no fitting `}`');
}

function unescapedIndex(text: string, wanted: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === wanted) return at;
  }
  return -1;
}
