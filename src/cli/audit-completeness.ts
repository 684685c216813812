import {
  type Answered,
  answersFor,
  type Cursor,
  countUpdates,
  type UnseenMerge,
  type Update,
  unseenMerges,
  updatesAfter,
} from '../store/completeness.ts';
import { connect, type Session } from '../store/database.ts';
import { readingAll } from '../store/exports.ts';
import { PERIOD_OPTIONS, type Period, periodGiven, SCOPE_OPTIONS, tenantGiven } from './audit-scope.ts';
import { type Command, flag, noPositionals } from './command.ts';
import { withDatabase } from './database.ts';
import { openProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export const auditCompleteness: Command = {
  name: 'audit completeness',
  summary: 'hold every commit on governed branches against one decision or one finding',
  help: `
Usage: DATABASE_URL=postgres://… countersign audit completeness --org LOGIN [--from TIME] [--to TIME] [--json]

The population, as auditors ask for it: every commit that GitHub's record of activity tells of on a governed branch in the period. Each
must have exactly one decision that permits it, or exactly one finding. What has neither, or several, is listed; so are updates that do
not begin where the one before them ended, and merges that no update of their branch tells of.

Options:
  --org LOGIN         the organization; or --tenant ID, the id of its account
  --from, --to TIME   2026-11-01, or 2026-11-01T00:00:00Z; --to no longer belongs
  --json              print what is listed, and the counts, as data

Exit status: 0 every commit has exactly one, 1 some have not, 2 the database cannot be worked with.

Example:
  countersign audit completeness --org acme --from 2026-10-01 --to 2027-01-01`,
  options: { ...SCOPE_OPTIONS, ...PERIOD_OPTIONS, json: { type: 'boolean' } },
  run: async (given, terminal) => {
    noPositionals(given);
    const period = periodGiven(given);
    const list = openList(terminal, flag(given, 'json'));
    const counts = await withDatabase(async (database) => {
      const tenant = await tenantGiven(given, database);
      const session = await connect(database);
      try {
        return await readingAll(session, tenant, (within) => holdAgainst(within, period, list.add));
      } finally {
        session.release();
      }
    });
    list.end(counts);
    return counts.listed === 0 ? 0 : 1;
  },
};

type Listed = {
  readonly problem: 'neither' | 'several' | 'gap' | 'unseen-merge';
  readonly repository: string;
  readonly ref: string;
  readonly commit: string;
  readonly at: string;
  readonly message: string;
};

type Counts = { commits: number; decided: number; found: number; listed: number };

const UPDATES = 200;

async function holdAgainst(session: Session, period: Period, add: (listed: Listed) => void): Promise<Counts> {
  const counts: Counts = { commits: 0, decided: 0, found: 0, listed: 0 };
  const total = await countUpdates(session, period);
  const progress = openProgress('Comparing');
  let done = 0;
  const take = (listed: Listed | undefined): void => {
    if (listed === undefined) return;
    counts.listed += 1;
    // What is listed takes the place of the bar, which comes again below it.
    progress.end();
    add(listed);
  };
  for (let after: Cursor | null = null; ; ) {
    const updates: readonly Update[] = await updatesAfter(session, period, after, UPDATES);
    for (const update of updates) {
      progress.at(done, total);
      done += 1;
      take(gapBefore(update));
      for (const one of await answersFor(session, update)) {
        counts.commits += 1;
        if (one.findings.length === 0 && one.pulls.length === 1) counts.decided += 1;
        else if (one.findings.length === 1 && one.pulls.length === 0) counts.found += 1;
        else take(wronglyAnswered(one));
      }
    }
    after = updates.at(-1) ?? null;
    if (after === null) break;
  }
  progress.end();
  for (let after = { repositoryId: 0, pull: 0 }; ; ) {
    const merges = await unseenMerges(session, period, after, UPDATES);
    for (const merge of merges) take(unseen(merge));
    const last = merges.at(-1);
    if (last === undefined) return counts;
    after = last;
  }
}

function nameOf({
  repository,
  repositoryId,
}: {
  readonly repository: string | null;
  readonly repositoryId: number;
}): string {
  return repository ?? `repository ${repositoryId}`;
}

function gapBefore(update: Update): Listed | undefined {
  const { missedFrom, before, ref, at } = update;
  if (missedFrom === null) return undefined;
  const message = `The branch was left at ${short(missedFrom)}, and the next update that is known begins at ${short(before)}: what came between is not known.`;
  return { problem: 'gap', repository: nameOf(update), ref, commit: before, at, message };
}

function wronglyAnswered(one: Answered): Listed {
  const { ref, commit, at, pulls, findings } = one;
  const answers = [...pulls.map((pull) => `the decision on #${pull}`), ...findings.map((id) => `finding ${id}`)];
  return {
    problem: answers.length === 0 ? 'neither' : 'several',
    repository: nameOf(one),
    ref,
    commit,
    at,
    message:
      answers.length === 0 ? 'It has neither a decision nor a finding.' : `It has several: ${answers.join(', ')}.`,
  };
}

function unseen(merge: UnseenMerge): Listed {
  const { ref, commit, at, pull } = merge;
  const message = `#${pull} was merged with it, and no update of the branch tells of that.`;
  return { problem: 'unseen-merge', repository: nameOf(merge), ref, commit, at, message };
}

function short(sha: string): string {
  return sha.slice(0, 12);
}

/** What is listed is written as it is found, however much it is. */
function openList(terminal: Terminal, json: boolean) {
  const { print, paint } = terminal;
  let isFirst = true;
  const begin = (): void => {
    if (json && isFirst) print('{\n  "listed": [');
  };
  return {
    add: (listed: Listed): void => {
      begin();
      const { repository, ref, commit, at, message } = listed;
      if (json) print(`    ${isFirst ? '' : ', '}${JSON.stringify(listed)}`);
      else print(`${paint('red', '✗')} ${repository} ${ref} ${short(commit)} ${at}: ${message}`);
      isFirst = false;
    },
    end: ({ commits, decided, found, listed }: Counts): void => {
      begin();
      if (json) {
        print(`  ],\n  "commits": ${commits},\n  "decided": ${decided},\n  "found": ${found}\n}`);
        return;
      }
      const rest =
        listed === 0 ? 'None has neither or several.' : `${listed} ${listed === 1 ? 'is' : 'are'} listed above.`;
      const counted = `${commits} ${commits === 1 ? 'commit' : 'commits'} on governed branches`;
      print(`${counted}: ${decided} with one decision, ${found} with one finding. ${rest}`);
    },
  };
}
