// A process that writes to the ledger and sequences it, until somebody kills it: node ledger-process.mjs <build> <database> <tenant>
import { createPrivateKey } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, url, tenantText] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(resolve(build, file)).href);
const { openDatabase, withTenant } = await load('store/database.js');
const { record } = await load('store/ledger.js');
const { sequence } = await load('jobs/sequence.js');
const { publicBytesOf, verifierKeyOf } = await load('audit/note.js');

const tenant = Number(tenantText);
const privateKey = createPrivateKey(process.env.LEDGER_SIGNING_KEY);
const signer = { privateKey, verifier: verifierKeyOf('test', publicBytesOf(privateKey)) };
const log = { info() {}, warn() {}, debug() {} };
const database = openDatabase(url, 6, () => undefined);
const entry = (n) => ({
  version: 1,
  kind: 'event',
  at: new Date().toISOString(),
  tenant,
  repository: { id: 1, name: 'acme/shop' },
  pull: 1,
  head: 'a'.repeat(40),
  actor: { kind: 'app' },
  deliveries: [],
  details: { process: process.pid, n },
});

async function write(writer) {
  for (let n = 0; ; n += 1)
    await withTenant(database, tenant, async (session) => {
      await record(session, entry(`${writer}-${n}`));
      // Some commit late: an entry with a smaller number comes after one with a larger.
      if (n % 5 === 0) await new Promise((done) => setTimeout(done, Math.random() * 20));
    });
}

async function keepSequencing() {
  for (;;) {
    await sequence({ database, signers: [signer], now: Date.now, log }, tenant);
    await new Promise((done) => setTimeout(done, 5));
  }
}

process.stdout.write('ready\n');
await Promise.all([write(1), write(2), write(3), keepSequencing()]);
