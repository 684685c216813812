import { createPrivateKey } from 'node:crypto';
import type { Pool } from 'pg';
import type { Entry } from '../../src/audit/entry.ts';
import { publicBytesOf, renderVerifierKey, type SignerKey, type Signers, verifierKeyOf } from '../../src/audit/note.ts';
import { type SequencerOptions, sequence } from '../../src/jobs/sequence.ts';
import { openDatabase, withTenant } from '../../src/store/database.ts';
import { record } from '../../src/store/ledger.ts';
import { rememberKey } from '../../src/store/tree.ts';
import { LEDGER_SIGNING_KEY } from './app-process.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';

/** A ledger in a database of its own, written and sequenced as the app does. */
export type Ledger = {
  readonly owner: TestDatabase;
  readonly database: Pool;
  readonly verifier: string;
  readonly env: Readonly<Record<string, string>>;
  write(tenant: number, entries: readonly Partial<Entry>[]): Promise<void>;
  /** Places what waits and signs, with the key of tests unless others are given. */
  sign(tenant: number, signers?: Signers): Promise<void>;
  close(): Promise<void>;
};

const silent = {
  info: () => undefined,
  warn: () => undefined,
  debug: () => undefined,
} as unknown as SequencerOptions['log'];

export async function createLedger(): Promise<Ledger> {
  const owner = await createTestDatabase();
  const database = openDatabase(owner.url, 4, () => undefined);
  const privateKey = createPrivateKey(LEDGER_SIGNING_KEY);
  const signer: SignerKey = { privateKey, verifier: verifierKeyOf('test', publicBytesOf(privateKey)) };
  const verifier = renderVerifierKey(signer.verifier);
  await rememberKey(database, verifier, new Date('2026-11-01T00:00:00Z'));
  return {
    owner,
    database,
    verifier,
    env: { DATABASE_URL: owner.url },
    write: (tenant, entries) =>
      withTenant(database, tenant, async (session) => {
        for (const entry of entries) await record(session, entryOf(tenant, entry));
      }),
    sign: async (tenant, signers = [signer]) => {
      for (const { verifier: own } of signers) await rememberKey(database, renderVerifierKey(own), new Date());
      while (await sequence({ database, signers, now: Date.now, log: silent }, tenant));
    },
    close: async () => {
      await database.end();
      await owner.drop();
    },
  };
}

function entryOf(tenant: number, entry: Partial<Entry>): Entry {
  return {
    version: 1,
    kind: 'event',
    at: '2026-11-24T09:00:00Z',
    tenant,
    repository: { id: 1, name: 'acme/shop' },
    pull: 1,
    head: 'a'.repeat(40),
    actor: { kind: 'app' },
    deliveries: [],
    details: {},
    ...entry,
  };
}
