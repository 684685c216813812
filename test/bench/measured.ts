import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtFolder } from './built.ts';

export type Measured = {
  readonly status: number;
  readonly said: string;
  readonly seconds: number;
  /** The most memory that the process has had. */
  readonly megabytes: number;
};

/** The most memory that a process has had, in kB, said when it ends. */
const TELLS_MEMORY = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))`;

/** Runs the command line as it is built, with half a gigabyte, and measures the whole process. */
export async function runMeasured(
  typed: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const cli = fileURLToPath(new URL('cli.js', builtFolder));
  const preload = `data:text/javascript,${encodeURIComponent(TELLS_MEMORY)}`;
  const begun = performance.now();
  const child = spawn(process.execPath, ['--max-old-space-size=512', '--import', preload, cli, ...typed], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const status = Number(await new Promise((done) => child.once('close', done)));
  const seconds = (performance.now() - begun) / 1000;
  const words = Buffer.concat(err).toString();
  if (status !== 0) process.stderr.write(`${Buffer.concat(out)}${words}\n`);
  const peak = Number(/peak (\d+)/.exec(words)?.[1] ?? Number.NaN) / 1024;
  return { status, said: Buffer.concat(out).toString(), seconds, megabytes: peak };
}
