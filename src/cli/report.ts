import { ENGINE } from '../jobs/deps.ts';
import { csvRecords } from '../reports/csv.ts';
import { htmlPage } from '../reports/html.ts';
import { type Report, withAnswers } from '../reports/model.ts';
import { scriptLines } from '../reports/script.ts';
import { sections } from '../reports/sections.ts';
import { terminalLines } from '../reports/terminal.ts';
import { connect, type Session } from '../store/database.ts';
import { readingAll } from '../store/exports.ts';
import type { Period } from '../store/report/sql.ts';
import { PERIOD_OPTIONS, periodGiven, SCOPE_OPTIONS, tenantGiven } from './audit-scope.ts';
import { CannotRun, type Command, type ExitCode, flag, type Given, noPositionals, option } from './command.ts';
import { withDatabase } from './database.ts';
import { openOutput } from './output.ts';
import { openProgress } from './progress.ts';
import { readAnswers } from './report-answers.ts';
import { printJson, type Terminal } from './terminal.ts';

const FORMATS = ['terminal', 'csv', 'html', 'sql'] as const;
type Format = (typeof FORMATS)[number];

const DEFAULT_DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;

export const report: Command = {
  name: 'report',
  summary: 'rejections, waiting times, time limits, stale approvals, rubber stamps, broken glass, findings',
  help: `
Usage: DATABASE_URL=postgres://… countersign report --org LOGIN [--from DAY] [--to DAY] [--format FORMAT] [--out FILE] [--json]

What happened in a period: rejection reasons by category, proposer and system; where proposals wait, by stage and role, in business hours;
time limits; approvals that went stale; seconds between being asked and approving; broken glass; findings. Every figure comes with the
query that gives it in psql. docs/reports.md says what each of them means, exactly.

Options:
  --org LOGIN      the organization; or --tenant ID, the id of its account
  --from DAY       from this day or instant on, in UTC; ${DEFAULT_DAYS} days before --to unless given
  --to DAY         up to this day or instant, which is not included; now unless given
  --format FORMAT  terminal (the default): tables for people
                   html: one page with charts that needs nothing else, to be kept, sent or printed
                   csv: one line a figure
                   sql: the queries alone, as a script for psql
  --out FILE       instead of standard output
  --json           print all of it as data, queries too

Exit status: 0 here it is, also when nothing was recorded, 2 it could not be run.

Examples:
  countersign report --org acme
  countersign report --org acme --from 2026-07-01 --to 2026-10-01 --format html --out q3.html
  countersign report --org acme --format sql --out q3.sql && psql "$DATABASE_URL" -f q3.sql`,
  options: {
    ...SCOPE_OPTIONS,
    ...PERIOD_OPTIONS,
    format: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async (given, terminal): Promise<ExitCode> => {
    noPositionals(given);
    const format = formatGiven(given);
    const out = option(given, 'out');
    if (flag(given, 'json') && (option(given, 'format') !== undefined || out !== undefined))
      throw new CannotRun('--json prints all of it to standard output; leave out --format and --out.');
    const period = periodOf(given, Date.now());
    const made = await withDatabase(async (database) => {
      const tenant = await tenantGiven(given, database);
      const session = await connect(database);
      try {
        return await readingAll(session, tenant, (within) => make(within, given, tenant, period));
      } finally {
        session.release();
      }
    });
    if (flag(given, 'json')) printJson(terminal, made);
    else await write(made, format, out, terminal);
    return 0;
  },
};

function formatGiven(given: Given): Format {
  const format = option(given, 'format') ?? 'terminal';
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) throw new CannotRun(`--format is one of ${FORMATS.join(', ')}, and not "${format}".`);
  return known;
}

/** Nothing that is still to come is reported, so that what waits has waited no longer than until now. */
function periodOf(given: Given, now: number): Period {
  const { from, to } = periodGiven(given);
  const end = Math.min(to?.getTime() ?? now, now);
  const begin = from?.getTime() ?? Math.floor((end - DEFAULT_DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  if (begin >= end) throw new CannotRun('--from is later than now: nothing of it has happened yet.');
  return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}

async function make(session: Session, given: Given, tenant: number, period: Period): Promise<Report> {
  const progress = openProgress('Reading');
  try {
    const answers = await readAnswers(session, period, progress);
    const notes = [
      ...(given.values.from === undefined
        ? [`The period is the last ${DEFAULT_DAYS} days, as no --from was given.`]
        : []),
      ...(answers.records.rows.length === 0 ? ['Nothing was decided in it.'] : []),
    ];
    const organization = option(given, 'org') ?? `account ${tenant}`;
    return { organization, tenant, ...period, version: ENGINE, notes, sections: withAnswers(sections, answers) };
  } finally {
    progress.end();
  }
}

async function write(made: Report, format: Format, out: string | undefined, terminal: Terminal): Promise<void> {
  const output = await openOutput(out);
  try {
    for (const part of partsOf(made, format, out === undefined ? terminal : undefined)) await output.write(part);
  } finally {
    await output.close();
  }
  if (out !== undefined) terminal.print(`Reported from ${made.from} to before ${made.to}, to ${out}.`);
}

/** Colours are for a terminal, and never for a file. */
function* partsOf(made: Report, format: Format, terminal: Terminal | undefined): Generator<string> {
  switch (format) {
    case 'html':
      return yield* htmlPage(made);
    case 'csv':
      return yield* csvRecords(made);
    case 'sql':
      return yield* withBreaks(scriptLines(made));
    case 'terminal':
      return yield* withBreaks(terminalLines(made, terminal?.paint ?? ((_style, text) => text)));
  }
}

function* withBreaks(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
