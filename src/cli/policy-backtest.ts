import { backtest, type Compared, type Summary, summaryOf } from '../decision/backtest.ts';
import { Facts } from '../decision/facts.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import { type Database, type Session, withTenant } from '../store/database.ts';
import { type Period, recordedDecisions } from '../store/recorded.ts';
import { PERIOD_OPTIONS, periodGiven, SCOPE_OPTIONS, tenantGiven } from './audit-scope.ts';
import { type Command, type ExitCode, flag, noPositionals, option, required } from './command.ts';
import { withDatabase } from './database.ts';
import { effectivePolicy } from './effective.ts';
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
  --policy FILE       the organization's policy as it would be
  --repository FILE   a repository's own policy beside it; then only that makes sense for that repository
  --org LOGIN         the organization; or --tenant ID, the id of its account
  --from DAY, --to DAY   the period, in UTC; "to" is not included
  --json              print the result as JSON

Exit status: 0 nothing would have come out differently, 1 something would, 2 it could not be run.

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
    const policy = effectivePolicy(required(given, 'policy'), option(given, 'repository'));
    const period = periodGiven(given);
    const result = await withDatabase(async (database) =>
      compareAll(database, await tenantGiven(given, database), period, policy),
    );
    if (flag(given, 'json')) printJson(terminal, result);
    else print(result, terminal);
    return result.summary.different === 0 ? 0 : 1;
  },
};

type Result = { readonly summary: Summary; readonly differences: readonly Compared[]; readonly unreadable: number };

async function compareAll(
  database: Database,
  tenant: number,
  period: Period,
  policy: EffectivePolicy,
): Promise<Result> {
  const read = <T>(work: (session: Session) => Promise<T>): Promise<T> => withTenant(database, tenant, work);
  const differences: Compared[] = [];
  let [compared, unreadable] = [0, 0];
  for await (const { decision, facts } of recordedDecisions(read, period, 'last-of-each-pull')) {
    const parsed = Facts.safeParse(facts);
    if (!parsed.success) {
      unreadable += 1;
      continue;
    }
    compared += 1;
    const difference = backtest(policy, decision, parsed.data);
    if (difference !== undefined) differences.push(difference);
  }
  return { summary: summaryOf(compared, differences), differences, unreadable };
}

function print({ summary, differences, unreadable }: Result, terminal: Terminal): void {
  for (const { pull, before, after, asked, unread } of differences) {
    const change = before.state === after.state ? before.state : `${before.state} → ${after.state}`;
    terminal.print(
      `${terminal.paint('bold', pull)} ${change}${unread.length > 0 ? ' (not certain)' : ''}: ${after.title}`,
    );
    if (asked.added.length > 0) terminal.print(`  would have been asked besides: ${asked.added.join(', ')}`);
    if (asked.removed.length > 0) terminal.print(`  would not have been asked: ${asked.removed.join(', ')}`);
    if (before.waited !== after.waited)
      terminal.print(`  last seat filled after ${spanOf(before.waited)}, then ${spanOf(after.waited)}`);
  }
  const { compared, different, stopped, passed, uncertain } = summary;
  terminal.print(
    different === 0
      ? `Of ${compared} pull requests none would have come out differently.`
      : `Of ${compared} pull requests ${different} would have come out differently: ${stopped} that passed would not have, ${passed} that did not would have${uncertain > 0 ? `; ${uncertain} are not certain` : ''}.`,
  );
  if (unreadable > 0)
    terminal.complain(`${unreadable} could not be read, as another version recorded them or somebody was erased.`);
}

const MINUTE = 60_000;

function spanOf(milliseconds: number | null): string {
  if (milliseconds === null) return 'never';
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 6) / 10;
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 2.4) / 10} d`;
}
