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

export function scalarAt(at: number, value: unknown): Placed {
  return { kind: 'scalar', at, size: 1, length: typeof value === 'string' ? value.length : 1, value };
}

export function listAt(at: number, items: readonly Placed[]): Placed {
  let [size, length] = [1, 0];
  for (const item of items) {
    size += item.size;
    length += item.length;
  }
  return { kind: 'list', at, size, length, items };
}

export function mapAt(at: number, entries: ReadonlyMap<string, Entry>): Placed {
  let [size, length] = [1, 0];
  for (const [key, { value }] of entries) {
    size += value.size;
    length += value.length + key.length;
  }
  return { kind: 'map', at, size, length, entries };
}

/** Why a key may not stand beside those before it. */
export function keyFault(key: unknown, entries: ReadonlyMap<string, Entry>): string | undefined {
  if (typeof key !== 'string') return 'a key must be plain text';
  if (key === '<<') return 'merge keys (`<<`) are not supported; write the keys out';
  if (key === '__proto__') return '`__proto__` cannot be a key';
  return entries.has(key) ? `\`${key}\` is there twice` : undefined;
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
