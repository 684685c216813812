import type { PolicyInForce } from '../decision/decision.ts';
import { type Replayed, replay } from '../decision/replay.ts';
import { policiesByBlobs } from '../jobs/backtest/policies.ts';
import { ENGINE } from '../jobs/deps.ts';
import type { LoadResult } from '../policy/load.ts';
import { renderProblem } from '../policy/problem.ts';
import { type Database, type Session, withTenant } from '../store/database.ts';
import { erasedAccounts } from '../store/erasure.ts';
import { countDecisions, type Period, type Recorded, recordedDecisions } from '../store/recorded.ts';
import { PERIOD_OPTIONS, periodGiven, SCOPE_OPTIONS, tenantGiven } from './audit-scope.ts';
import { type Command, type ExitCode, flag, noPositionals } from './command.ts';
import { withDatabase } from './database.ts';
import { openProgress } from './progress.ts';
import { printJson, type Terminal } from './terminal.ts';

export const auditReplay: Command = {
  name: 'audit replay',
  summary: 'derive every recorded decision again, and list differences',
  help: `
Usage: DATABASE_URL=postgres://… countersign audit replay --org LOGIN [--from DAY] [--to DAY] [--json]

Derives every decision of a period again, from the facts and the policy that were recorded with it, and compares. None differs: that is the
normal answer. A decision that another version of the program reached may come out differently without anybody having touched it, so those
are counted apart, with the version. Facts that are not those of which the ledger has the digest are said to be changed, or erased.

Options:
  --org LOGIN   the organization; or --tenant ID, the id of its account
  --from DAY    from this day or instant on, in UTC
  --to DAY      up to this day or instant, which is not included
  --json        print the result as JSON

Exit status: 0 all came out the same, 1 something did not, 2 it could not be run.

Example:
  countersign audit replay --org acme --from 2026-10-01 --to 2027-01-01`,
  options: { ...SCOPE_OPTIONS, ...PERIOD_OPTIONS, json: { type: 'boolean' } },
  run: async (given, terminal): Promise<ExitCode> => {
    noPositionals(given);
    const period = periodGiven(given);
    const result = await withDatabase(async (database) =>
      replayAll(database, await tenantGiven(given, database), period),
    );
    if (flag(given, 'json')) printJson(terminal, result);
    else print(result, terminal);
    return result.findings.some(({ excuse }) => excuse === null) ? 1 : 0;
  },
};

type Finding = {
  readonly decision: number;
  readonly pull: string;
  readonly at: string;
  readonly engine: string;
  readonly what: string;
  /** Why it need not alarm anybody: another version of the program, or an erasure. */
  readonly excuse: 'older-engine' | 'erased' | null;
};

type Result = { readonly decisions: number; readonly same: number; readonly findings: readonly Finding[] };

async function replayAll(database: Database, tenant: number, period: Period): Promise<Result> {
  const read = <T>(work: (session: Session) => Promise<T>): Promise<T> => withTenant(database, tenant, work);
  const total = await read((session) => countDecisions(session, period));
  const bar = openProgress('Replaying');
  const erased = new Set(await read(erasedAccounts));
  const policies = policiesOf(read);
  const findings: Finding[] = [];
  let decisions = 0;
  for await (const recorded of recordedDecisions(read, period)) {
    decisions += 1;
    const replayed = replay(recorded, await policies(recorded));
    if (replayed.kind !== 'same') findings.push(findingOf(recorded, replayed, erased));
    bar.at(decisions, total);
  }
  bar.end();
  return { decisions, same: decisions - findings.length, findings };
}

/** Policies by the ids of their blobs; what was last valid for a repository names the checks while its policy is broken. */
function policiesOf(read: <T>(work: (session: Session) => Promise<T>) => Promise<T>) {
  const policyOf = policiesByBlobs(read);
  const lastValid = new Map<number, LoadResult & { ok: true }>();
  return async ({ policy, repositoryId }: Recorded): Promise<PolicyInForce> => {
    const result = await policyOf(policy);
    if (result === undefined) return { kind: 'none' };
    if (result.ok) {
      lastValid.set(repositoryId, result);
      return { kind: 'valid', effective: result.effective };
    }
    const problems = result.errors.map(renderProblem);
    return { kind: 'invalid', problems, sources: [], lastValid: lastValid.get(repositoryId)?.effective };
  };
}

function findingOf(
  { id, repository, pull, at, engine, state }: Recorded,
  replayed: Exclude<Replayed, { kind: 'same' }>,
  erased: ReadonlySet<number>,
) {
  const base = { decision: id, pull: `${repository}#${pull}`, at, engine };
  switch (replayed.kind) {
    case 'different': {
      const { now } = replayed;
      const what =
        now.state === state
          ? `it is ${state} again, and its details differ`
          : `it was ${state}, and comes out as ${now.state}`;
      return { ...base, what, excuse: engine === ENGINE ? null : ('older-engine' as const) };
    }
    case 'facts-changed': {
      const isErased = replayed.erased.some((account) => erased.has(account));
      return {
        ...base,
        what: isErased ? 'its facts name somebody who was erased' : 'its facts are not those that were recorded',
        excuse: isErased ? ('erased' as const) : null,
      };
    }
    case 'unreadable':
      return {
        ...base,
        what: `its facts cannot be read: ${replayed.problem}`,
        excuse: engine === ENGINE ? null : ('older-engine' as const),
      };
  }
}

function print({ decisions, same, findings }: Result, terminal: Terminal): void {
  for (const { pull, at, what, excuse, engine } of findings) {
    const why = excuse === 'older-engine' ? ` (decided by ${engine}, and this is ${ENGINE})` : '';
    terminal.print(`${terminal.paint(excuse === null ? 'red' : 'yellow', pull)} at ${at}: ${what}${why}.`);
  }
  const word = decisions === 1 ? 'decision' : 'decisions';
  terminal.print(
    findings.length === 0
      ? `Derived ${decisions} ${word} again; all came out the same.`
      : `Derived ${decisions} ${word} again; ${same} came out the same, ${findings.length} did not.`,
  );
}
