import { RE2JS } from 're2js';

export type PathMatch = (path: string) => boolean;

/**
 * A pattern as CODEOWNERS means it: gitignore's rules without negation (`!`) and character ranges (`[a-z]`). In short: a
 * slash at the beginning or in the middle ties it to the root; a name also stands for everything below it; a last `*`
 * of its own stands for files directly in there only. Undefined: not a pattern.
 *
 * Source: docs.github.com, "About code owners"; cases of github.com/hmarr/codeowners, which are in the tests.
 */
export function patternMatch(pattern: string): PathMatch | undefined {
  if (pattern.includes('***') || pattern.startsWith('!') || /[[\]]/.test(pattern) || pattern.endsWith('\\'))
    return undefined;
  if (pattern === '/') return () => false;
  const segments = segmentsOf(pattern);
  if (!/[*?\\]/.test(pattern) && segments[0] !== '**') return literal(segments);
  const source = segments.map((segment, index) => sourceOf(segment, index, segments)).join('');
  const expression = RE2JS.compile(`^${source}$`, RE2JS.DOTALL);
  return (path) => expression.matches(path);
}

/** Segments from the root; `**` stands for any number of them. */
function segmentsOf(pattern: string): readonly string[] {
  const parts = pattern.split('/');
  const below = parts.at(-1) === '' ? [...parts.slice(0, -1), '**'] : parts;
  if (below[0] === '') return below.slice(1);
  const isTied = parts.slice(1).some((part) => part !== '');
  return isTied || below[0] === '**' ? below : ['**', ...below];
}

function literal(segments: readonly string[]): PathMatch {
  const isFolder = segments.at(-1) === '**';
  const name = (isFolder ? segments.slice(0, -1) : segments).join('/');
  return (path) => path.startsWith(`${name}/`) || (!isFolder && path === name);
}

function sourceOf(segment: string, index: number, segments: readonly string[]): string {
  const isLast = index === segments.length - 1;
  if (segment === '**') return doubleStar(index, isLast);
  const before = segments[index - 1];
  const slash = index === 0 || (before === '**' && index === 1) ? '' : '/';
  if (segment === '*') return `${slash}[^/]+`;
  return `${slash}${glob(segment)}${isLast ? '(?:/.*)?' : ''}`;
}

function doubleStar(index: number, isLast: boolean): string {
  if (index === 0) return isLast ? '.+' : '(?:.+/)?';
  return isLast ? '/.+' : '(?:/.+)?';
}

function glob(segment: string): string {
  return segment.replace(/\\(.)|./gsu, (found: string, escaped: string | undefined) => {
    if (found === '*') return '[^/]*';
    if (found === '?') return '[^/]';
    return RE2JS.quote(escaped ?? found);
  });
}
