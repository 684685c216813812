/** A report as data: what the database answered, and the very text that it was asked with. Renderers add nothing to it. */

export const tableIds = [
  'rejection-reasons',
  'rejections-by-category',
  'rejections-by-proposer',
  'rejections-by-system',
  'rejections-listed',
  'waiting-times',
  'waiting-now',
  'waiting-calendars',
  'sla',
  'approvals',
  'approvals-not-counting',
  'approvals-stopped-listed',
  'asked-to-approved',
  'asked-to-approved-by-person',
  'rubber-stamps-listed',
  'broken-glass',
  'broken-glass-listed',
  'findings',
  'findings-open-listed',
  'records',
] as const;
export type TableId = (typeof tableIds)[number];

/** Approvals that came sooner than this after their giver was asked are called rubber stamps. */
export const RUBBER_STAMP_SECONDS = 60;

/** Rows of a list that are read: the newest, or the oldest where age is what matters. Figures are always of all. */
export const MOST_LISTED = 50;

export type Cell = string | number | boolean | null;
/** With `is_total` it is the sum of the others, and no bar of a chart. */
export type Row = Readonly<Record<string, Cell>>;

/** What a column holds. `hours` and `seconds` are numbers of them, `instant` is ISO 8601 in UTC, `percent` is from 0 to 100. */
export type Kind = 'label' | 'text' | 'instant' | 'flag' | 'count' | 'hours' | 'seconds' | 'percent';
export type Column = { readonly key: string; readonly title: string; readonly kind: Kind };

/** Bars: one group for each row, one bar in it for each of `bars`. */
export type Chart = { readonly title: string; readonly bars: readonly string[] };

export type TableShape = {
  readonly id: TableId;
  readonly title: string;
  readonly columns: readonly Column[];
  /** What is said where there are no rows. */
  readonly empty: string;
  readonly chart?: Chart;
};

export type Answer = {
  /** What was executed, with the values of this report in it. */
  readonly query: string;
  readonly rows: readonly Row[];
};

export type Table = TableShape & Answer;

export type SectionId =
  | 'rejections'
  | 'waiting'
  | 'sla'
  | 'stale-approvals'
  | 'rubber-stamps'
  | 'broken-glass'
  | 'findings'
  | 'records';

/** Rows of a table by its id, for what is said in a sentence. */
export type Rows = (id: TableId) => readonly Row[];

export type SectionShape = {
  readonly id: SectionId;
  readonly title: string;
  /** What exactly is counted. */
  readonly meaning: string;
  /** The figure that people ask for first, in a sentence. */
  readonly headline: (rows: Rows) => string;
  readonly tables: readonly TableShape[];
};

export type Section = Omit<SectionShape, 'headline' | 'tables'> & {
  readonly headline: string;
  readonly tables: readonly Table[];
};

export type Report = {
  /** As it was asked for: a login, or the number of an account. */
  readonly organization: string;
  readonly tenant: number;
  /** Instants, ISO 8601 in UTC. `to` no longer belongs. */
  readonly from: string;
  readonly to: string;
  readonly version: string;
  /** What a reader has to know of the whole of it, in sentences. */
  readonly notes: readonly string[];
  readonly sections: readonly Section[];
};

/** Puts the rows of each table, and what they were asked with, into the sections. */
export function withAnswers(
  shapes: readonly SectionShape[],
  answers: Readonly<Record<TableId, Answer>>,
): readonly Section[] {
  return shapes.map((shape) => ({
    ...shape,
    headline: shape.headline((id) => answers[id].rows),
    tables: shape.tables.map((table) => ({ ...table, ...answers[table.id] })),
  }));
}

/** A number out of a row; 0 where there is none. */
export function numberIn(row: Row | undefined, key: string): number {
  const value = row?.[key];
  return typeof value === 'number' ? value : 0;
}

/** A text out of a row; empty where there is none. */
export function textIn(row: Row | undefined, key: string): string {
  const value = row?.[key];
  return typeof value === 'string' ? value : '';
}
