import type * as z from 'zod';
import { keysAt } from './json-schema.ts';
import { didYouMean } from './nearest.ts';
import { isWritten, type Path, type Placed } from './placed.ts';
import { mostFindings } from './read-yaml.ts';

/** What is wrong at a path, and whether the key or the value there is to blame. */
export type Finding = { readonly path: Path; readonly of: 'key' | 'value'; readonly message: string };

/** Says in words what the schema found, one finding for each thing to mend. */
export function findingsOf(issue: z.core.$ZodIssue, root: Placed): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.path, issue.keys);
  if (issue.code === 'invalid_union') return unionFindings(issue, root);
  if (issue.code === 'invalid_key') {
    const message = issue.issues.map((inner) =>
      inner.code === 'invalid_value' ? oneOf(inner, lastOf(issue.path)) : inner.message,
    );
    return [{ path: issue.path, of: 'key', message: `\`${lastOf(issue.path)}\`: ${message.join('; ')}` }];
  }
  if (!isWritten(root, issue.path)) {
    return [{ path: issue.path.slice(0, -1), of: 'key', message: `\`${lastOf(issue.path)}\` is missing` }];
  }
  return [{ path: issue.path, of: 'value', message: sentence(subjectOf(issue.path), valueMessage(issue, root)) }];
}

const mostUnknownKeys = 20;

function unknownKeys(path: Path, keys: readonly string[]): readonly Finding[] {
  const known = keysAt(path);
  return keys.slice(0, mostUnknownKeys).map((key) => {
    const hint = didYouMean(key, known) || (known.length > 0 && known.length <= 12 ? `; one of ${list(known)}` : '');
    return { path: [...path, key], of: 'key', message: `\`${key}\` is not a key that may stand here${hint}` };
  });
}

/** Of a union's alternatives, the complaints of the one that fits the kind of value that was written. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, root: Placed): readonly Finding[] {
  const fitting = issue.errors.filter(
    (errors) => !errors.some((error) => error.code === 'invalid_type' && error.path.length === 0),
  );
  const [errors] = fitting.length > 0 ? fitting : issue.errors.slice(-1);
  return (errors ?? [])
    .slice(0, mostFindings)
    .flatMap((error) => findingsOf({ ...error, path: [...issue.path, ...error.path] }, root));
}

function valueMessage(issue: z.core.$ZodIssue, root: Placed): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('must ')
        ? `${issue.message}, not ${kindAt(root, issue.path)}`
        : `must be ${kinds[issue.expected] ?? issue.expected}, not ${kindAt(root, issue.path)}`;
    case 'invalid_value':
      return oneOf(issue, textAt(root, issue.path));
    case 'too_big':
      return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? issue.message
        : `must be at least ${issue.minimum}`;
    default:
      return issue.message;
  }
}

function oneOf(issue: z.core.$ZodIssueInvalidValue, written: string): string {
  const values = issue.values.map(String);
  if (values.length === 1) return `must be ${list(values)}`;
  return `must be one of ${list(values)}${didYouMean(written, values)}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function kindAt(root: Placed, path: Path): string {
  const placed = placedAt(root, path);
  if (placed === undefined) return 'nothing';
  if (placed.kind === 'list') return 'a list';
  if (placed.kind === 'map') return 'a mapping';
  if (placed.value === null) return 'nothing';
  return typeof placed.value === 'string' ? 'text' : `\`${String(placed.value)}\``;
}

function textAt(root: Placed, path: Path): string {
  const placed = placedAt(root, path);
  return placed?.kind === 'scalar' ? String(placed.value) : '';
}

function placedAt(root: Placed, path: Path): Placed | undefined {
  let node: Placed | undefined = root;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.get(String(step))?.value;
    else node = node?.kind === 'list' ? node.items[Number(step)] : undefined;
  }
  return node;
}

function subjectOf(path: Path): string {
  const name = path.filter((step) => typeof step === 'string').at(-1);
  return name === undefined ? 'the policy' : `\`${name}\``;
}

/** Messages that are predicates follow their subject, whole sentences follow a colon. */
function sentence(subject: string, message: string): string {
  return /^(must|is) /.test(message) ? `${subject} ${message}` : `${subject}: ${message}`;
}

function lastOf(path: Path): string {
  return String(path.at(-1) ?? 'policy');
}

function list(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(', ');
}
