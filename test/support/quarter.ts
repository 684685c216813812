import { eventually } from './app-process.ts';
import { fails, nextSecond, sign } from './attacks.ts';
import { moveClock } from './clock.ts';
import { answersTo, say } from './commands.ts';
import { bypassScenario, nextFinding, RECONCILING, reconciled } from './findings.ts';
import { budgetIsFresh, checkThat, propose, quiet, startWorld, succeeded, type World, waits } from './world.ts';

/** Some days of an organization in which everything happens that a report tells of, over the change to summer time of 30 March 2025. */

const POLICY = RECONCILING.replace(
  'environments:\n',
  'systems:\n  checkout: { when: { paths: ["src/**"] } }\nenvironments:\n',
)
  .replace('    require: { peer:', '    sla: { calendar: business, peer: 4h }\n    require: { peer:')
  .replace('hours: { mon-fri: "09:00-17:00" } }', 'hours: { mon-fri: "09:00-17:00" }, holidays: ["2025-04-01"] }');

/** Words that a page, a spreadsheet and a terminal would each take for something else. */
export const HOSTILE = '=1+1 <img src=x onerror=alert(1)> "quoted" \u001b[31mred \u202eleft';

export function startQuarter(): Promise<World> {
  return startWorld({
    clock: true,
    startAt: '2025-03-27T08:00:00Z',
    simulator: { limits: false },
    scenario: bypassScenario(POLICY),
    environment: { NOTIFY_ACME__CHAT: 'http://127.0.0.1:9/chat' },
  });
}

async function open(world: World) {
  await budgetIsFresh(world);
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await quiet(world);
  await nextSecond();
  return pull;
}

/** The first: a peer after two hours, a release manager on the next morning, merged. */
async function signedInTime(world: World): Promise<void> {
  const pull = await open(world);
  await moveClock(world, { by: 2 * 3_600_000 });
  world.github.approve({ ...pull, as: 'ana' });
  await checkThat(world, pull, (check) => check.title.includes('release-manager'));
  await moveClock(world, '2025-03-28T09:00:00Z');
  world.github.approve({ ...pull, as: 'rita' });
  await checkThat(world, pull, succeeded);
  world.github.merge({ ...pull, as: 'sam' });
  await quiet(world);
}

/** The second: rejected, mended, resubmitted, approved over a weekend, and pushed to once more: it waits again, and is late. */
async function rejectedAndPushed(world: World) {
  const pull = await open(world);
  say(world, pull, 'ana', `/reject scope ${HOSTILE}`);
  await checkThat(world, pull, fails);
  const narrower = world.github.push({ ...pull, as: 'fixer[bot]', files: { 'src/narrower.ts': '1\n' } });
  await checkThat(world, { ...pull, head: narrower.sha }, fails);
  say(world, pull, 'sam', '/resubmit it is one file now');
  await quiet(world);
  await nextSecond();
  say(world, pull, 'ana', '/withdraw it is');
  await checkThat(world, { ...pull, head: narrower.sha }, waits);
  await quiet(world);
  await moveClock(world, '2025-03-31T08:00:00Z');
  world.github.approve({ ...pull, as: 'bo' });
  await checkThat(world, { ...pull, head: narrower.sha }, (check) => check.title.includes('release-manager'));
  await quiet(world);
  const { sha } = world.github.push({ ...pull, as: 'fixer[bot]', files: { 'src/later.ts': '1\n' } });
  await checkThat(world, { ...pull, head: sha }, (check) => waits(check) && check.title.includes('service-owner'));
  await quiet(world);
  return pull;
}

/** The third: both sign within seconds. The fourth: rejected, and closed by its author. */
async function stampedAndDropped(world: World): Promise<void> {
  await sign(world, await open(world));
  const dropped = await open(world);
  world.github.review({ ...dropped, as: 'bo', state: 'CHANGES_REQUESTED', body: 'no test' });
  await checkThat(world, dropped, fails);
  world.github.close({ ...dropped, as: 'fixer[bot]' });
  await quiet(world);
}

/** A broken glass that is reconciled a day later, and one that nobody reconciles in time. */
async function broken(world: World): Promise<void> {
  const issueOf = async (pull: { readonly repository: string; readonly number: number; readonly head: string }) => {
    say(world, pull, 'cora', '/break-glass INC-7 the payments API is down');
    await checkThat(world, pull, succeeded);
    const number = await eventually('the issue', async () => {
      const [, issue] = /reconciled on #(\d+)/.exec(answersTo(world, pull).join('\n')) ?? [];
      return issue === undefined ? undefined : Number(issue);
    });
    await quiet(world);
    return { repository: pull.repository, number };
  };
  await issueOf(await open(world));
  const issue = await issueOf(await open(world));
  await moveClock(world, { by: 24 * 3_600_000 });
  await budgetIsFresh(world);
  await reconciled(world, issue);
}

/** What an administrator does past the gate: one is approved afterwards, the other stays open. */
async function bypassed(world: World): Promise<void> {
  const known = await world.database.query<{ readonly count: number }>(
    'select count(*)::int as count from countersign.findings',
  );
  const count = known[0]?.count ?? 0;
  await budgetIsFresh(world);
  world.github.push({ repository: 'acme/shop', branch: 'main', as: 'boss', files: { 'src/direct.ts': '1\n' } });
  const { thread } = await nextFinding(world, count);
  await moveClock(world, { by: 3 * 3_600_000 });
  await budgetIsFresh(world);
  await reconciled(world, thread);
  world.github.push({ repository: 'acme/shop', branch: 'main', as: 'boss', files: { 'src/again.ts': '1\n' } });
  await nextFinding(world, count + 1);
}

export async function liveQuarter(world: World): Promise<void> {
  await signedInTime(world);
  await rejectedAndPushed(world);
  await stampedAndDropped(world);
  await broken(world);
  await bypassed(world);
  await moveClock(world, '2025-04-04T08:00:00Z');
  await quiet(world);
}

/** Tables that a report reads, in the order in which they refer to each other. */
const COPIED = [
  'ledger',
  'pull_requests',
  'decisions',
  'review_requests',
  'policy_sources',
  'reconciliations',
  'findings',
] as const;

/** Gives another organization the same data, with other people in it. */
export async function copyToTenant(
  world: World,
  tenant: number,
  names: Readonly<Record<string, string>>,
): Promise<void> {
  const { database } = world;
  const renamed = (text: string) =>
    Object.entries(names).reduce((so, [from, to]) => `replace(${so}, '"login":"${from}"', '"login":"${to}"')`, text);
  for (const table of COPIED) {
    const columns = await database.query<{ readonly name: string; readonly type: string }>(
      `select column_name as name, data_type as type from information_schema.columns where table_schema = 'countersign' and table_name = $1`,
      [table],
    );
    const values = columns.map(({ name, type }) => {
      if (name === 'tenant_id') return String(tenant);
      if (type === 'jsonb') return `${renamed(`replace(${name}::text, '": ', '":')`)}::jsonb`;
      return name;
    });
    const into = columns.map(({ name }) => name).join(', ');
    await database.query(
      `insert into countersign.${table} (${into}) overriding system value select ${values.join(', ')} from countersign.${table} where tenant_id <> 0 and tenant_id <> ${tenant}`,
    );
  }
}
