import { type Cell, type Report, type Row, type TableId, tableIds, withAnswers } from '../../src/reports/model.ts';
import { sections } from '../../src/reports/sections.ts';

/** A report whose every table has these rows; what is not given has none. */
export function reportOf(rows: Partial<Record<TableId, readonly Row[]>> = {}, more: Partial<Report> = {}): Report {
  const answers = Object.fromEntries(tableIds.map((id) => [id, { query: `select '${id}'`, rows: rows[id] ?? [] }]));
  return {
    organization: 'acme',
    tenant: 3,
    from: '2026-07-01T00:00:00.000Z',
    to: '2026-10-01T00:00:00.000Z',
    version: 'countersign/0.1.0',
    notes: [],
    // Every id is there, since they are made of all of them.
    sections: withAnswers(sections, answers as Parameters<typeof withAnswers>[1]),
    ...more,
  };
}

/** One row for every table, with `text` in every cell that holds a text. */
export function reportFullOf(text: string): Report {
  const rows = sections.flatMap(({ tables }) =>
    tables.map(({ id, columns }) => {
      const cells = columns.map(({ key, kind }): [string, Cell] => [
        key,
        ['label', 'text', 'instant'].includes(kind) ? text : kind === 'flag' ? true : 3,
      ]);
      return [id, [Object.fromEntries(cells)]] as const;
    }),
  );
  const report = reportOf(Object.fromEntries(rows), { organization: text, version: text, notes: [text] });
  const withQuery = report.sections.map((section) => ({
    ...section,
    tables: section.tables.map((table) => ({ ...table, query: `select ${text}` })),
  }));
  return { ...report, sections: withQuery };
}
