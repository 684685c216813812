import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRecords } from '../../src/reports/csv.ts';
import { html, plain } from '../../src/reports/escape.ts';
import { htmlPage } from '../../src/reports/html.ts';
import { RUBBER_STAMP_SECONDS } from '../../src/reports/model.ts';
import { scriptLines } from '../../src/reports/script.ts';
import { terminalLines } from '../../src/reports/terminal.ts';
import { shown } from '../../src/reports/values.ts';
import { reportFullOf, reportOf } from './sample.ts';

const uncoloured = (_style: string, text: string) => text;
const page = (report = reportOf()) => [...htmlPage(report)].join('');
const terminal = (report = reportOf()) => [...terminalLines(report, uncoloured)].join('\n');

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></svg><svg onload=alert(1)>',
  '&lt;b&gt;',
  '<!--',
  ']]>',
  '\u001b[2J\u001b]0;title\u0007',
  '\u202e\u2066reversed\u200b',
  '=HYPERLINK("https://evil.example","x")',
  '+1',
  '@SUM(A1)',
  '\r\n-- drop table x; \\! id',
];

describe('values', () => {
  test.each([
    [null, 'hours', '–'],
    [null, 'label', ''],
    [0.25, 'hours', '15 min'],
    [0.0014, 'hours', '5 s'],
    [0, 'hours', '0 s'],
    [71.004, 'hours', '71 h'],
    [1234.5, 'hours', '1235 h'],
    [66.7, 'percent', '66.7 %'],
    [0, 'seconds', '0 s'],
    [59, 'seconds', '59 s'],
    [90, 'seconds', '1.5 min'],
    [9000, 'seconds', '2.5 h'],
    [7, 'count', '7'],
    [true, 'flag', 'yes'],
    ['2026-11-23T09:30:12Z', 'instant', '2026-11-23 09:30'],
    ['2026-11-23T09:30:12.123Z', 'instant', '2026-11-23 09:30'],
  ] as const)('%j as %s is %j', (value, kind, expected) => {
    expect(shown(value, kind)).toBe(expected);
  });
});

describe('escaping', () => {
  test('leaves nothing that a terminal acts upon, and no second line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  test('leaves nothing that a page acts upon, and can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = html(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(unescaped(escaped)).toBe(plain(text));
      }),
    );
  });
});

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The page with every text taken out: its elements and attributes, whose values are emptied but for those that the page chooses itself. */
function skeletonOf(text: string): string {
  return text
    .replace(/>[^<]*</g, '><')
    .replace(/(aria-label|content)="[^"]*"/g, '$1=""')
    .replace(/(width|x)="[\d.]+"/g, '$1=""')
    .replace(/ class="long"/g, '');
}

describe('the page', () => {
  test('has the same elements and attributes whatever any text in it says', () => {
    const expected = skeletonOf(page(reportFullOf('x')));
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' })), (text) => {
        expect(skeletonOf(page(reportFullOf(text)))).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  test('needs nothing else and runs nothing', () => {
    for (const text of HOSTILE) {
      const made = page(reportFullOf(text)).replace(/>[^<]*</g, '><');
      expect(made).not.toMatch(/<script|<link|<iframe|<object|<base|\ssrc=|\son\w+=|url\(|@import|javascript:/i);
      expect(made.match(/href="[^"]*"/g)?.every((href) => href.startsWith('href="#'))).toBe(true);
    }
    expect(page()).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('every chart is named and told in words, and has a table beside it with a caption and headings', () => {
    const made = page(reportFullOf('x'));
    const charts = made.match(/<svg[^>]*>/g) ?? [];
    expect(charts.length).toBeGreaterThan(4);
    for (const chart of charts) {
      expect(chart).toContain('role="img"');
      const [, title = '', description = ''] = /aria-labelledby="([\w-]+) ([\w-]+)"/.exec(chart) ?? [];
      expect(made).toContain(`<title id="${title}">`);
      expect(made).toContain(`<desc id="${description}">`);
    }
    expect(made.match(/<table>/g)?.length).toBe(made.match(/<caption>/g)?.length);
    expect(made).toContain('<html lang="en">');
    const ids = Array.from(made.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('a total is set apart, and is no bar', () => {
    const made = page(
      reportOf({
        sla: [
          { is_total: true, stage: 'all stages', met: 3, missed: 1, attainment: 75, overdue: 0, running: 0, ended: 0 },
          { is_total: false, stage: 'peer', met: 3, missed: 1, attainment: 75, overdue: 0, running: 0, ended: 0 },
        ],
      }),
    );
    expect(made).toContain('<tr class="total">');
    expect(made.match(/<rect/g)).toHaveLength(1);
    // Three quarters of the 320 that a bar can be long.
    expect(made).toMatch(/<rect [^>]*width="240"/);
    expect(made).toContain('<desc id="sla-desc">peer: 75 %.</desc>');
  });
});

describe('nothing recorded', () => {
  test('is said, in every section, in the terminal and on the page', () => {
    for (const made of [terminal(), page()])
      for (const sentence of [
        'Nothing was rejected.',
        'Nobody was waited for.',
        'No stage had a time limit.',
        'Nobody approved anything.',
        'No seat was filled.',
        'No glass was broken.',
        'Nothing was found.',
        'Nothing was decided in the period.',
      ])
        expect(made).toContain(sentence);
    expect(page()).not.toContain('<svg');
  });
});

describe('the terminal', () => {
  test('shows no character that steers it, however hostile the texts are', () => {
    for (const text of HOSTILE)
      for (const line of terminalLines(reportFullOf(text), uncoloured))
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  test('sets columns under their headings, figures to the right, and cuts long cells and long tables', () => {
    const rows = Array.from({ length: 20 }, (_, at) => ({
      reason: at === 0 ? 'x'.repeat(80) : `r${at}`,
      stopped: at,
      never: 1,
      pulls: 1,
    }));
    const lines = terminal(reportOf({ 'approvals-not-counting': rows })).split('\n');
    const heading = lines.find((line) => line.includes('Stopped counting')) ?? '';
    const end = heading.indexOf('Stopped counting') + 'Stopped counting'.length;
    expect(lines.find((line) => line.startsWith('  r7 '))?.slice(0, end)).toMatch(/ 7$/);
    expect(lines.some((line) => line.includes(`${'x'.repeat(43)}…`))).toBe(true);
    expect(lines).toContain('  and 5 more; csv and html have all of them');
  });
});

describe('csv', () => {
  test('has one line a figure, with what it is of, and no cell that a spreadsheet would run', () => {
    const records = [
      ...csvRecords(
        reportOf({
          sla: [
            { is_total: false, stage: 'peer', met: 3, missed: 1, attainment: 75, overdue: 0, running: 0, ended: 0 },
          ],
        }),
      ),
    ];
    expect(records[0]).toBe('from,to,section,table,row,group,measure,unit,value\r\n');
    expect(records[1]).toBe('2026-07-01T00:00:00.000Z,2026-10-01T00:00:00.000Z,sla,sla,1,stage: peer,met,count,3\r\n');
    expect(records).toHaveLength(7);
    for (const text of HOSTILE)
      for (const record of csvRecords(reportFullOf(text))) {
        expect(record).toMatch(/^[^\r\n]*\r\n$/);
        expect(record).not.toMatch(/(^|,)"?[=+\-@\t]/);
      }
  });
});

describe('the script for psql', () => {
  test('says who asks and for whom first, and lets no name out of its comment', () => {
    const lines = [...scriptLines(reportOf({}, { organization: 'acme\n\\! id\rdrop table x;' }))];
    expect(lines[0]).toBe(
      '-- countersign/0.1.0: report on acme \\! id drop table x;, from 2026-07-01T00:00:00.000Z to before 2026-10-01T00:00:00.000Z',
    );
    expect(lines.slice(2, 5)).toEqual([
      'begin transaction isolation level repeatable read, read only;',
      'set local role countersign_app;',
      "set local countersign.tenant = '3';",
    ]);
    expect(lines.at(-1)).toBe('commit;');
    expect(lines.filter((line) => line.startsWith('select '))).toHaveLength(20);
  });
});

test('docs/reports.md has every section, the tables that it names are there, and the threshold is the one that holds', () => {
  const text = readFileSync('docs/reports.md', 'utf8');
  for (const { id, title } of reportOf().sections) {
    expect(text).toContain(`### ${title}\n`);
    expect(text).toContain(`\`${id}\``);
  }
  expect(text).toContain(`**under ${RUBBER_STAMP_SECONDS}\nseconds**`);
  const kinds = reportOf().sections.flatMap(({ tables }) =>
    tables.flatMap(({ columns }) => columns.map(({ kind }) => kind)),
  );
  for (const kind of new Set(kinds)) if (kind !== 'label') expect(text).toContain(`\`${kind}\``);
});
