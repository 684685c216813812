import * as yaml from 'yaml';
import { excess, mostBytes, mostDepth, mostValues } from './excess.ts';
import { type Problem, sortProblems } from './problem.ts';
import { type Fault, mostFindings, readYaml } from './read-yaml.ts';

/** A YAML document as plain values that remember where they stand. */
export type Placed = Size & { readonly at: number } & (
    | { readonly kind: 'scalar'; readonly value: unknown }
    | { readonly kind: 'list'; readonly items: readonly Placed[] }
    | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry> }
  );

/** Values, and characters in them, once aliases are written out. */
type Size = { readonly size: number; readonly length: number };

export type Entry = { readonly keyAt: number; readonly value: Placed };

export type Path = readonly PropertyKey[];

export type DocumentResult =
  | { readonly ok: true; readonly root: Placed; readonly value: unknown; readonly placeOf: (offset: number) => Place }
  | { readonly ok: false; readonly errors: readonly Problem[] };

type Place = { readonly line: number; readonly column: number };

const mostAliases = 1000;

/** Reads one YAML document with the small part of YAML that policy needs. Positions count from 1. */
export function readDocument(file: string, text: string): DocumentResult {
  const refuse = (message: string): DocumentResult => ({ ok: false, errors: [{ file, line: 1, column: 1, message }] });
  const tooMuch = excess(text);
  if (tooMuch !== undefined) return refuse(tooMuch);
  const placeOf = placesIn(text);
  const fail = (faults: readonly Fault[]): DocumentResult => {
    const errors = faults.slice(0, mostFindings).map(({ at, message }) => ({ file, ...placeOf(at), message }));
    return { ok: false, errors: sortProblems(errors) };
  };
  const { contents, faults: notYaml } = readYaml(text);
  if (notYaml.length > 0) return fail(notYaml);
  if (contents === null || (yaml.isScalar(contents) && contents.value === null))
    return refuse('the policy is blank; it must at least say `version: 1`');
  const { root, faults } = placeAll(contents);
  return faults.length > 0 ? fail(faults) : { ok: true, root, value: plainOf(root), placeOf };
}

/** Lines are looked for only once there is something to say about one. */
function placesIn(text: string): (offset: number) => Place {
  let lines: yaml.LineCounter | undefined;
  return (offset) => {
    lines ??= linesOf(text);
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}

function linesOf(text: string): yaml.LineCounter {
  const lines = new yaml.LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
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

type Walk = { readonly faults: Fault[]; readonly anchors: Map<string, Placed>; aliases: number };

const nothing: Placed = { kind: 'scalar', at: 0, size: 1, length: 0, value: null };

function placeAll(contents: yaml.ParsedNode): { readonly root: Placed; readonly faults: readonly Fault[] } {
  const walk: Walk = { faults: [], anchors: new Map(), aliases: 0 };
  const root = place(contents, walk, 0);
  const most = root.size > mostValues ? `${mostValues} values` : root.length > mostBytes ? '256 KiB' : undefined;
  if (most !== undefined && walk.faults.length === 0)
    walk.faults.push({ at: root.at, message: `holds more than ${most} once its aliases are written out` });
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
      : scalar(at, node.value);
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, placed);
  return placed;
}

function placeAlias(node: yaml.Alias, walk: Walk, refuse: (message: string) => Placed): Placed {
  walk.aliases += 1;
  if (walk.aliases > mostAliases) return walk.aliases === mostAliases + 1 ? refuse('has too many aliases') : nothing;
  const target = walk.anchors.get(node.source);
  return target ?? refuse(`\`*${node.source}\` refers to no anchor that is complete before it`);
}

function scalar(at: number, value: unknown): Placed {
  return { kind: 'scalar', at, size: 1, length: typeof value === 'string' ? value.length : 1, value };
}

function placeList(node: yaml.YAMLSeq.Parsed, walk: Walk, depth: number): Placed {
  const items = node.items.map((item) => place(item, walk, depth + 1));
  let [size, length] = [1, 0];
  for (const item of items) {
    size += item.size;
    length += item.length;
  }
  return { kind: 'list', at: node.range[0], size, length, items };
}

function placeMap(node: yaml.YAMLMap.Parsed, walk: Walk, depth: number): Placed {
  const entries = new Map<string, Entry>();
  let [size, length] = [1, 0];
  for (const pair of node.items) {
    const keyAt = pair.key.range[0];
    const value = place(pair.value, walk, depth + 1);
    const key = yaml.isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
    const fault = keyFault(key, entries);
    if (fault !== undefined) walk.faults.push({ at: keyAt, message: fault });
    else if (key !== undefined) entries.set(key, { keyAt, value: value === nothing ? { ...value, at: keyAt } : value });
    size += value.size;
    length += value.length + (key?.length ?? 0);
  }
  return { kind: 'map', at: node.range[0], size, length, entries };
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
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of placed.entries) plain[key] = plainOf(value);
  return plain;
}
