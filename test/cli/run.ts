import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** The command as it is shipped; the tests' global set-up builds it. */
const CLI = resolve(process.env.COUNTERSIGN_BUILD ?? 'dist', 'cli.js');

export type Ran = { readonly status: number | null; readonly out: string; readonly err: string };

/** A folder of its own with these files, gone when the test ends. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

export type Where = {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Runs the command line as a process of its own, with nothing in its environment but what is given. */
export function countersign(typed: readonly string[], { cwd, input = '', env = {} }: Where = {}): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...typed], {
    cwd: cwd ?? folderWith(),
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.end(input);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) =>
      done({ status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    );
  });
}

/** One stage of one peer, for `main` and `develop`. */
export const ONE_PEER = `version: 1
stages: [peer]
proposals:
  - category: remediation
    when: { labels: [remediation] }
environments:
  production: { base: [main] }
  staging: { base: [develop] }
roles:
  service-owner: { members: ["user:ana", "team:acme/owners"] }
rules:
  - name: a peer
    require: { peer: [{ role: service-owner }] }
`;
