import { type PathMatch, patternMatch } from './codeowners-pattern.ts';

/** One line of CODEOWNERS. No owners: the path is expressly unowned. */
export type CodeOwnersRule = { readonly line: number; readonly matches: PathMatch; readonly owners: readonly string[] };

export type ParsedCodeOwners = { readonly rules: readonly CodeOwnersRule[]; readonly problems: readonly string[] };

/** GitHub does not load a larger file ("About code owners", CODEOWNERS file size). */
const largest = 3 * 1024 * 1024;

const owner = /^(@[A-Za-z0-9][A-Za-z0-9_-]*(\/[A-Za-z0-9_.-]+)?|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

/**
 * Reads CODEOWNERS. GitHub skips a line that it does not understand, which leaves paths unowned without a word; a gate
 * must not, so every such line is a problem, with its number.
 */
export function parseCodeOwners(text: string): ParsedCodeOwners {
  if (text.length > largest) return { rules: [], problems: ['is larger than 3 MB, which GitHub does not load'] };
  const rules: CodeOwnersRule[] = [];
  const problems: string[] = [];
  text.split(/\r\n|\n|\r/).forEach((written, index) => {
    const [pattern, ...owners] = words(written);
    if (pattern === undefined) return;
    const matches = patternMatch(pattern);
    const strange = owners.find((candidate) => !owner.test(candidate));
    if (matches === undefined)
      problems.push(`line ${index + 1}: \`${pattern}\` is not a pattern that GitHub understands`);
    else if (strange !== undefined)
      problems.push(`line ${index + 1}: \`${strange}\` is not a user, team or mail address`);
    else rules.push({ line: index + 1, matches, owners });
  });
  return { rules, problems };
}

/** The last rule that matches decides. */
export function ownersOf(path: string, rules: readonly CodeOwnersRule[]): readonly string[] {
  return rules.findLast(({ matches }) => matches(path))?.owners ?? [];
}

/** Words of a line, up to a comment. A backslash keeps the space, and the backslash, in the pattern. */
function words(line: string): readonly string[] {
  const found = line.match(/(?:\\.|[^\s\\])+/g) ?? [];
  const comment = found.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? found : found.slice(0, comment);
}
