import type { Logger } from 'pino';
import { signCheckpoint } from '../audit/checkpoint.ts';
import { renderVerifierKey, type SignerKey, type Signers } from '../audit/note.ts';
import { appended, type Node, rootOf } from '../audit/tree.ts';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { type Database, type Session, withTenant } from '../store/database.ts';
import { signingKeys } from '../store/exports.ts';
import { tryLockForTransaction } from '../store/locks.ts';
import {
  LEVEL_STEP,
  loadFrontier,
  rememberKey,
  saveCheckpoint,
  saveLeaves,
  takePending,
  tenantsWithPending,
} from '../store/tree.ts';

export type SequencerOptions = {
  readonly database: Database;
  readonly signers: Signers;
  readonly now: Clock;
  readonly log: Logger;
};

export type Sequencer = { stop(): Promise<void> };

/** Whoever relies on a checkpoint every second gets two. */
const EVERY_MS = 500;
/** Leaves that one transaction places: some tenths of a second. */
const MOST_LEAVES = 5_000;

/** The name of an organization's log: the key's name, and the account's id. */
export function originOf({ verifier }: SignerKey, tenant: number): string {
  return `${verifier.name}/${tenant}`;
}

/**
 * Gives every entry of the ledger its place in its organization's tree and signs what the tree comes to, for as long as the process
 * lives. Any number of processes may do so: one at a time for one organization.
 */
export async function startSequencer(options: SequencerOptions): Promise<Sequencer> {
  for (const signer of options.signers) await introduce(options, signer);
  let stopping = false;
  let round: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    timer = setTimeout(() => {
      round = sequenceAll(options, () => stopping)
        .catch((error: unknown) => options.log.warn({ reason: messageOf(error) }, 'could not sequence the ledger'))
        .then(() => (stopping ? undefined : again()));
    }, EVERY_MS);
  };
  again();
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      await round;
    },
  };
}

async function introduce({ database, now, log }: SequencerOptions, { verifier }: SignerKey): Promise<void> {
  const key = renderVerifierKey(verifier);
  const known = await signingKeys(database);
  if (!(await rememberKey(database, key, new Date(now())))) return;
  log.info({ verifier: key }, 'checkpoints are signed with a new key: hand its verifier to auditors');
  const named = known.filter((one) => !one.verifier.startsWith(`${verifier.name}+`));
  if (named.length > 0)
    log.warn(
      { name: verifier.name, before: named.map((one) => one.verifier) },
      'the ledger has another name than before, so kept checkpoints cannot be compared with new ones: set LEDGER_NAME to the earlier name',
    );
}

async function sequenceAll(options: SequencerOptions, isStopping: () => boolean): Promise<void> {
  for (const tenant of await tenantsWithPending(options.database)) {
    let more = true;
    while (more && !isStopping()) more = await sequence(options, tenant);
  }
}

/** Places what waits, at most {@link MOST_LEAVES} entries, and signs. Says whether there may be more. */
export function sequence(options: SequencerOptions, tenant: number): Promise<boolean> {
  return withTenant(options.database, tenant, async (session) => {
    if (!(await tryLockForTransaction(session, `sequencer:${tenant}`))) return false;
    const leaves = await takePending(session, MOST_LEAVES);
    if (leaves.length === 0) return false;
    await place(options, session, tenant, leaves);
    return leaves.length === MOST_LEAVES;
  });
}

async function place(
  { signers, now }: SequencerOptions,
  session: Session,
  tenant: number,
  leaves: Parameters<typeof saveLeaves>[2],
): Promise<void> {
  const before = await loadFrontier(session);
  const nodes: Node[] = [];
  const keep = (node: Node): void => {
    if (node.level % LEVEL_STEP === 0) nodes.push(node);
  };
  const frontier = leaves.reduce((grown, { hash }) => appended(grown, hash, keep), before);
  await saveLeaves(session, before.size, leaves, nodes, frontier);
  const root = rootOf(frontier);
  const note = signCheckpoint({ origin: originOf(signers[0], tenant), size: frontier.size, root }, ...signers);
  await saveCheckpoint(session, { size: frontier.size, root, note, at: new Date(now()) });
}
