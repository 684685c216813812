import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { appEnvironment, startApp, WEBHOOK_SECRET } from '../support/app-process.ts';
import { inParallel, percentile, post } from './load.ts';
import { pullRequestPayload } from './payload.ts';
import type { Row } from './report.ts';

const ROUNDS = 7;
const REQUESTS = 1_500;
const WIDTH = 32;

/** Intake as shipped against the bare server, in turn, in one run: verify, store, enqueue, answer. */
export async function benchIntake(databaseUrl: string): Promise<readonly Row[]> {
  const app = await startApp({ ...appEnvironment(databaseUrl, 'http://127.0.0.1:9'), RUN: 'web', LOG_LEVEL: 'info' });
  const bare = spawn(process.execPath, ['test/bench/bare-server.mjs'], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, WEBHOOK_SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bareUrl = await new Promise<string>((done) => createInterface({ input: bare.stdout }).once('line', done));
  let serial = 0;
  const round = async (url: string): Promise<number> => {
    const bodies = Array.from({ length: REQUESTS }, () => JSON.stringify(pullRequestPayload(++serial)));
    const seconds = await inParallel(REQUESTS, WIDTH, async (n) => {
      const status = await post(url, 'pull_request', bodies[n] ?? '');
      if (status !== 202) throw new Error(`answered ${status}`);
    });
    return REQUESTS / seconds;
  };
  await round(app.url);
  await round(bareUrl);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    ours.push(await round(app.url));
    theirs.push(await round(bareUrl));
  }
  await app.stop();
  bare.kill();
  const ratio = percentile(
    ours.map((value, n) => value / (theirs[n] ?? value)),
    0.5,
  );
  return [
    { name: 'intake, as shipped', value: percentile(ours, 0.5), unit: 'webhooks/s' },
    { name: 'intake, bare server', value: percentile(theirs, 0.5), unit: 'webhooks/s' },
    { name: 'intake against bare', value: ratio, unit: 'ratio', atLeast: 0.7 },
  ];
}
