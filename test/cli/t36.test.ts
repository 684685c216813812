import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/audit/canonical.ts';
import { leafHashOf } from '../../src/audit/tree.ts';
import { createLedger, type Ledger } from '../support/ledger.ts';
import { countersign, folderWith } from './run.ts';

/** T36 against a real database: its superuser lifts the triggers, changes what he likes, and has it exported. */

type Attack = (ledger: Ledger, tenant: number) => Promise<unknown>;

const leafOf = (n: number) => canonicalJson({ at: '2026-11-24T09:00:00Z', details: { forged: n }, tenant: 0 });

/** An entry exchanged for another, with its hash in both tables; and the tree above it, if there is one, as he would have it. */
const edit: Attack = ({ owner }, tenant) => {
  const text = leafOf(7).replace('"tenant":0', `"tenant":${tenant}`);
  return owner.query(
    `with place as (select entry_id from countersign.leaves where tenant_id = $1 and leaf_index = 7),
       entry as (update countersign.ledger set entry = $2, leaf_hash = $3 where tenant_id = $1 and entry_id = (select entry_id from place))
     update countersign.leaves set leaf_hash = $3 where tenant_id = $1 and leaf_index = 7`,
    [tenant, text, leafHashOf(text)],
  );
};

const ATTACKS: Readonly<Record<string, Attack>> = {
  edit,
  'drop the last entries': async ({ owner }, tenant) => {
    await owner.query('delete from countersign.leaves where tenant_id = $1 and leaf_index >= 290', [tenant]);
    await owner.query('update countersign.checkpoints set size = 290 where tenant_id = $1 and size = 300', [tenant]);
  },
  'drop one from the middle and close the gap': async ({ owner }, tenant) => {
    await owner.query('delete from countersign.leaves where tenant_id = $1 and leaf_index = 100', [tenant]);
    await owner.query(
      'update countersign.leaves set leaf_index = -leaf_index where tenant_id = $1 and leaf_index > 100',
      [tenant],
    );
    await owner.query(
      'update countersign.leaves set leaf_index = -leaf_index - 1 where tenant_id = $1 and leaf_index < 0',
      [tenant],
    );
  },
  'exchange two': async ({ owner }, tenant) => {
    await owner.query('update countersign.leaves set leaf_index = -10 where tenant_id = $1 and leaf_index = 10', [
      tenant,
    ]);
    await owner.query('update countersign.leaves set leaf_index = 10 where tenant_id = $1 and leaf_index = 20', [
      tenant,
    ]);
    await owner.query('update countersign.leaves set leaf_index = 20 where tenant_id = $1 and leaf_index = -10', [
      tenant,
    ]);
  },
  'delete from the ledger alone': ({ owner }, tenant) =>
    owner.query(
      'delete from countersign.ledger where tenant_id = $1 and entry_id = (select entry_id from countersign.leaves where tenant_id = $1 and leaf_index = 42)',
      [tenant],
    ),
};

test('T36 what a superuser changes in the database is found in the export', async () => {
  const ledger = await createLedger();
  try {
    await ledger.owner.query("set session_replication_role = 'replica'");
    let tenant = 100;
    for (const [how, attack] of Object.entries(ATTACKS)) {
      tenant += 1;
      await ledger.write(
        tenant,
        Array.from({ length: 300 }, (_, n) => ({ details: { n } })),
      );
      await ledger.sign(tenant);
      const note = await countersign(['audit', 'checkpoint', '--tenant', String(tenant)], ledger);
      const folder = folderWith({ kept: note.out });
      const file = join(folder, 'export');
      const exportIt = () => countersign(['audit', 'export', '--tenant', String(tenant), '--out', file], ledger);
      const verify = () =>
        countersign(['audit', 'verify', file, '--key', ledger.verifier, '--checkpoint', join(folder, 'kept')]);
      expect((await exportIt()).status, how).toBe(0);
      expect((await verify()).status, how).toBe(0);
      await attack(ledger, tenant);
      const exported = await exportIt();
      expect(exported.status, how).toBe(1);
      expect(exported.err, how).toMatch(/^[^\n]+\.\n$/);
      const { status, out, err } = await verify();
      expect({ status, err }, how).toEqual({ status: 1, err: '' });
      expect(out, how).toMatch(/^(✗ .+\.\n)+$/);
    }
  } finally {
    await ledger.close();
  }
}, 180_000);
