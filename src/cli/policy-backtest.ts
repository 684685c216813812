import type { Backtested } from '../decision/past.ts';
import { spanInWords } from '../decision/span.ts';
import { compareAll } from '../jobs/backtest/compare-all.ts';
import { REPOSITORY_FILE } from '../jobs/policy-in-force.ts';
import { type LoadResult, loadPolicy } from '../policy/load.ts';
import { type Database, type Session, withTenant } from '../store/database.ts';
import { loadPolicyTexts } from '../store/policies.ts';
import { countDecidedPulls, lastDecisions, type Period, type Recorded } from '../store/recorded.ts';
import { PERIOD_OPTIONS, periodGiven, SCOPE_OPTIONS, tenantGiven } from './audit-scope.ts';
import { type Command, type ExitCode, flag, noPositionals, option, required } from './command.ts';
import { withDatabase } from './database.ts';
import { effectivePolicy } from './effective.ts';
import { readText } from './files.ts';
import { openProgress } from './progress.ts';
import { printJson, type Terminal } from './terminal.ts';

export const policyBacktest: Command = {
  name: 'policy backtest',
  summary: 'what a changed policy would have decided of the past',
  help: `
Usage: DATABASE_URL=postgres://… countersign policy backtest --policy FILE --org LOGIN [--from DAY] [--to DAY] [--json]

Decides the last recorded facts of every pull request of a period again, under the policy in FILE, and says which would have come out
differently, who would have been asked besides or not at all, and how long it took until the last seat was filled. Nothing is recorded.
Where the policy asks for facts that were never read, its outcome is not certain, and is marked so.

Options:
  --policy FILE       the organization's policy as it would be; beside it each repository's own, as it was then
  --repository FILE   a repository's own policy, in place of every repository's
  --org LOGIN         the organization; or --tenant ID, the id of its account
  --from DAY, --to DAY   the period, in UTC; "to" is not included
  --json              print the result as JSON

Exit status: 0 nothing would have come out differently, 1 something would, or a policy would be invalid, 2 it could not be run.

Example:
  countersign policy backtest --policy new.yml --org acme --from 2026-07-01 --to 2026-10-01`,
  options: {
    policy: { type: 'string' },
    repository: { type: 'string' },
    ...SCOPE_OPTIONS,
    ...PERIOD_OPTIONS,
    json: { type: 'boolean' },
  },
  run: async (given, terminal): Promise<ExitCode> => {
    noPositionals(given);
    const files = { policy: required(given, 'policy'), repository: option(given, 'repository') };
    effectivePolicy(files.policy, files.repository);
    const period = periodGiven(given);
    const result = await withDatabase(async (database) =>
      tryAll(database, await tenantGiven(given, database), period, files),
    );
    if (flag(given, 'json')) printJson(terminal, result);
    else print(result, terminal);
    return result.summary.different === 0 && result.unfit.length === 0 ? 0 : 1;
  },
};

type Result = Omit<Backtested, 'since' | 'cut'>;

async function tryAll(
  database: Database,
  tenant: number,
  period: Period,
  files: { readonly policy: string; readonly repository: string | undefined },
): Promise<Result> {
  const read = <T>(work: (session: Session) => Promise<T>): Promise<T> => withTenant(database, tenant, work);
  const total = await read((session) => countDecidedPulls(session, period));
  const progress = openProgress('Trying');
  const { cut: _, ...result } = await compareAll(
    lastDecisions(read, period, null),
    { before: async () => undefined, after: loaderOf(read, files) },
    {
      isEnough: () => false,
      mostDifferences: Number.POSITIVE_INFINITY,
      onProgress: (done) => progress.at(done, total),
    },
  );
  progress.end();
  return result;
}

/** The policy in the file, together with each repository's own as it was when it was decided, or with the one that is given. */
function loaderOf(
  read: <T>(work: (session: Session) => Promise<T>) => Promise<T>,
  files: { readonly policy: string; readonly repository: string | undefined },
): (recorded: Recorded) => Promise<LoadResult> {
  const organization = { file: files.policy, text: readText(files.policy) };
  const given =
    files.repository === undefined ? undefined : { file: files.repository, text: readText(files.repository) };
  const loaded = new Map<string, Promise<LoadResult>>();
  const load = async (oid: string | null): Promise<LoadResult> => {
    const text = oid === null ? undefined : (await read((session) => loadPolicyTexts(session, [oid]))).get(oid);
    const own = text === undefined ? undefined : { file: REPOSITORY_FILE, text };
    return loadPolicy({ organization, repository: given ?? own });
  };
  return ({ policy }) => {
    const oid = given === undefined ? policy.repository : null;
    const known = loaded.get(oid ?? '') ?? load(oid);
    loaded.set(oid ?? '', known);
    return known;
  };
}

function print({ summary, differences, unreadable, unfit }: Result, terminal: Terminal): void {
  for (const { pull, before, after, asked, unread } of differences) {
    const change = before.state === after.state ? before.state : `${before.state} → ${after.state}`;
    terminal.print(
      `${terminal.paint('bold', pull)} ${change}${unread.length > 0 ? ' (not certain)' : ''}: ${after.title}`,
    );
    if (asked.added.length > 0) terminal.print(`  would have been asked besides: ${asked.added.join(', ')}`);
    if (asked.removed.length > 0) terminal.print(`  would not have been asked: ${asked.removed.join(', ')}`);
    if (before.waited !== after.waited)
      terminal.print(`  last seat filled after ${spanInWords(after.waited)} instead of ${spanInWords(before.waited)}`);
  }
  for (const { repository, problem } of unfit)
    terminal.print(`${terminal.paint('red', repository)} would have an invalid policy: ${problem}`);
  const { compared, different, stopped, passed, uncertain } = summary;
  terminal.print(
    different === 0
      ? `Of ${compared} pull requests none would have come out differently.`
      : `Of ${compared} pull requests ${different} would have come out differently: ${stopped} that passed would not have, ${passed} that did not would have${uncertain > 0 ? `; ${uncertain} are not certain` : ''}.`,
  );
  if (unreadable > 0)
    terminal.complain(`${unreadable} could not be read, as another version recorded them or somebody was erased.`);
}
