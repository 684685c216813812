import { randomUUID } from 'node:crypto';
import { startScenario } from '../simulator/scenario.ts';
import { startSimulator } from '../simulator/server.ts';
import {
  APP_ID,
  type AppProcess,
  appEnvironment,
  PUBLIC_KEY,
  startApp,
  WEBHOOK_SECRET,
} from '../support/app-process.ts';
import { POLICY } from '../support/world.ts';
import { inParallel, percentile, post } from './load.ts';
import type { Row } from './report.ts';

/** Organizations, so that no installation's own limits stand in the way. */
const ORGANIZATIONS = 100;
const SECONDS = 10;

const APP = { app: { id: APP_ID }, appKey: PUBLIC_KEY, webhookSecret: WEBHOOK_SECRET, validate: false } as const;

type Target = { readonly push: string; readonly body: string; readonly repository: string; readonly head: string };

/** Time from a webhook to its published check, on different pull requests of many installations, at a rate and with a GitHub of a speed. */
export async function benchLatency(databaseUrl: string, perSecond: number, callMs: number): Promise<readonly Row[]> {
  const count = Math.max(30, perSecond * SECONDS);
  const github = await startSimulator({ ...APP, limits: false, keep: 1_000 });
  const targets = prepare(github, count);
  github.control.setLatency({ fromMs: callMs });
  const app = await startApp({ ...appEnvironment(databaseUrl, github.url), LOG_LEVEL: 'info' });
  // GitHub tells of the push before it tells of the pull request.
  for (const target of targets) await post(app.url, 'push', target.push);
  await warm(app.url, targets.slice(0, ORGANIZATIONS), github.control);
  const measured = targets.slice(ORGANIZATIONS);
  const watch = watchChecks(github.control);
  const published: Promise<number>[] = [];
  const answered: Promise<unknown>[] = [];
  const started = performance.now();
  for (const [n, target] of measured.entries()) {
    await until(started + (n * 1000) / perSecond);
    published.push(watch.published(target));
    answered.push(post(app.url, 'pull_request', target.body));
  }
  const times = await Promise.all(published);
  watch.stop();
  await Promise.all(answered);
  await app.stop();
  await github.close();
  const unit = callMs > 1 ? "calls' time" : 'ms';
  const scale = Math.max(callMs, 1);
  const name = `webhook to check, ${perSecond}/s, GitHub at ${callMs} ms`;
  return [
    {
      name: `${name}, p50`,
      value: percentile(times, 0.5) / scale,
      unit,
      ...(perSecond === 10 && callMs === 80 ? { atMost: 3.8 } : {}),
    },
    {
      name: `${name}, p99`,
      value: percentile(times, 0.99) / scale,
      unit,
      ...(perSecond === 50 && callMs === 80 ? { atMost: 12 } : {}),
    },
  ];
}

/** Seconds until a burst of 400 pull requests has its checks, worked off by one process or several, few jobs at a time in each. */
export async function timeBurst(databaseUrl: string, processes: number): Promise<number> {
  const github = await startSimulator({ ...APP, limits: false, keep: 1_000 });
  const targets = prepare(github, 400);
  github.control.setLatency({ fromMs: 80 });
  const environment = { ...appEnvironment(databaseUrl, github.url), LOG_LEVEL: 'info', CONCURRENCY: '4' };
  const apps: AppProcess[] = [];
  for (let n = 0; n < processes; n += 1) apps.push(await startApp(environment));
  const url = apps[0]?.url ?? '';
  for (const target of targets) await post(url, 'push', target.push);
  await warm(url, targets.slice(0, ORGANIZATIONS), github.control);
  const watch = watchChecks(github.control);
  const burst = targets.slice(ORGANIZATIONS);
  const started = performance.now();
  const shown = burst.map((target) => watch.published(target));
  await inParallel(burst.length, 32, (n) => post(url, 'pull_request', burst[n]?.body ?? ''));
  await Promise.all(shown);
  const seconds = (performance.now() - started) / 1000;
  watch.stop();
  await Promise.all(apps.map((app) => app.stop()));
  await github.close();
  return seconds;
}

type GitHub = Awaited<ReturnType<typeof startSimulator>>;

/** Pull requests that exist, and the events that tell of them, which are sent by hand and on time. */
function prepare(github: GitHub, count: number): readonly Target[] {
  const suffix = randomUUID().slice(0, 8);
  const made = Array.from({ length: ORGANIZATIONS }, (_, n) => {
    const organization = `acme-${suffix}-${n}`;
    const bot = `fixer-${suffix}-${n}[bot]`;
    const policy = POLICY.replaceAll('acme/', `${organization}/`).replace(
      '["user:rita", "user:raj"]',
      `["user:rita-${suffix}-${n}"]`,
    );
    const started = startScenario(github.control, {
      organization,
      users: [`ana-${suffix}-${n}`, `rita-${suffix}-${n}`],
      bots: [bot],
      teams: { 'service-owners': [`ana-${suffix}-${n}`] },
      repositories: {
        '.github': { files: { 'countersign.yml': policy } },
        shop: { teams: { 'service-owners': 'write' } },
      },
    });
    return { ...started, bot };
  });
  return Array.from({ length: count + ORGANIZATIONS }, (_, n) => {
    const at = made[n % made.length];
    if (at === undefined) throw new Error('no organization');
    return openOne(github, at, n);
  });
}

function openOne(
  github: GitHub,
  at: {
    readonly organization: string;
    readonly organizationId: number;
    readonly installation: number | null;
    readonly bot: string;
  },
  n: number,
): Target {
  const repository = `${at.organization}/shop`;
  const files = { [`fix-${n}.txt`]: `${n}` };
  github.control.push({ repository, branch: `fix-${n}`, as: at.bot, from: 'main', files });
  const { number, head } = github.control.openPullRequest({
    repository,
    as: at.bot,
    title: `Fix ${n}`,
    body: '',
    head: `fix-${n}`,
  });
  const shown = github.control.pullRequest({ repository, number }) as Readonly<Record<string, unknown>>;
  const base = shown.base as { readonly repo: unknown };
  const payload = {
    action: 'opened',
    number,
    pull_request: shown,
    repository: base.repo,
    installation: { id: at.installation },
    organization: { id: at.organizationId, login: at.organization },
    sender: shown.user,
  };
  const { action: _action, number: _number, pull_request: _pull, ...common } = payload;
  const push = { ...common, ref: `refs/heads/fix-${n}`, before: '0'.repeat(40), after: head, commits: [] };
  return { push: JSON.stringify(push), body: JSON.stringify(payload), repository, head };
}

/** One event for each organization: its token and its policy are there when the measuring begins, as the target says. */
async function warm(url: string, targets: readonly Target[], control: GitHub['control']): Promise<void> {
  const watch = watchChecks(control);
  const shown = targets.map((target) => watch.published(target));
  await Promise.all(targets.map((target) => post(url, 'pull_request', target.body)));
  await Promise.all(shown);
  watch.stop();
}

/** Looks every 4 ms for the checks that are still missing; gives the milliseconds that each took from when it was asked about. */
function watchChecks(control: GitHub['control']) {
  const missing = new Map<Target, { readonly since: number; readonly done: (took: number) => void }>();
  const timer = setInterval(() => {
    for (const [target, { since, done }] of missing) {
      if (control.checkRuns({ repository: target.repository, sha: target.head }).length === 0) continue;
      missing.delete(target);
      done(performance.now() - since);
    }
  }, 4);
  return {
    published: (target: Target): Promise<number> =>
      new Promise((done) => {
        missing.set(target, { since: performance.now(), done });
      }),
    stop: () => clearInterval(timer),
  };
}

async function until(at: number): Promise<void> {
  const left = at - performance.now();
  if (left > 0) await new Promise((done) => setTimeout(done, left));
}
