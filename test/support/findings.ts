import { eventually } from './app-process.ts';
import { answersTo, say } from './commands.ts';
import type { Receiver } from './receiver.ts';
import { POLICY, quiet, SCENARIO, type World } from './world.ts';

/** What tests of findings need: a policy that names who reconciles them, and what is on record, told and open. */

export const RECONCILING = `${POLICY}
calendars:
  business: { timezone: Europe/Zurich, hours: { mon-fri: "09:00-17:00" } }
break-glass:
  roles: [incident-commander]
  reconcile-within: 2d
  calendar: business
  require: [ { role: service-owner }, { role: security } ]
notify:
  channels: { chat: { slack: CHAT } }
  on: { bypass: [chat], reconciliation-overdue: [chat] }
`.replace(
  'roles:\n',
  'roles:\n  incident-commander: { members: ["user:cora"] }\n  security: { members: ["user:sec", "user:boss"], backups: ["user:sid"] }\n',
);

/** As usual, with an administrator, who holds a seat too, and people to reconcile what he does. */
export function bypassScenario(policy = RECONCILING) {
  const { shop, ...others } = SCENARIO.repositories ?? {};
  const collaborators = { ...shop?.collaborators, boss: 'admin', cora: 'write', sec: 'write', sid: 'write' } as const;
  return {
    ...SCENARIO,
    users: [...(SCENARIO.users ?? []), 'boss', 'cora', 'sec', 'sid'],
    repositories: {
      ...others,
      '.github': { files: { 'countersign.yml': policy } },
      shop: { ...shop, collaborators },
    },
  };
}

export type Found = {
  readonly id: number;
  readonly kind: string;
  readonly title: string;
  readonly by: { readonly login: string } | null;
  readonly state: string;
  readonly issue: number | null;
  readonly commits: readonly string[];
};

export function findings({ database }: Pick<World, 'database'>): Promise<readonly Found[]> {
  return database.query<Found>(
    `select finding_id::int as id, kind, title, by, state, issue_number as issue, commits
       from countersign.findings order by finding_id`,
  );
}

/** Waits for the next finding after `count` of them, until its issue is open and all is quiet. */
export async function nextFinding(world: World, count: number) {
  const found = await eventually('the finding', async () => {
    const last = (await findings(world))[count];
    return last?.issue === null ? undefined : last;
  });
  await quiet(world);
  return { ...found, thread: { repository: 'acme/shop', number: found.issue ?? 0 } };
}

export async function permittedFor({ database }: World, sha: string): Promise<readonly string[]> {
  const rows = await database.query<{ readonly environment: string }>(
    'select environment from countersign.permitted_commits where sha = $1',
    [sha],
  );
  return rows.map(({ environment }) => environment);
}

/** Both seats approve, in the order in which they are asked. */
export async function reconciled(world: World, thread: { readonly repository: string; readonly number: number }) {
  say(world, thread, 'bo', '/reconcile approve I read it line by line');
  await quiet(world);
  say(world, thread, 'sec', '/reconcile approve nothing is exposed');
  await eventually('closed', async () => (world.github.issue(thread).state === 'closed' ? true : undefined));
  await quiet(world);
  return answersTo(world, thread).at(-1) ?? '';
}

/** Entries of the ledger of one kind: what their details say. */
export async function ledgerOf(
  { database }: World,
  kind: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await database.query<{ readonly entry: string }>(
    'select countersign.opened(tenant_id, entry) as entry from countersign.ledger where kind = $1 order by entry_id',
    [kind],
  );
  return rows.map(({ entry }) => (JSON.parse(entry) as { readonly details: Record<string, unknown> }).details);
}

/** Titles of what a channel was told, in the order in which it came. */
export function toldTo(receiver: Receiver, path: string): readonly string[] {
  return receiver.at(path).map(({ body }) => (JSON.parse(body) as { readonly text: string }).text);
}
