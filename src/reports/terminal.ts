import { plain } from './escape.ts';
import { type Column, numberIn, type Report, type Row, type Section, type Table } from './model.ts';
import { isNumeric, shown } from './values.ts';

/** Rows of a table that a terminal shows; the other formats have all of them. */
const MOST_ROWS = 15;
const WIDEST_CELL = 44;
const BAR = 20;

export type Paint = (style: 'bold' | 'dim', text: string) => string;

/** The report for a terminal, line by line. What comes from GitHub can move no cursor and change no colour. */
export function* terminalLines(report: Report, paint: Paint): Generator<string> {
  const { organization, from, to, notes, sections } = report;
  yield paint('bold', `Countersign report on ${plain(organization)}`);
  yield `From ${shown(from, 'instant')} to before ${shown(to, 'instant')}, UTC.`;
  for (const note of notes) yield plain(note);
  for (const section of sections) yield* sectionLines(section, paint);
  yield '';
  yield 'What each figure means: docs/reports.md. The queries that give the same figures in psql: --format sql.';
}

function* sectionLines({ title, headline, tables }: Section, paint: Paint): Generator<string> {
  yield '';
  yield paint('bold', title);
  yield plain(headline);
  for (const table of tables.filter(({ rows }) => rows.length > 0)) yield* tableLines(table, paint);
}

function* tableLines(table: Table, paint: Paint): Generator<string> {
  const { title, columns, rows } = table;
  const first = rows.slice(0, MOST_ROWS);
  const cells = first.map((row) => columns.map((column) => cellOf(row, column)));
  const names = columns.map((column) => column.title);
  const widths = names.map((name, at) => Math.max(lengthOf(name), ...cells.map((row) => lengthOf(row[at] ?? ''))));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => padded(cell, widths[at] ?? 0, isNumeric(columns[at]?.kind ?? 'text'))).join('  ');
  const bars = barsOf(table);
  yield '';
  yield `  ${title}`;
  yield paint('dim', `  ${line(names)}${bars.title}`.trimEnd());
  for (const [at, row] of first.entries()) yield `  ${line(cells[at] ?? [])}${bars.of(row)}`.trimEnd();
  const more = rows.length - first.length;
  if (more > 0) yield paint('dim', `  and ${more} more; csv and html have all of them`);
}

function cellOf(row: Row, { key, kind }: Column): string {
  const text = plain(shown(row[key] ?? null, kind));
  const characters = [...text];
  return characters.length <= WIDEST_CELL ? text : `${characters.slice(0, WIDEST_CELL - 1).join('')}…`;
}

/** Bars of the chart's first column, under its name, for every row that is no total. */
function barsOf({ chart, columns, rows }: Table) {
  const [key] = chart?.bars ?? [];
  const column = columns.find((one) => one.key === key);
  if (key === undefined || column === undefined || rows.length < 2) return { title: '', of: () => '' };
  const sizeOf = (row: Row) => (row.is_total === true ? 0 : numberIn(row, key));
  const most = Math.max(...rows.map(sizeOf));
  const of = (row: Row) =>
    most > 0 && sizeOf(row) > 0 ? `  ${'█'.repeat(Math.max(1, Math.round((sizeOf(row) / most) * BAR)))}` : '';
  return { title: most > 0 ? `  ${column.title}` : '', of };
}

function lengthOf(text: string): number {
  return [...text].length;
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - lengthOf(text)));
  return right ? space + text : text + space;
}
