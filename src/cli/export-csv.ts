import { type Change, withEntry } from '../audit/change.ts';
import { changeColumns, changeRow } from '../audit/change-row.ts';
import { opened } from '../audit/commitment.ts';
import { csvRecord } from '../audit/csv.ts';
import { type ChangeKey, changesAfter, deploymentsOf, type EntryOfChange, entriesOfChange } from '../store/changes.ts';
import type { Session } from '../store/database.ts';
import { keepsPersonalData } from '../store/exports.ts';
import type { Period, Scope } from './audit-scope.ts';
import { withOpenings } from './export-entries.ts';
import type { Exported } from './export-ndjson.ts';
import type { Output } from './output.ts';

const CHANGES = 100;
const ENTRIES = 200;

/** One line for each pull request of which something was recorded in the period. */
export async function exportCsv(session: Session, scope: Scope, period: Period, output: Output): Promise<Exported> {
  const opens = await keepsPersonalData(session);
  await output.write(csvRecord(changeColumns));
  let count = 0;
  let unread = 0;
  let after: ChangeKey = { repositoryId: 0, pull: 0 };
  for (;;) {
    const keys = await changesAfter(session, after, CHANGES);
    const last = keys.at(-1);
    if (last === undefined) break;
    const deployments = await deploymentsByKey(session, keys, scope.size);
    for (const key of keys) {
      const own = deployments.get(nameOf(key)) ?? [];
      const change = await changeOf(session, { scope, period, opens, key, deployments: own });
      if (change === null) continue;
      await output.write(csvRecord(changeRow(change)));
      count += 1;
      unread += change.unread;
    }
    after = last;
  }
  const problems = unread === 0 ? [] : [`${unread} entries have not the form of an entry, and are left out.`];
  return { count, problems };
}

function nameOf({ repositoryId, pull }: ChangeKey): string {
  return `${repositoryId}#${pull}`;
}

async function deploymentsByKey(
  session: Session,
  keys: readonly ChangeKey[],
  size: number,
): Promise<ReadonlyMap<string, readonly EntryOfChange[]>> {
  const found = new Map<string, EntryOfChange[]>();
  for (const repositoryId of new Set(keys.map((key) => key.repositoryId))) {
    const pulls = keys.filter((key) => key.repositoryId === repositoryId).map(({ pull }) => pull);
    for (const entry of await deploymentsOf(session, repositoryId, pulls, size)) {
      const name = nameOf({ repositoryId, pull: entry.pull });
      found.set(name, [...(found.get(name) ?? []), entry]);
    }
  }
  return found;
}

type Wanted = {
  readonly scope: Scope;
  readonly period: Period;
  readonly opens: boolean;
  readonly key: ChangeKey;
  readonly deployments: readonly EntryOfChange[];
};

/** What is recorded of a pull request; null where nothing of it is of the period. */
async function changeOf(session: Session, wanted: Wanted): Promise<Change | null> {
  const { scope, key, opens, deployments } = wanted;
  let change: Change | null = null;
  let concerns = false;
  const take = async (page: readonly EntryOfChange[]): Promise<void> => {
    for (const { index, leaf, value, openings } of await withOpenings(session, page, opens)) {
      concerns ||= isOfPeriod(value, wanted.period);
      change = withEntry(change, { index, leaf, value: opened(value, openings) }, key.pull);
    }
  };
  for (let at = -1; ; ) {
    const page = await entriesOfChange(session, key, { after: at, size: scope.size, most: ENTRIES });
    const last = page.at(-1);
    if (last === undefined) break;
    await take(page);
    at = last.index;
  }
  await take(deployments);
  return concerns ? change : null;
}

function isOfPeriod(value: unknown, { from, to }: Period): boolean {
  const at = new Date(String((value as { readonly at?: unknown } | null)?.at));
  return (from === null || at >= from) && (to === null || at < to);
}
