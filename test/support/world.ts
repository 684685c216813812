import type { Scenario } from '../simulator/scenario.ts';
import { startScenario } from '../simulator/scenario.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/server.ts';
import {
  APP_ID,
  type AppProcess,
  appEnvironment,
  eventually,
  PUBLIC_KEY,
  startApp,
  WEBHOOK_SECRET,
} from './app-process.ts';
import { createTestClock } from './clock.ts';
import { createTestDatabase, type TestDatabase } from './postgres.ts';

/** The policy that most end-to-end tests run under: a peer, then a release manager for production. */
export const POLICY = `
version: 1
stages: [peer, release]
proposals:
  - category: remediation
    when: { any: [ { labels: [remediation] }, { author-kind: bot } ] }
environments:
  production: { base: [main] }
  staging: { base: [develop] }
roles:
  service-owner: { members: ["team:acme/service-owners"] }
  release-manager: { members: ["user:rita", "user:raj"] }
rules:
  - name: every remediation has a peer
    require: { peer: [ { role: service-owner } ] }
  - name: production has a release manager
    when: { environments: [production] }
    require: { release: [ { role: release-manager } ] }
segregation: { exclude: [committers, co-authors, pushers, initiator] }
`;

export const SCENARIO: Scenario = {
  users: ['ana', 'bo', 'cy', 'rita', 'raj', 'sam', 'mallory', 'pat'],
  bots: ['dependabot[bot]', 'fixer[bot]'],
  teams: { 'service-owners': ['ana', 'bo', 'cy'], 'payments-owners': { parent: 'service-owners', members: ['pat'] } },
  repositories: {
    '.github': { files: { 'countersign.yml': POLICY } },
    shop: {
      files: { 'README.md': '# shop\n', 'src/app.ts': 'export const app = 1;\n' },
      teams: { 'service-owners': 'write' },
      collaborators: { rita: 'write', raj: 'write', sam: 'write', mallory: 'write' },
      requiredChecks: [{ context: 'countersign/production', integrationId: APP_ID }],
    },
  },
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/** A simulated GitHub with an organization, the built app beside it, and a database of its own. */
export async function startWorld(
  options: {
    readonly scenario?: Scenario;
    readonly simulator?: SimulatorOptions;
    readonly environment?: Readonly<Record<string, string>>;
    readonly database?: TestDatabase;
    /** A clock that `moveClock` moves, for the app and the simulator. */
    readonly clock?: boolean;
    /** What that clock shows at first; the machine's time unless given. */
    readonly startAt?: string;
  } = {},
) {
  const database = options.database ?? (await createTestDatabase());
  const clock = options.clock === true ? createTestClock(options.startAt) : undefined;
  const simulator = await startSimulator({
    app: { id: APP_ID },
    appKey: PUBLIC_KEY,
    webhookSecret: WEBHOOK_SECRET,
    ...(clock === undefined ? {} : { clock: clock.now, machineClock: Date.now }),
    ...options.simulator,
  });
  const limits = options.simulator?.limits === false ? { GITHUB_RATE_LIMITS: 'off' } : {};
  const moved = clock === undefined ? {} : { CLOCK_OFFSET_FILE: clock.file };
  const environment = appEnvironment(database.url, simulator.url, {
    OIDC_ISSUER: simulator.oidcIssuer,
    ...limits,
    ...moved,
    ...options.environment,
  });
  const apps: AppProcess[] = [];
  const launch = async (): Promise<AppProcess> => {
    const app = await startApp(environment);
    apps.push(app);
    simulator.control.setWebhookUrl({ url: `${app.url}/api/github/webhooks` });
    return app;
  };
  const stopAll = () => Promise.all(apps.map((each) => each.stop()));
  const scenario = startScenario(simulator.control, options.scenario ?? SCENARIO);
  const app = await launch();
  return {
    app,
    database,
    simulator,
    github: simulator.control,
    scenario,
    clock,
    launch,
    /** Whether an app of this world is alive. */
    isRunning: () => apps.some(({ child }) => child.exitCode === null && child.signalCode === null),
    /** Every app of this world ends; the rest stays. */
    stop: () => stopAll(),
    close: async () => {
      await stopAll();
      await simulator.close();
      await database.drop();
      clock?.remove();
    },
  };
}

const MANIFEST = `\`\`\`remediation
failure: https://github.com/acme/shop/actions/runs/1200
services: [shop]
initiator: sam
verification: Smoke suite, then error rate below 0.1 % for one hour.
rollback: Revert and redeploy.
\`\`\``;

let serial = 0;

/** Opens a remediation by the bot `fixer`, asked for by sam, on a branch of its own. */
export function propose(
  { github }: Pick<World, 'github'>,
  input: {
    readonly repository?: string;
    readonly base?: string;
    readonly as?: string;
    readonly body?: string;
    readonly files?: Readonly<Record<string, string>>;
    readonly draft?: boolean;
  } = {},
) {
  serial += 1;
  const { repository = 'acme/shop', base = 'main', as = 'fixer[bot]', body = MANIFEST } = input;
  const branch = `fix-${serial}`;
  const files = input.files ?? { [`src/fix-${serial}.ts`]: `export const fix = ${serial};\n` };
  github.push({ repository, branch, as, from: base, files, message: `Fix ${serial}` });
  const opened = { title: `Fix ${serial}`, body, head: branch, base, draft: input.draft === true };
  const { number, head } = github.openPullRequest({ repository, as, ...opened });
  return { repository, number, head, branch };
}

export type Check = {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
};

/** The newest check of a name that the app shows on a commit. */
export function checkOf(
  { github }: Pick<World, 'github'>,
  repository: string,
  sha: string,
  name = 'countersign/production',
): Check | undefined {
  const run = github.checkRuns({ repository, sha, name }).at(-1);
  if (run === undefined) return undefined;
  const { id, status, conclusion, output } = run as {
    id: number;
    status: string;
    conclusion: string | null;
    output: { title: string | null; summary: string | null };
  };
  return { id, name, status, conclusion, title: output.title ?? '', summary: output.summary ?? '' };
}

/** Waits until the check of a commit is as expected, and gives it; says what it was instead when it never is. */
export async function checkThat(
  world: World,
  at: { readonly repository: string; readonly head: string; readonly name?: string },
  expected: (check: Check) => boolean,
  patienceMs = 15_000,
): Promise<Check> {
  try {
    return await eventually(
      'the check',
      async () => {
        const check = checkOf(world, at.repository, at.head, at.name);
        return check !== undefined && expected(check) ? check : undefined;
      },
      patienceMs,
    );
  } catch (error) {
    const last = checkOf(world, at.repository, at.head, at.name);
    const log = world.app.log.filter((line) => Number(line.level) >= 40).slice(-5);
    throw new Error(
      `${error instanceof Error ? error.message : error}; it was ${JSON.stringify(last, null, 1)}; the app's last words: ${JSON.stringify(log)}`,
    );
  }
}

export const succeeded = (check: Check): boolean => check.conclusion === 'success';
export const waits = (check: Check): boolean => check.status === 'in_progress';

/**
 * As if some time had gone by since the last call: a file of tests publishes more in its minute than an installation may. Only where the
 * simulator does not watch the limits either (`simulator: { limits: false }`).
 */
export async function budgetIsFresh({ database }: Pick<World, 'database'>): Promise<void> {
  await database.query('delete from countersign.spending');
}

/** Waits until the queue is empty and every webhook has been answered: nothing will change by itself any more. */
export async function quiet(world: World): Promise<void> {
  await eventually(
    'quiet',
    async () => {
      await world.simulator.settled();
      const [row] = await world.database.query<{ left: number }>(
        "select count(*)::int as left from graphile_worker.jobs where run_at < now() + interval '3 seconds' and attempts < max_attempts",
      );
      return row?.left === 0;
    },
    30_000,
  );
}
