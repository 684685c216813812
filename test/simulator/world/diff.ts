import type { Tree } from './types.ts';
import type { World } from './world.ts';

export interface FileDiff {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly sha: string | null;
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string | null;
}

type Line = readonly [kind: ' ' | '+' | '-', text: string];

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Longest common subsequence between what differs; above a million cells the middle is replaced as a whole. */
function diffMiddle(a: readonly string[], b: readonly string[]): Line[] {
  const replaced = [...a.map((text): Line => ['-', text]), ...b.map((text): Line => ['+', text])];
  if (a.length === 0 || b.length === 0 || a.length * b.length > 1_000_000) return replaced;
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([' ', a[i] ?? '']);
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(['-', a[i++] ?? '']);
    else lines.push(['+', b[j++] ?? '']);
  }
  return lines;
}

function diffLines(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (text: string): Line => [' ', text];
  const middle = diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...a.slice(0, start).map(same), ...middle, ...a.slice(a.length - end).map(same)];
}

/** One hunk with three lines of context around everything that changed. */
function formatPatch(lines: readonly Line[]): string | null {
  const first = lines.findIndex(([kind]) => kind !== ' ');
  if (first < 0) return null;
  const last = lines.findLastIndex(([kind]) => kind !== ' ');
  const from = Math.max(0, first - 3);
  const shown = lines.slice(from, last + 4);
  const olds = shown.filter(([kind]) => kind !== '+').length;
  const news = shown.filter(([kind]) => kind !== '-').length;
  const header = `@@ -${olds === 0 ? 0 : from + 1},${olds} +${news === 0 ? 0 : from + 1},${news} @@`;
  return [header, ...shown.map(([kind, text]) => kind + text)].join('\n');
}

function textOf(world: World, sha: string | undefined): string | null {
  const blob = sha === undefined ? undefined : world.blobs.get(sha);
  if (!blob) return '';
  return blob.includes(0) ? null : blob.toString();
}

function measure(world: World, from: string | undefined, to: string | undefined) {
  if (from === to) return { additions: 0, deletions: 0, patch: null };
  const [before, after] = [textOf(world, from), textOf(world, to)];
  if (before === null || after === null) return { additions: 0, deletions: 0, patch: null };
  const lines = diffLines(linesOf(before), linesOf(after));
  const count = (wanted: string) => lines.filter(([kind]) => kind === wanted).length;
  return { additions: count('+'), deletions: count('-'), patch: formatPatch(lines) };
}

function similarity(world: World, from: string, to: string): number {
  if (from === to) return 1;
  const [before, after] = [textOf(world, from), textOf(world, to)];
  if (!before || !after) return 0;
  const [a, b] = [linesOf(before), linesOf(after)];
  const kept = diffLines(a, b).filter(([kind]) => kind === ' ').length;
  return kept / Math.max(a.length, b.length);
}

/** Pairs a removed with an added file when at least half of the lines survived, git's default threshold. */
function findRenames(world: World, removed: readonly string[], added: readonly string[], from: Tree, to: Tree) {
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  if (removed.length * added.length > 10_000) return renames;
  for (const path of added) {
    const scored = removed
      .filter((old) => !taken.has(old))
      .map((old) => ({ old, score: similarity(world, from.get(old)?.sha ?? '', to.get(path)?.sha ?? '') }))
      .sort((x, y) => y.score - x.score);
    const best = scored[0];
    if (!best || best.score < 0.5) continue;
    renames.set(path, best.old);
    taken.add(best.old);
  }
  return renames;
}

export function diffTrees(world: World, from: Tree, to: Tree): readonly FileDiff[] {
  const added = [...to.keys()].filter((path) => !from.has(path));
  const removed = [...from.keys()].filter((path) => !to.has(path));
  const renames = findRenames(world, removed, added, from, to);
  const gone = new Set(renames.values());
  const diffs: FileDiff[] = [];
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const [before, after] = [from.get(path), to.get(path)];
    if (gone.has(path) && !after) continue;
    if (before && after && before.sha === after.sha && before.mode === after.mode) continue;
    const old = before ? undefined : renames.get(path);
    const source = old === undefined ? before : from.get(old);
    const status =
      old !== undefined
        ? 'renamed'
        : !before
          ? 'added'
          : !after
            ? 'removed'
            : before.sha === after.sha
              ? 'changed'
              : 'modified';
    diffs.push({
      path,
      previousPath: old ?? null,
      status,
      sha: (after ?? before)?.sha ?? null,
      ...measure(world, source?.sha, after?.sha),
    });
  }
  return diffs.sort((x, y) => (x.path < y.path ? -1 : 1));
}
