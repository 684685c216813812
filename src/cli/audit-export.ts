import { userInfo } from 'node:os';
import { connect, type Database, type Session } from '../store/database.ts';
import { recordExport } from '../store/export-made.ts';
import { readingAll } from '../store/exports.ts';
import {
  PERIOD_OPTIONS,
  type Period,
  periodGiven,
  type Range,
  rangeOf,
  SCOPE_OPTIONS,
  type Scope,
  scopeGiven,
  tenantGiven,
} from './audit-scope.ts';
import { CannotRun, type Command, type ExitCode, flag, type Given, noPositionals, option } from './command.ts';
import { withDatabase } from './database.ts';
import { exportCsv } from './export-csv.ts';
import { type Exported, exportNdjson } from './export-ndjson.ts';
import { exportOcsf } from './export-ocsf.ts';
import { type HashingOutput, hashing, openOutput } from './output.ts';
import { openProgress } from './progress.ts';
import { printJson, type Terminal } from './terminal.ts';

const FORMATS = ['ndjson', 'csv', 'ocsf'] as const;
type Format = (typeof FORMATS)[number];

export const auditExport: Command = {
  name: 'audit export',
  summary: 'export the ledger, with what it takes to verify it offline',
  help: `
Usage: DATABASE_URL=postgres://… countersign audit export --org LOGIN [--from TIME] [--to TIME] [--format FORMAT] [--out FILE]

Exports what was recorded from one instant to before another, as of a signed checkpoint. The same range of the same checkpoint is the
same bytes, whenever it is exported, as long as no personal data was erased in between. That it was made is recorded in the ledger, with the
SHA-256 of its bytes, unless the database can only be read.

Options:
  --org LOGIN         the organization; or --tenant ID, the id of its account
  --from, --to TIME   2026-11-01, or 2026-11-01T00:00:00Z; --to no longer belongs
  --format FORMAT     ndjson (the default): every entry and its proof, for countersign audit verify
                      csv: one line a change, for people
                      ocsf: one event an entry, for a security information system
  --checkpoint SIZE   as of the checkpoint over that many entries, instead of the newest
  --out FILE          instead of standard output
  --json              say what was exported as data; needs --out

Exit status: 0 exported, 1 exported, and the ledger is not what was signed, 2 it cannot be exported.

Examples:
  countersign audit export --org acme --from 2026-10-01 --to 2027-01-01 --out q4.ndjson
  countersign audit export --org acme --format csv --out changes.csv`,
  options: {
    ...SCOPE_OPTIONS,
    ...PERIOD_OPTIONS,
    format: { type: 'string' },
    out: { type: 'string' },
    checkpoint: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async (given, terminal) => {
    noPositionals(given);
    const format = formatGiven(given);
    const period = periodGiven(given);
    const out = option(given, 'out');
    if (flag(given, 'json') && out === undefined)
      throw new CannotRun('--json says what was exported, so the export itself needs a file: --out FILE.');
    const done = await withDatabase(async (database) => {
      const tenant = await tenantGiven(given, database);
      const session = await connect(database);
      const exported = await readingAll(session, tenant, async (within) => {
        const scope = await scopeGiven(given, within, tenant);
        return exportAs(within, scope, format, period, out);
      }).finally(() => session.release());
      return { ...exported, recorded: await record(database, exported, format, period) };
    });
    return report(done, { format, out, json: flag(given, 'json') }, terminal);
  },
};

function formatGiven(given: Given): Format {
  const format = option(given, 'format') ?? 'ndjson';
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) throw new CannotRun(`--format is one of ${FORMATS.join(', ')}, and not "${format}".`);
  return known;
}

type Made = Exported & { readonly scope: Scope; readonly range: Range | null; readonly sha256: string };
/** `recorded`: whether the ledger says that it was made. */
type Done = Made & { readonly recorded: boolean };

/** That an export was made is recorded after it, so that the same range of the same checkpoint is the same bytes again. */
function record(database: Database, { scope, range, count, sha256 }: Made, format: Format, period: Period) {
  const { tenant, origin, size: checkpoint } = scope;
  const systemLogin = loginHere();
  const made = { at: new Date(), format, origin, checkpoint, range, period, count, sha256, systemLogin };
  return recordExport(database, tenant, made);
}

/** A user without an entry in the system's list has none. */
function loginHere(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

async function exportAs(
  session: Session,
  scope: Scope,
  format: Format,
  period: Period,
  out: string | undefined,
): Promise<Made> {
  const progress = openProgress('Exporting');
  let output: HashingOutput | undefined;
  try {
    if (format === 'csv') {
      output = hashing(await openOutput(out));
      return { ...(await exportCsv(session, scope, period, output)), scope, range: null, sha256: output.sha256() };
    }
    const range = await rangeOf(session, scope.size, period, progress);
    output = hashing(await openOutput(out));
    const write = format === 'ndjson' ? exportNdjson : exportOcsf;
    return { ...(await write(session, scope, range, output, progress)), scope, range, sha256: output.sha256() };
  } finally {
    await output?.close();
    progress.end();
  }
}

const UNRECORDED =
  'The ledger does not say that this export was made: this database is a replica, or this login may only read.';

type Asked = { readonly format: Format; readonly out: string | undefined; readonly json: boolean };

function report(
  { count, problems, scope, range, sha256, recorded }: Done,
  { format, out, json }: Asked,
  terminal: Terminal,
): ExitCode {
  const { origin, tenant, size } = scope;
  if (json) {
    const where = { file: out, format, origin, tenant, checkpoint: size, ...range };
    printJson(terminal, { ...where, count, sha256, recorded, problems });
  } else if (out !== undefined) {
    const what = format === 'csv' ? (count === 1 ? 'change' : 'changes') : count === 1 ? 'entry' : 'entries';
    const where = range === null ? '' : `, index ${range.start} to before ${range.end},`;
    terminal.print(
      `Exported ${count} ${what}${where} of ${origin} as of its checkpoint over ${size} entries, to ${out}.`,
    );
  }
  if (!json && !recorded) terminal.complain(UNRECORDED);
  if (!json) for (const problem of problems) terminal.complain(problem);
  return problems.length === 0 ? 0 : 1;
}
