import { RE2JS } from 're2js';
import { Glob } from './schema/values.ts';

/**
 * Says a Go regular expression over paths or branches in globs, or not at all. The globs match exactly the same names:
 * those without a leading, trailing or double slash and without a line break. `undefined` means that no globs do; an
 * empty list, that no name can match.
 */
export function globsOf(pattern: string): readonly string[] | undefined {
  try {
    RE2JS.compile(pattern);
    const globs = new Parser(pattern).alternatives().flatMap(spelledOut);
    return globs.every((glob) => Glob.safeParse(glob).success) && globs.length <= mostGlobs
      ? [...new Set(globs)]
      : undefined;
  } catch {
    // Whatever is not understood here is not said in globs, whether the expression is wrong or only beyond them.
    return undefined;
  }
}

const mostGlobs = 24;

type Token =
  /** Itself. */
  | { readonly kind: 'text'; readonly text: string }
  /** One character, as this piece of a glob has it; never a slash. */
  | { readonly kind: 'one'; readonly glob: string }
  /** `[^/]*` */
  | { readonly kind: 'segment' }
  /** `.*` */
  | { readonly kind: 'any' }
  | { readonly kind: 'start' | 'end' };

type Sequence = readonly Token[];

/** The alternatives of one atom, and what it is when it is repeated, if globs can say that. */
type Atom = { readonly of: readonly Sequence[]; readonly repeated?: Token };

class BeyondGlobs extends Error {}

class Parser {
  private readonly chars: readonly string[];
  private at = 0;

  constructor(pattern: string) {
    this.chars = [...pattern];
  }

  alternatives(): readonly Sequence[] {
    const all = this.either();
    if (this.at < this.chars.length) throw new BeyondGlobs();
    return all;
  }

  private either(): readonly Sequence[] {
    let all = this.sequence();
    while (this.take('|')) all = limited([...all, ...this.sequence()]);
    return all;
  }

  private sequence(): readonly Sequence[] {
    let all: readonly Sequence[] = [[]];
    while (this.peek() !== undefined && this.peek() !== '|' && this.peek() !== ')') {
      const next = this.quantified();
      all = limited(all.flatMap((before) => next.map((after) => [...before, ...after])));
    }
    return all;
  }

  private quantified(): readonly Sequence[] {
    const atom = this.atom();
    const quantifier = ['*', '+', '?'].find((char) => this.take(char));
    // Greedy or not makes no difference to whether something matches.
    if (quantifier !== undefined) this.take('?');
    if (['*', '+', '?', '{'].includes(this.peek() ?? '')) throw new BeyondGlobs();
    if (quantifier === undefined) return atom.of;
    if (quantifier === '?') return [...atom.of, []];
    const { repeated } = atom;
    if (repeated === undefined) throw new BeyondGlobs();
    return quantifier === '*' ? [[repeated]] : atom.of.map((once) => [...once, repeated]);
  }

  private atom(): Atom {
    const char = this.next();
    switch (char) {
      case '(':
        return { of: this.group() };
      case '[':
        return this.set();
      case '\\':
        return { of: [[escapedToken(this.next())]] };
      case '.':
        return { of: [[anyButSlash], [{ kind: 'text', text: '/' }]], repeated: { kind: 'any' } };
      case '^':
        return { of: [[{ kind: 'start' }]] };
      case '$':
        return { of: [[{ kind: 'end' }]] };
      case '*':
      case '+':
      case '?':
      case '{':
        throw new BeyondGlobs();
      default:
        return { of: [[{ kind: 'text', text: char }]] };
    }
  }

  private group(): readonly Sequence[] {
    if (this.take('?') && !this.take(':')) throw new BeyondGlobs();
    const inner = this.either();
    if (!this.take(')')) throw new BeyondGlobs();
    return inner;
  }

  /** `[^/]`, and sets of plain characters and ranges. */
  private set(): Atom {
    const written = this.chars.slice(this.at).join('');
    const [notSlash] = /^\^\\?\/\]/.exec(written) ?? [];
    if (notSlash !== undefined) {
      this.at += [...notSlash].length;
      return { of: [[anyButSlash]], repeated: { kind: 'segment' } };
    }
    const [whole, inside] = /^((?:[A-Za-z0-9_]-[A-Za-z0-9_]|[A-Za-z0-9_]|\.(?!-))+-?)\]/.exec(written) ?? [];
    if (whole === undefined || inside === undefined) throw new BeyondGlobs();
    this.at += whole.length;
    return { of: [[{ kind: 'one', glob: `[${inside}]` }]] };
  }

  private peek(): string | undefined {
    return this.chars[this.at];
  }

  private next(): string {
    const char = this.chars[this.at];
    if (char === undefined) throw new BeyondGlobs();
    this.at += 1;
    return char;
  }

  private take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at += 1;
    return true;
  }
}

const anyButSlash: Token = { kind: 'one', glob: '?' };

function escapedToken(char: string): Token {
  if (char === 'd') return { kind: 'one', glob: '[0-9]' };
  if (char === 'w') return { kind: 'one', glob: '[0-9A-Za-z_]' };
  if (char === 'A') return { kind: 'start' };
  if (char === 'z') return { kind: 'end' };
  if (/[A-Za-z0-9]/.test(char)) throw new BeyondGlobs();
  return { kind: 'text', text: char };
}

function limited(all: readonly Sequence[]): readonly Sequence[] {
  if (all.length > mostGlobs) throw new BeyondGlobs();
  return all;
}

function spelledOut(sequence: Sequence): readonly string[] {
  let globs: readonly string[] = [''];
  for (const token of withoutDoubledStars(anchored(sequence))) globs = globs.flatMap((glob) => extended(glob, token));
  // No name begins or ends with a slash or holds two in a row, so these match nothing.
  return globs.filter((glob) => glob !== '' && !glob.startsWith('/') && !glob.endsWith('/') && !glob.includes('//'));
}

/** What is not anchored may begin or end with anything. */
function anchored(sequence: Sequence): Sequence {
  const first = sequence.findIndex(({ kind }) => kind !== 'start');
  const body = first === -1 ? [] : sequence.slice(first);
  const last = body.findLastIndex(({ kind }) => kind !== 'end');
  const inner = body.slice(0, last + 1);
  if (inner.some(({ kind }) => kind === 'start' || kind === 'end')) throw new BeyondGlobs();
  const anything: Sequence = [{ kind: 'any' }];
  const isOpenAtStart = sequence[0]?.kind !== 'start';
  const isOpenAtEnd = sequence.at(-1)?.kind !== 'end';
  return [...(isOpenAtStart ? anything : []), ...inner, ...(isOpenAtEnd ? anything : [])];
}

function withoutDoubledStars(sequence: Sequence): Sequence {
  const kept: Token[] = [];
  for (const token of sequence) {
    const last = kept.at(-1);
    if (!isStar(token) || last === undefined || !isStar(last)) kept.push(token);
    else if (token.kind === 'any') kept[kept.length - 1] = token;
  }
  return kept;
}

function isStar({ kind }: Token): boolean {
  return kind === 'any' || kind === 'segment';
}

function extended(glob: string, token: Token): readonly string[] {
  switch (token.kind) {
    case 'text':
      return [glob + token.text.replace(/[\\*?[\]{}(),!]/gu, '\\$&')];
    case 'one':
      return [glob + token.glob];
    case 'segment':
      return [`${glob}*`];
    case 'any':
      // At the start of a segment `**/*` is everything; elsewhere it takes one glob without a slash and one with.
      return glob === '' || glob.endsWith('/') ? [`${glob}**/*`] : [`${glob}*`, `${glob}*/**/*`];
    default:
      return [glob];
  }
}
