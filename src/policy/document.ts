import * as yaml from 'yaml';
import { excess, mostBytes, mostDepth, mostValues } from './excess.ts';
import { type Entry, keyFault, listAt, mapAt, type Placed, scalarAt } from './placed.ts';
import { type Problem, sortProblems } from './problem.ts';
import { readUsual } from './read-usual.ts';
import { type Fault, mostFindings, readYaml } from './read-yaml.ts';

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
  const { root, faults } = readTree(text);
  if (faults.length > 0) return fail(faults);
  if (root === undefined) return refuse('the policy is blank; it must at least say `version: 1`');
  return { ok: true, root, value: plainOf(root), placeOf };
}

/** Without a root there is nothing in the document. */
type Tree = { readonly root: Placed | undefined; readonly faults: readonly Fault[] };

function readTree(text: string): Tree {
  const usual = readUsual(text);
  if (usual !== undefined) return { root: usual, faults: tooLarge(usual) };
  const { contents, faults } = readYaml(text);
  if (faults.length > 0 || contents === null || (yaml.isScalar(contents) && contents.value === null))
    return { root: undefined, faults };
  return placeAll(contents);
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

type Walk = { readonly faults: Fault[]; readonly anchors: Map<string, Placed>; aliases: number };

const nothing: Placed = { kind: 'scalar', at: 0, size: 1, length: 0, value: null };

function placeAll(contents: yaml.ParsedNode): Tree {
  const walk: Walk = { faults: [], anchors: new Map(), aliases: 0 };
  const root = place(contents, walk, 0);
  return { root, faults: walk.faults.length > 0 ? walk.faults : tooLarge(root) };
}

function tooLarge({ at, size, length }: Placed): readonly Fault[] {
  const most = size > mostValues ? `${mostValues} values` : length > mostBytes ? '256 KiB' : undefined;
  return most === undefined ? [] : [{ at, message: `holds more than ${most} once its aliases are written out` }];
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
      ? listAt(
          at,
          node.items.map((item) => place(item, walk, depth + 1)),
        )
      : scalarAt(at, node.value);
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, placed);
  return placed;
}

function placeAlias(node: yaml.Alias, walk: Walk, refuse: (message: string) => Placed): Placed {
  walk.aliases += 1;
  if (walk.aliases > mostAliases) return walk.aliases === mostAliases + 1 ? refuse('has too many aliases') : nothing;
  const target = walk.anchors.get(node.source);
  return target ?? refuse(`\`*${node.source}\` refers to no anchor that is complete before it`);
}

function placeMap(node: yaml.YAMLMap.Parsed, walk: Walk, depth: number): Placed {
  const entries = new Map<string, Entry>();
  for (const pair of node.items) {
    const keyAt = pair.key.range[0];
    const value = place(pair.value, walk, depth + 1);
    const key = yaml.isScalar(pair.key) ? pair.key.value : undefined;
    const fault = keyFault(key, entries);
    if (fault !== undefined) walk.faults.push({ at: keyAt, message: fault });
    else entries.set(String(key), { keyAt, value: value === nothing ? { ...value, at: keyAt } : value });
  }
  return mapAt(node.range[0], entries);
}

function plainOf(placed: Placed): unknown {
  if (placed.kind === 'scalar') return placed.value;
  if (placed.kind === 'list') return placed.items.map(plainOf);
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of placed.entries) plain[key] = plainOf(value);
  return plain;
}
