import { covers } from '../world/installations.ts';
import type { Emit, World } from '../world/world.ts';

/** Events every app gets, subscribed or not. */
const alwaysSent = new Set(['installation', 'installation_repositories', 'installation_target', 'ping']);
/** These concern the app that made the run or suite, and nobody else. */
const ownerOnly = new Set([
  'check_run rerequested',
  'check_run requested_action',
  'check_suite requested',
  'check_suite rerequested',
]);

/** docs: which permission an app has to have before it can subscribe to these. */
const permissionFor: Readonly<Record<string, string>> = {
  branch_protection_rule: 'administration',
  merge_group: 'merge_queues',
  repository_ruleset: 'administration',
};

type Event = Parameters<Emit>[0];

export function concernsApp(world: World, event: Event, body: Record<string, unknown>): boolean {
  if (!ownerOnly.has(`${event.name} ${event.action}`)) return true;
  const subject = (body.check_run ?? body.check_suite) as { readonly app: { readonly id: number } };
  return subject.app.id === world.app.id;
}

/** The installation an event goes to, or null when the app is not to hear of it. */
export function addressee(world: World, event: Event): number | null {
  const installation = world.installationByAccount.get(event.accountId);
  if (!installation || installation.removedAt !== null) return null;
  if (alwaysSent.has(event.name)) return installation.id;
  if (installation.suspendedAt !== null || !world.app.events.includes(event.name)) return null;
  const needed = permissionFor[event.name];
  if (needed !== undefined && world.app.permissions[needed] === undefined) return null;
  return event.repository === undefined || covers(installation, event.repository) ? installation.id : null;
}
