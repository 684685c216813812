import { digestOf } from '../audit/canonical.ts';
import { AppError, messageOf } from '../errors.ts';
import {
  annotateCheck,
  type CheckAddress,
  createCheck,
  findCheck,
  MOST_ANNOTATIONS,
  type ShownCheck,
  updateCheck,
} from '../github/check-runs.ts';
import type { Installation, Purpose } from '../github/client.ts';
import { connect, type Session, transact } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import { clearAttempt, loadPublication, markAttempt, markPublished, type Publication } from '../store/publications.ts';
import { enqueue } from '../store/queue.ts';
import { newestCheckpoint } from '../store/tree.ts';
import type { Deps } from './deps.ts';
import { entryHead } from './entry-head.ts';
import { PRIORITY, type PublicationKey, publishJob, verifyCheckJob } from './job.ts';
import { withLock } from './with-lock.ts';

/** How soon to look again when another worker is at the same check. */
const BUSY_MS = 100;
/** When to look at what GitHub shows after an answer was lost: the lost write may have had its effect late. */
const SETTLED_MS = 20_000;
/** As long as GitHub lets a summary be. */
const LONGEST_SUMMARY = 65_535;

/**
 * Brings one check on one commit to what the outbox asks for. One worker at a time; always the newest content; created once: a write
 * whose answer is lost is looked for before anything is written again, and looked at once more when it can no longer arrive.
 */
export async function publish(deps: Deps, key: PublicationKey): Promise<void> {
  try {
    await withLock(deps.database, publishLock(key), BUSY_MS, (session) => publishLocked(deps, session, key));
  } catch (error) {
    if (!isOutOfSight(error)) throw error;
    const where = { tenant: key.tenant, repository: key.repositoryId, head: key.headSha };
    deps.log.info({ ...where, reason: messageOf(error) }, 'nowhere to publish to');
  }
}

/** Everything that writes one check, or decides which run it is, holds this. */
export function publishLock({ tenant, repositoryId, headSha, checkName }: PublicationKey): string {
  return `publish:${tenant}:${repositoryId}:${headSha}:${checkName}`;
}

/** The repository is gone, or taken from the installation. Should it come back, the next evaluation publishes again. */
function isOutOfSight(error: unknown): boolean {
  return error instanceof AppError && error.code === 'github-not-found';
}

async function publishLocked(deps: Deps, session: Session, key: PublicationKey): Promise<void> {
  const publication = await transact(session, key.tenant, (within) => loadPublication(within, key));
  if (publication === null) return;
  if (publication.publishedDigest === publication.desiredDigest && !publication.uncertain) return;
  const installation = deps.github.installation(key.tenant, publication.installation);
  const purpose = purposeOf(publication);
  const shown = publication.uncertain ? await lookFor(deps, installation, publication, purpose) : null;
  const known = shown?.id ?? publication.checkRunId;
  await transact(session, key.tenant, (within) => markAttempt(within, key));
  const witnessed = await withCheckpoint(session, publication);
  const id = await write(deps, session, installation, witnessed, known, purpose);
  if (hasMoreToSay(publication, known))
    await annotateCheck(installation, addressOf(publication), id, publication.desired, purpose);
  await transact(session, key.tenant, async (within) => {
    await markPublished(within, key, {
      checkRunId: id,
      digest: publication.desiredDigest,
      conclusion: publication.desired.conclusion,
    });
    await record(within, entryOf(deps, publication, id));
  });
  if (publication.uncertain) await lookAgainLater(deps, key);
  deps.metrics.publications.inc({ outcome: publication.desired.conclusion ?? 'in_progress' });
  deps.log.info(
    {
      tenant: key.tenant,
      repository: key.repositoryId,
      head: key.headSha,
      check: key.checkName,
      title: publication.desired.title,
    },
    'published a check',
  );
}

/**
 * The newest checkpoint goes out with every check, so that GitHub, and everybody who is sent a mail, holds a copy of it. It is no part of
 * what the check must show: one that is shown is not written again only because there is a newer one.
 */
async function withCheckpoint(session: Session, publication: Publication): Promise<Publication> {
  const checkpoint = await transact(session, publication.tenant, newestCheckpoint);
  const { desired } = publication;
  if (checkpoint === null) return publication;
  const summary = `${desired.summary}\n\n<details><summary>Checkpoint of the ledger</summary>\n\n\`\`\`\n${checkpoint.note}\`\`\`\n\n</details>`;
  return summary.length > LONGEST_SUMMARY ? publication : { ...publication, desired: { ...desired, summary } };
}

/** A new run carries its first annotations; whatever fails after that leaves the mark, so that the next attempt finds it and adds the rest. */
function hasMoreToSay({ desired }: Publication, known: number | null): boolean {
  const count = desired.annotations?.length ?? 0;
  return count > (known === null ? MOST_ANNOTATIONS : 0);
}

function purposeOf(publication: Publication): Purpose {
  if (publication.desired.conclusion === 'success') return 'grant';
  if (publication.publishedConclusion === 'success' || publication.uncertain) return 'withdrawal';
  // The first word about a head, and another outcome, matter more than another wording of the same.
  const isNew = publication.publishedDigest === null;
  return isNew || publication.publishedConclusion !== publication.desired.conclusion ? 'facts' : 'cosmetic';
}

function addressOf(publication: Publication): CheckAddress {
  return {
    owner: publication.owner,
    repository: publication.repository,
    headSha: publication.headSha,
    name: publication.checkName,
  };
}

function externalIdOf(key: PublicationKey): string {
  return `countersign:${key.repositoryId}:${key.headSha}:${key.checkName}`;
}

function lookFor(
  deps: Deps,
  installation: Installation,
  publication: Publication,
  purpose: Purpose,
): Promise<ShownCheck | null> {
  return findCheck(installation, addressOf(publication), deps.appId, externalIdOf(publication), purpose);
}

/** A write that GitHub refused had no effect; one whose answer was lost leaves the mark that makes the next attempt look first. */
async function write(
  deps: Deps,
  session: Session,
  installation: Installation,
  publication: Publication,
  known: number | null,
  purpose: Purpose,
): Promise<number> {
  const address = addressOf(publication);
  try {
    if (known === null)
      return await createCheck(installation, address, publication.desired, externalIdOf(publication), purpose);
    await updateCheck(installation, address, known, publication.desired, purpose);
    return known;
  } catch (error) {
    const lost = !(error instanceof AppError) || error.code === 'github-unavailable';
    if (!lost && !publication.uncertain)
      await transact(session, publication.tenant, (within) => clearAttempt(within, publication));
    deps.metrics.publications.inc({ outcome: error instanceof AppError ? error.code : 'bug' });
    throw error;
  }
}

function entryOf(deps: Deps, publication: Publication, checkRunId: number) {
  return {
    ...entryHead(publication, new Date(deps.now()).toISOString()),
    kind: 'check-published',
    pull: null,
    head: publication.headSha,
    actor: { kind: 'app' },
    deliveries: [],
    details: {
      check: publication.checkName,
      checkRun: checkRunId,
      status: publication.desired.status,
      conclusion: publication.desired.conclusion,
      title: publication.desired.title,
      contentDigest: digestOf(publication.desired),
      entry: publication.desiredVersion,
    },
  } as const;
}

async function lookAgainLater(deps: Deps, key: PublicationKey): Promise<void> {
  await enqueue(deps.database, verifyCheckJob(key), SETTLED_MS);
}

/** Compares what GitHub shows with what was published, after an answer was lost, and publishes again where it differs. */
export async function verifyCheck(deps: Deps, key: PublicationKey): Promise<void> {
  const session = await connect(deps.database);
  try {
    const publication = await transact(session, key.tenant, (within) => loadPublication(within, key));
    if (publication !== null) {
      const shown = await lookFor(
        deps,
        deps.github.installation(key.tenant, publication.installation),
        publication,
        'withdrawal',
      );
      const same =
        shown !== null &&
        shown.conclusion === publication.desired.conclusion &&
        shown.title === publication.desired.title;
      if (!same) {
        await transact(session, key.tenant, (within) => markAttempt(within, key));
        await enqueue(deps.database, publishJob(key, PRIORITY.withdrawal));
      }
    }
    session.release();
  } catch (error) {
    session.release(!(error instanceof AppError));
    throw error;
  }
}
