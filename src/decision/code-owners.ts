import type { Member } from '../policy/schema/values.ts';
import { type CodeOwnersRule, ownersOf, parseCodeOwners } from './codeowners.ts';
import type { Reader } from './reader.ts';
import { readWanted, subjectOf } from './subject.ts';

/** Owners that stand together on a line of CODEOWNERS: one of them must approve what it gives them. */
export type OwnerSet = { readonly name: string; readonly owners: readonly Member[] };

/**
 * Every set of owners that CODEOWNERS at the base gives to a changed path, old and new. An unowned path needs nobody;
 * a file that is invalid, or cannot be read, blocks.
 */
export function codeOwnerSets(reader: Reader): readonly OwnerSet[] {
  const { files } = subjectOf(reader.facts).change;
  if (!files.complete) readWanted([{ fact: 'files' }], reader);
  const rules = rulesOf(reader);
  const sets = new Map<string, OwnerSet>();
  for (const { path, previousPath } of files.list) {
    for (const changed of previousPath === undefined ? [path] : [path, previousPath]) {
      const owners = ownersOf(changed, rules);
      if (owners.length > 0) sets.set(owners.join(' '), { name: owners.join(' '), owners: owners.flatMap(toMember) });
    }
  }
  return [...sets.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A mail address is nobody that can be looked up; it stays in the set's name, and somebody else of it must approve. */
function toMember(owner: string): readonly Member[] {
  if (!owner.startsWith('@')) return [];
  const [organization = '', slug] = owner.slice(1).split('/');
  return [slug === undefined ? { kind: 'user', login: organization } : { kind: 'team', organization, slug }];
}

function rulesOf(reader: Reader): readonly CodeOwnersRule[] {
  const file = reader.read('codeowners', reader.facts.pull.baseSha);
  if (file === undefined) return [];
  if (file === null) {
    reader.cannotKnow({
      code: 'fact-unreadable',
      message: 'The policy asks for code owners, and there is no CODEOWNERS.',
    });
    return [];
  }
  const parsed = parseCodeOwners(file.text);
  for (const problem of parsed.problems) {
    reader.cannotKnow({ code: 'fact-unreadable', message: `${file.path}: ${problem}` });
  }
  return parsed.rules;
}
