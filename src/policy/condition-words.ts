import type { Condition } from './schema/condition.ts';

/** A condition in plain words, such as `environments: production; and blast-radius >= high`. */
export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
      return condition.of.length === 0 ? 'always' : joined(condition.of, '; and ');
    case 'any':
      return joined(condition.of, '; or ');
    case 'not':
      return `not (${conditionWords(condition.of)})`;
    case 'globs':
      return `${condition.key}: ${condition.globs.join(' or ')}`;
    case 'names':
      return `${condition.key}: ${condition.names.join(' or ')}`;
    case 'flag':
      return condition.value ? condition.key : `no ${condition.key}`;
    case 'kind':
      return `the author is a ${condition.value}`;
    case 'property':
      return `property ${condition.name}: ${condition.values.join(' or ')}`;
    case 'pattern':
      return `the title matches ${condition.pattern}`;
    case 'count':
      return `${condition.key} ${condition.operator} ${condition.value}`;
    case 'level':
      return `blast radius ${condition.operator} ${condition.level}`;
  }
}

function joined(parts: readonly Condition[], word: string): string {
  const words = parts.map((part) =>
    part.kind === 'any' || part.kind === 'all' ? `(${conditionWords(part)})` : conditionWords(part),
  );
  return words.join(word);
}
