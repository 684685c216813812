import { csvRecord } from '../audit/csv.ts';
import { plain } from './escape.ts';
import type { Column, Report, Row } from './model.ts';

const COLUMNS = ['from', 'to', 'section', 'table', 'row', 'group', 'measure', 'unit', 'value'];

/** One record for each figure, so that any spreadsheet can filter and pivot it. */
export function* csvRecords({ from, to, sections }: Report): Generator<string> {
  yield csvRecord(COLUMNS);
  for (const { id: section, tables } of sections)
    for (const { id: table, columns, rows } of tables)
      for (const [at, row] of rows.entries()) {
        const place = [from, to, section, table, String(at + 1), groupOf(columns, row)];
        for (const { key, kind } of columns.filter((column) => column.kind !== 'label'))
          yield csvRecord([...place, key, kind, figureOf(row[key] ?? null)].map(plain));
      }
}

/** What a figure is of: `stage: peer; role: service-owner`. */
function groupOf(columns: readonly Column[], row: Row): string {
  const labels = columns.filter(({ kind, key }) => kind === 'label' && (row[key] ?? null) !== null);
  return labels.map(({ key }) => `${key}: ${figureOf(row[key] ?? null)}`).join('; ');
}

function figureOf(value: Row[string]): string {
  return value === null ? '' : String(value);
}
