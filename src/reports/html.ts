import { chartOf } from './chart.ts';
import { html } from './escape.ts';
import type { Column, Report, Row, Section, Table } from './model.ts';
import { sessionStatements } from './script.ts';
import { STYLE } from './style.ts';
import { isNumeric, shown } from './values.ts';

/**
 * The report as one page that needs nothing else and runs nothing: no script, no address that is fetched, and everything that was read
 * is escaped where it is put. The policy of the page says so once more to the browser.
 */
export function* htmlPage(report: Report): Generator<string> {
  const { organization, tenant, from, to, version, notes, sections } = report;
  const title = `Countersign report on ${organization}`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${html(title)}</h1>
<p class="soft">From ${html(shown(from, 'instant'))} to before ${html(shown(to, 'instant'))}. All times are UTC. ${html(version)}.</p>
${notes.map((note) => `<p class="soft">${html(note)}</p>\n`).join('')}</header>
<nav aria-label="Sections"><ul class="contents">
${sections.map(({ id, title: name, headline }) => `<li><a href="#${id}">${html(name)}</a><span>${html(headline)}</span></li>\n`).join('')}</ul></nav>
<main>
`;
  for (const section of sections) yield sectionOf(section);
  yield `</main>
<footer>
<h2>How to check this</h2>
<p>Every table has the query that gave it. In psql, as a login that may work as the app, say this first:</p>
<pre>${preformatted(sessionStatements(tenant).join('\n'))}</pre>
</footer>
</body>
</html>
`;
}

function sectionOf({ id, title, headline, meaning, tables }: Section): string {
  return `<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${html(title)}</h2>
<p class="headline">${html(headline)}</p>
<p class="meaning">${html(meaning)}</p>
${tables.map(tableOf).join('')}</section>
`;
}

function tableOf(table: Table): string {
  const { title, columns, rows, empty, query } = table;
  const shownRows =
    rows.length === 0
      ? `<p><strong>${html(title)}.</strong> ${html(empty)}</p>\n`
      : `<div class="scroll" tabindex="0" role="region" aria-label="${html(title)}"><table>
<caption>${html(title)}</caption>
<thead><tr>${columns.map(({ title: name, kind }) => `<th scope="col"${isNumeric(kind) ? ' class="number"' : ''}>${html(name)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => rowOf(row, columns)).join('')}</tbody>
</table></div>
`;
  return `${chartOf(table)}${shownRows}<details><summary>The query</summary><pre>${preformatted(query)};</pre></details>\n`;
}

function rowOf(row: Row, columns: readonly Column[]): string {
  const cells = columns.map(({ key, kind }, at) => {
    const text = html(shown(row[key] ?? null, kind));
    if (at === 0 && kind === 'label') return `<th scope="row">${text}</th>`;
    return `<td${classOf(kind, text)}>${text}</td>`;
  });
  return `<tr${row.is_total === true ? ' class="total"' : ''}>${cells.join('')}</tr>\n`;
}

function classOf(kind: Column['kind'], text: string): string {
  if (isNumeric(kind)) return ' class="number"';
  if (kind === 'instant') return ' class="instant"';
  return text.length > 40 ? ' class="long"' : '';
}

/** A text of several lines; each by itself is escaped as any other. */
function preformatted(text: string): string {
  return text.split('\n').map(html).join('\n');
}
