import { RE2JS } from 're2js';
import { type GlobToken, parseGlob } from './schema/glob-syntax.ts';

/** A compiled glob. Linear in the length of the path, whoever wrote the glob and whoever chose the path. */
export type PathTest = (path: string) => boolean;

const compiled = new Map<string, PathTest>();
const mostCompiled = 10_000;

/** Compiles a glob that the schema has accepted; the same text is compiled once. */
export function globTest(glob: string): PathTest {
  const known = compiled.get(glob);
  if (known !== undefined) return known;
  const syntax = parseGlob(glob);
  if (!syntax.ok) throw new Error(`glob was not validated: ${syntax.problem}`);
  const test = anyOf(syntax.alternatives.map(compile));
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(glob, test);
  return test;
}

function anyOf(tests: readonly PathTest[]): PathTest {
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (path) => tests.some((test) => test(path));
}

/**
 * Nearly every glob that people write is one of the shapes of `plain`; string comparison answers those in some 20 ns.
 * The others run as RE2 (some 2 µs), and only on paths that begin and hold
 * what their literals say.
 */
function compile(tokens: readonly GlobToken[]): PathTest {
  return plain(tokens) ?? viaRe2(tokens);
}

function plain(tokens: readonly GlobToken[]): PathTest | undefined {
  const shape = tokens.map(({ kind }) => shapes[kind]).join('');
  const literals = literalOf(tokens);
  if (shape === 'G') return (path) => path !== '';
  if (/^L(SL)*$/.test(shape)) return (path) => path === literals;
  if (/^L(SL)*SG$/.test(shape)) return isWithin(literals.slice(0, -1));
  if (/^GSL(SL)*$/.test(shape)) {
    const base = literals.slice(1);
    return (path) => path.endsWith(base) && (path.length === base.length || path.endsWith(literals));
  }
  if (/^GSL(SL)*SG$/.test(shape)) return (path) => `/${path}/`.includes(literals);
  if (shape === 'GS*L') return (path) => path.endsWith(literals.slice(1));
  return undefined;
}

const shapes = { literal: 'L', slash: 'S', star: '*', globstar: 'G', one: '1' } as const;

function literalOf(tokens: readonly GlobToken[]): string {
  return tokens.map((token) => (token.kind === 'literal' ? token.text : token.kind === 'slash' ? '/' : '')).join('');
}

function isWithin(folder: string): PathTest {
  const inside = `${folder}/`;
  return (path) => path.startsWith(inside) || path === folder;
}

function viaRe2(tokens: readonly GlobToken[]): PathTest {
  const expression = RE2JS.compile(sourceOf(tokens), RE2JS.DOTALL);
  const start = literalOf(tokens.slice(0, fixedStart(tokens)));
  const needle = longestLiteral(tokens);
  return (path) => path.startsWith(start) && path.includes(needle) && expression.testExact(path);
}

/** How many tokens at the beginning stand for themselves; a slash before `**` may be left out. */
function fixedStart(tokens: readonly GlobToken[]): number {
  const free = tokens.findIndex(({ kind }) => kind !== 'literal' && kind !== 'slash');
  return tokens[free]?.kind === 'globstar' && free > 0 ? free - 1 : free;
}

function longestLiteral(tokens: readonly GlobToken[]): string {
  const literals = tokens.map((token) => (token.kind === 'literal' ? token.text : ''));
  return literals.reduce((longest, text) => (text.length > longest.length ? text : longest), '');
}

function sourceOf(tokens: readonly GlobToken[]): string {
  return tokens.map((token, index) => piece(token, tokens.slice(0, index), tokens.slice(index + 1))).join('');
}

function piece(token: GlobToken, before: readonly GlobToken[], after: readonly GlobToken[]): string {
  const previous = before.at(-1);
  switch (token.kind) {
    case 'literal':
      return RE2JS.quote(token.text);
    case 'one':
      return token.negated ? `[^/${token.set}]` : `[${token.set}]`;
    case 'star':
      return isEdge(previous) && isEdge(after[0]) ? '[^/]+' : '[^/]*';
    case 'slash':
      if (previous?.kind === 'globstar') return '';
      return after.length === 1 && after[0]?.kind === 'globstar' ? '' : '/';
    case 'globstar':
      return after.length > 0 ? '(?:.*/)?' : atTheEnd(before);
  }
}

/** `a/**` also matches `a`, where a submodule or a link may stand; `*` before it asks for something inside. */
function atTheEnd(before: readonly GlobToken[]): string {
  if (before.length === 0) return '.+';
  return before.at(-2)?.kind === 'star' ? '/.+' : '(?:/.*)?';
}

function isEdge(token: GlobToken | undefined): boolean {
  return token === undefined || token.kind === 'slash';
}
