import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pull } from './checks.ts';
import type { Narrator } from './narrator.ts';
import type { Stage } from './stage.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

type Ran = { readonly status: number; readonly out: string };

/** Runs the built command line, with nothing in its environment but the database. */
export function countersign(typed: readonly string[], databaseUrl?: string): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? '', ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) };
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...typed], { env, maxBuffer: 16 << 20 }, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : Number(error.code ?? 2), out: `${stdout}${stderr}`.trim() }),
    );
  });
}

/** The ledger leaves the house, and whoever has it needs nobody's word. */
export async function prove(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-proof-'));
  try {
    await play(stage, narrator, { pull, file: join(folder, 'ledger.ndjson'), kept: join(folder, 'check.md') });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Files = { readonly pull: Pull; readonly file: string; readonly kept: string };

async function play(stage: Stage, narrator: Narrator, { pull, file, kept }: Files): Promise<void> {
  const key = await verifierOf(stage);
  await narrator.step(
    'An auditor has the ledger exported, and verifies it with nothing but the export and a key.',
    async () => {
      const exported = await countersign(['audit', 'export', '--org', 'acme', '--out', file], stage.database.url);
      if (exported.status !== 0) throw new Error(`expected an export; ${exported.out}`);
      return firstLineOf(await mustEnd(['audit', 'verify', file, '--key', key], 0));
    },
  );
  await narrator.step(
    'The check that GitHub still shows holds an older checkpoint: the export must agree with it too.',
    async () => {
      const check = stage.github.checkRuns({ repository: pull.repository, sha: pull.head, name: pull.check }).at(-1);
      writeFileSync(kept, check?.output.summary ?? '');
      return firstLineOf(await mustEnd(['audit', 'verify', file, '--key', key, '--checkpoint', kept], 0));
    },
  );
  await narrator.step('Somebody changes one word in a copy of it.', async () => {
    writeFileSync(`${file}.forged`, readFileSync(file, 'utf8').replace('"approved', '"rejected'));
    return firstLineOf(await mustEnd(['audit', 'verify', `${file}.forged`, '--key', key], 1));
  });
  await narrator.step('Somebody leaves one entry out.', async () => {
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(`${file}.short`, lines.filter((_, index) => index !== 3).join('\n'));
    return firstLineOf(await mustEnd(['audit', 'verify', `${file}.short`, '--key', key], 1));
  });
}

async function verifierOf({ database }: Stage): Promise<string> {
  const [row] = await database.query<{ readonly verifier: string }>('select verifier from countersign.signing_keys');
  if (row === undefined) throw new Error('expected a key that has signed; there is none.');
  return row.verifier;
}

async function mustEnd(typed: readonly string[], status: 0 | 1): Promise<Ran> {
  const ran = await countersign(typed);
  if (ran.status !== status)
    throw new Error(`expected status ${status} of ${typed[1]}; it was ${ran.status}: ${ran.out}`);
  return ran;
}

function firstLineOf({ out }: Ran): readonly string[] {
  return [out.split('\n')[0] ?? ''];
}
