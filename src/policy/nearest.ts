/** Comparing takes time in proportion to the names, and a hint is only a courtesy. */
const mostNames = 500;

/** The name that was probably meant, or nothing when none is near. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  const most = written.length <= 4 ? 1 : written.length <= 8 ? 2 : 3;
  let best: { readonly name: string; readonly distance: number } | undefined;
  let compared = 0;
  for (const name of names) {
    compared += 1;
    if (compared > mostNames) break;
    if (Math.abs(name.length - written.length) > most || name === written) continue;
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    if (distance <= most && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/** `; did you mean …?`, or nothing. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const name = nearest(written, names);
  return name === undefined ? '' : `; did you mean \`${name}\`?`;
}

/** Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours each cost one. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
