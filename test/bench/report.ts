/** One figure; `atLeast` or `atMost` where something must hold. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
};

export function holds(row: Row): boolean {
  return (
    (row.atLeast === undefined || row.value >= row.atLeast) && (row.atMost === undefined || row.value <= row.atMost)
  );
}

export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const must = row.atLeast !== undefined ? `≥ ${row.atLeast}` : row.atMost !== undefined ? `≤ ${row.atMost}` : '';
    return [row.name, format(row.value), row.unit, must, must === '' ? '' : holds(row) ? 'holds' : 'MISSED'];
  });
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toPrecision(3);
}
