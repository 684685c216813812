import { type ChangedFile, revertsOriginal, type Texts } from '../../follow-up/reverts.ts';
import { readCommits, readPatches, readTexts } from '../../github/pull-changes.ts';
import { type Session, transact } from '../../store/database.ts';
import { record } from '../../store/ledger.ts';
import { enqueue } from '../../store/queue.ts';
import { openRecords, type StoredRecord, saveAct } from '../../store/records.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { followUpJob, type TaskPayloads } from '../job.ts';
import { withLock } from '../with-lock.ts';

const BUSY_MS = 200;

type Merge = TaskPayloads['find-revert'];

/** Looks whether a merge undoes a change whose record is open, among those that touch a path in common; what it finds is linked to it. */
export async function findRevert(deps: Deps, merge: Merge): Promise<void> {
  const { locator, mergedAt } = merge;
  const { tenant, repositoryId, pull } = locator;
  await withLock(deps.database, `find-revert:${repositoryId}:${pull}`, BUSY_MS, async (session) => {
    const open = await transact(session, tenant, (within) => openRecords(within, tenant, repositoryId));
    const earlier = open.filter((one) => one.locator.pull !== pull && Date.parse(one.mergedAt) <= Date.parse(mergedAt));
    if (earlier.length === 0) return;
    const installation = deps.github.installation(tenant, locator.installation);
    const files = await readPatches(installation, locator);
    if (files === null) return;
    const touched = new Set(files.flatMap(({ path, previousPath }) => [path, previousPath ?? path]));
    const candidates = earlier.filter(({ paths }) => paths.some((path) => touched.has(path)));
    if (candidates.length === 0) return;
    const texts = await readTexts(installation, locator);
    for (const one of candidates) await compare(deps, session, merge, one, { files, texts });
  });
}

async function compare(
  deps: Deps,
  session: Session,
  merge: Merge,
  stored: StoredRecord,
  { files, texts }: { readonly files: readonly ChangedFile[]; readonly texts: Texts },
): Promise<void> {
  const { locator, title, head, commit } = stored;
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const original = await readPatches(installation, locator);
  if (original === null) return;
  const commits = (await readCommits(installation, locator)).map(({ sha }) => sha);
  const repository = `${locator.owner}/${locator.repository}`;
  const reverts = revertsOriginal(
    { repository, pull: locator.pull, title, commits: [commit, head, ...commits], files: original },
    texts,
    files,
  );
  if (reverts === null) return;
  await transact(session, locator.tenant, (within) => link(deps, within, merge, stored, reverts));
}

async function link(deps: Deps, session: Session, merge: Merge, stored: StoredRecord, because: string): Promise<void> {
  const { locator, head, id } = stored;
  const { pull } = merge.locator;
  const { commit, mergedAt } = merge;
  const act = { kind: 'revert', key: `${pull}`, at: mergedAt, details: { pull, commit } } as const;
  if (!(await saveAct(session, id, act))) return;
  await record(session, {
    ...entryHead(locator, new Date(deps.now()).toISOString()),
    kind: 'revert-linked',
    pull: locator.pull,
    head,
    actor: { kind: 'app' },
    deliveries: [],
    details: { revert: pull, commit, mergedAt, because },
  });
  await enqueue(session, followUpJob(locator));
}
