import { html, plain } from './escape.ts';
import type { Column, Table } from './model.ts';
import { shown } from './values.ts';

/** Rows that a chart shows; the table beside it has all of them. */
const MOST_GROUPS = 12;
const WIDTH = 640;
const LABELS = 240;
const VALUES = 80;
const BAR = 14;
const GAP = 12;
const LONGEST_LABEL = 30;

type Group = { readonly label: string; readonly values: readonly { readonly size: number; readonly text: string }[] };

/** Horizontal bars as SVG that stands by itself; empty where there is nothing to compare. The table has the same figures for who cannot see it. */
export function chartOf(table: Table): string {
  const { id, chart, columns, rows } = table;
  if (chart === undefined) return '';
  const bars = columns.filter(({ key }) => chart.bars.includes(key));
  const labels = columns.filter(({ kind }) => kind === 'label');
  const all = rows
    .filter((row) => row.is_total !== true)
    .map(
      (row): Group => ({
        label: labels.map(({ key }) => shown(row[key] ?? null, 'label')).join(', '),
        values: bars.map(({ key, kind }) => ({ size: sizeOf(row[key] ?? null), text: shown(row[key] ?? null, kind) })),
      }),
    );
  const groups = all.slice(0, MOST_GROUPS);
  const largest = Math.max(0, ...groups.flatMap(({ values }) => values.map(({ size }) => size)));
  if (largest === 0) return '';
  // A share is drawn as one of a hundred, anything else as one of the largest.
  const most = bars.every(({ kind }) => kind === 'percent') ? 100 : largest;
  const height = groups.length * (bars.length * BAR + GAP) + GAP;
  const drawn = groups.map((group, at) => groupOf(group, GAP + at * (bars.length * BAR + GAP), most)).join('');
  const told = groups.map(({ label, values }) => `${label}: ${values.map(({ text }) => text).join(', ')}`).join('; ');
  return `<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${html(chart.title)}</title>
<desc id="${id}-desc">${html(told)}.</desc>
${drawn}</svg>${captionOf(chart.title, bars, all.length - groups.length)}</figure>`;
}

function sizeOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function groupOf({ label, values }: Group, top: number, most: number): string {
  const middle = top + (values.length * BAR) / 2;
  const bars = values.map(({ size, text }, at) => {
    const width = Math.round((size / most) * (WIDTH - LABELS - VALUES) * 10) / 10;
    const y = top + at * BAR;
    const x = LABELS + width + 6;
    return `<rect class="bar b${at}" x="${LABELS}" y="${y + 1}" width="${width}" height="${BAR - 2}"/><text class="value" x="${x}" y="${y + BAR / 2}">${html(text)}</text>`;
  });
  return `<text class="name" x="${LABELS - 8}" y="${middle}">${html(cut(label))}</text>${bars.join('')}\n`;
}

function cut(label: string): string {
  const characters = [...plain(label)];
  return characters.length <= LONGEST_LABEL ? label : `${characters.slice(0, LONGEST_LABEL - 1).join('')}…`;
}

function captionOf(title: string, bars: readonly Column[], more: number): string {
  const keys = bars.map((bar, at) => `<span class="key k${at}" aria-hidden="true"></span>${html(bar.title)}`).join(' ');
  const rest = more > 0 ? ` <small>The first ${MOST_GROUPS}; ${more} more are in the table.</small>` : '';
  return `<figcaption>${html(title)}${bars.length > 1 ? ` ${keys}` : ''}${rest}</figcaption>`;
}
