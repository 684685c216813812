import * as yaml from 'yaml';
import { type Problem, sortProblems } from './problem.ts';

/** A YAML document as plain values that remember where they stand. */
export type Placed =
  | { readonly kind: 'scalar'; readonly at: number; readonly size: 1; readonly value: unknown }
  | { readonly kind: 'list'; readonly at: number; readonly size: number; readonly items: readonly Placed[] }
  | { readonly kind: 'map'; readonly at: number; readonly size: number; readonly entries: ReadonlyMap<string, Entry> };

export type Entry = { readonly keyAt: number; readonly value: Placed };

export type Path = readonly PropertyKey[];

export type DocumentResult =
  | { readonly ok: true; readonly root: Placed; readonly value: unknown; readonly placeOf: (offset: number) => Place }
  | { readonly ok: false; readonly errors: readonly Problem[] };

type Place = { readonly line: number; readonly column: number };

const mostBytes = 256 * 1024;
/** Nested this deep, or this many values once aliases are written out, it is not a policy but an attack. */
const mostDepth = 40;
const mostValues = 50_000;
const mostAliases = 1000;

/** Reads one YAML document with the small part of YAML that policy needs. Positions count from 1. */
export function readDocument(file: string, text: string): DocumentResult {
  const first = { file, line: 1, column: 1 };
  const refuse = (message: string): DocumentResult => ({ ok: false, errors: [{ ...first, message }] });
  if (new TextEncoder().encode(text).length > mostBytes) return refuse('a policy file may hold at most 256 KiB');
  if (separatorsIn(text) > mostValues) return refuse(`holds more than ${mostValues} values, lines or separators`);
  if (nestsDeeply(text)) return refuse(`is nested more than ${mostDepth} levels deep`);
  const lines = new yaml.LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const options = { lineCounter: lines, uniqueKeys: false, prettyErrors: false, version: '1.2' } as const;
  const documents = yaml.parseAllDocuments(text, options);
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined || isBlank(document))
    return refuse('the policy is blank; it must at least say `version: 1`');
  const problems: Problem[] = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    file,
    ...placeOf(pos[0]),
    message: `is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
  }));
  if (second !== undefined) {
    problems.push({ file, ...placeOf(second.range[0]), message: 'a policy file holds one YAML document, not several' });
  }
  if (problems.length > 0) return { ok: false, errors: sortProblems(problems) };
  const { root, faults } = placeAll(document.contents);
  const errors = faults.map(({ at, message }) => ({ file, ...placeOf(at), message }));
  if (errors.length > 0) return { ok: false, errors: sortProblems(errors) };
  return { ok: true, root, value: plainOf(root), placeOf };
}

/** The offset of what a path leads to, or of the nearest thing on the way that exists. */
export function offsetOf(root: Placed, path: Path, of: 'key' | 'value'): number {
  let node = root;
  let at = root.at;
  for (const step of path) {
    if (node.kind === 'map') {
      const entry = node.entries.get(String(step));
      if (entry === undefined) return at;
      at = of === 'key' ? entry.keyAt : entry.value.at;
      node = entry.value;
    } else if (node.kind === 'list') {
      const item = node.items[Number(step)];
      if (item === undefined) return at;
      at = item.at;
      node = item;
    } else return at;
  }
  return at;
}

/** Whether a path leads to something that was written. */
export function isWritten(root: Placed, path: Path): boolean {
  let node: Placed | undefined = root;
  for (const step of path) {
    if (node.kind === 'map') node = node.entries.get(String(step))?.value;
    else node = node.kind === 'list' ? node.items[Number(step)] : undefined;
    if (node === undefined) return false;
  }
  return true;
}

/** Counted before the YAML library sees the text, whose time is in proportion to them. */
function separatorsIn(text: string): number {
  let count = 0;
  for (const char of text) if (char === ',' || char === '\n' || char === ':') count += 1;
  return count;
}

/** Brackets and indentation bound the depth before the YAML library, which recurses, sees the text. */
function nestsDeeply(text: string): boolean {
  let open = 0;
  for (const char of text) {
    if (char === '[' || char === '{') open += 1;
    else if (char === ']' || char === '}') open = Math.max(0, open - 1);
    if (open > mostDepth * 2) return true;
  }
  return new RegExp(`^ *(?:[-?:] +){${mostDepth},}|^ {${mostDepth * 16},}[^ \\n#]`, 'm').test(text);
}

function isBlank(document: yaml.Document.Parsed): boolean {
  if (document.errors.length > 0) return false;
  return document.contents === null || (yaml.isScalar(document.contents) && document.contents.value === null);
}

type Fault = { readonly at: number; readonly message: string };

type Walk = { readonly faults: Fault[]; readonly anchors: Map<string, Placed>; aliases: number };

const nothing: Placed = { kind: 'scalar', at: 0, size: 1, value: null };

function placeAll(contents: yaml.ParsedNode | null): { readonly root: Placed; readonly faults: readonly Fault[] } {
  const walk: Walk = { faults: [], anchors: new Map(), aliases: 0 };
  const root = place(contents, walk, 0);
  if (root.size > mostValues && walk.faults.length === 0) {
    walk.faults.push({ at: root.at, message: `holds more than ${mostValues} values once its aliases are written out` });
  }
  return { root, faults: walk.faults };
}

function place(node: yaml.ParsedNode | null, walk: Walk, depth: number): Placed {
  if (node === null) return nothing;
  const at = node.range[0];
  const refuse = (message: string): Placed => {
    walk.faults.push({ at, message });
    return { ...nothing, at };
  };
  if (depth > mostDepth) return refuse(`is nested more than ${mostDepth} levels deep`);
  if (yaml.isAlias(node)) return placeAlias(node, walk, refuse);
  if (node.tag !== undefined) return refuse(`YAML tags such as \`${node.tag}\` have no place here`);
  const placed = yaml.isMap(node)
    ? placeMap(node, walk, depth)
    : yaml.isSeq(node)
      ? placeList(node, walk, depth)
      : ({ kind: 'scalar', at, size: 1, value: node.value } as const);
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, placed);
  return placed;
}

function placeAlias(node: yaml.Alias, walk: Walk, refuse: (message: string) => Placed): Placed {
  walk.aliases += 1;
  if (walk.aliases > mostAliases) return walk.aliases === mostAliases + 1 ? refuse('has too many aliases') : nothing;
  const target = walk.anchors.get(node.source);
  return target ?? refuse(`\`*${node.source}\` refers to no anchor that is complete before it`);
}

function placeList(node: yaml.YAMLSeq.Parsed, walk: Walk, depth: number): Placed {
  const items = node.items.map((item) => place(item, walk, depth + 1));
  return { kind: 'list', at: node.range[0], size: items.reduce((sum, item) => sum + item.size, 1), items };
}

function placeMap(node: yaml.YAMLMap.Parsed, walk: Walk, depth: number): Placed {
  const entries = new Map<string, Entry>();
  let size = 1;
  for (const pair of node.items) {
    const keyAt = pair.key.range[0];
    const value = place(pair.value, walk, depth + 1);
    const key = yaml.isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
    const fault = keyFault(key, entries);
    if (fault !== undefined) walk.faults.push({ at: keyAt, message: fault });
    else if (key !== undefined) entries.set(key, { keyAt, value: value === nothing ? { ...value, at: keyAt } : value });
    size += value.size;
  }
  return { kind: 'map', at: node.range[0], size, entries };
}

function keyFault(key: string | undefined, entries: ReadonlyMap<string, Entry>): string | undefined {
  if (key === undefined) return 'a key must be plain text';
  if (key === '<<') return 'merge keys (`<<`) are not supported; write the keys out';
  if (key === '__proto__') return '`__proto__` cannot be a key';
  return entries.has(key) ? `\`${key}\` is there twice` : undefined;
}

function plainOf(placed: Placed): unknown {
  if (placed.kind === 'scalar') return placed.value;
  if (placed.kind === 'list') return placed.items.map(plainOf);
  return Object.fromEntries(Array.from(placed.entries, ([key, { value }]) => [key, plainOf(value)]));
}
