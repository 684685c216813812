import { AppError } from '../errors.ts';
import { type Destination, type Destinations, variableOf } from '../notify/destinations.ts';
import { type Outcome, outcomeOf } from '../notify/outcome.ts';
import { slackMessage } from '../notify/slack.ts';
import { type Signed, signedMessage } from '../notify/webhook.ts';
import { type Session, withTenant } from '../store/database.ts';
import { record } from '../store/ledger.ts';
import {
  countAttempt,
  loadNotification,
  markDelivered,
  markFailed,
  markGivenUp,
  type Notification,
} from '../store/notifications.ts';
import type { Deps } from './deps.ts';
import type { NotificationKey } from './job.ts';
import { post } from './post.ts';

/** How soon to look again when it is others' turn: at different times, so that those who wait do not come all at once. */
const BUSY_MS = { least: 2_000, most: 10_000 };

/**
 * Sends one notice to one channel, or puts it off. Nothing but the turn is held meanwhile, no connection and no lock. It may arrive
 * twice where a process dies between the answer and its record; its id is then the same.
 */
export async function sendNotification(deps: Deps, { tenant, notification: id }: NotificationKey): Promise<void> {
  const notification = await withTenant(deps.database, tenant, (session) => loadNotification(session, id));
  if (notification === null || notification.settled) return;
  const target = targetOf(notification, deps.destinations);
  if (target.kind === 'refused') {
    await conclude(deps, notification, { kind: 'gave-up', reason: target.reason });
    return;
  }
  const outcome = await attempt(deps, notification, target.destination);
  await conclude(deps, notification, outcome);
  if (outcome.kind === 'retried')
    throw new AppError('receiver-unavailable', outcome.reason, { retryable: true, retryAfterMs: outcome.waitMs });
}

type Target =
  | { readonly kind: 'found'; readonly destination: Destination }
  | { readonly kind: 'refused'; readonly reason: string };

/** Found under the name of the organization that the policy belongs to, and under no other. */
function targetOf({ organization, secret, kind }: Notification, destinations: Destinations): Target {
  const variable = variableOf(organization, secret);
  if (variable === undefined)
    return { kind: 'refused', reason: `No variable can hold secrets of the login ${organization}.` };
  const destination = destinations.get(variable);
  if (destination === undefined) return { kind: 'refused', reason: `${variable} is not set.` };
  if (kind === 'webhook' && destination.secret === undefined)
    return { kind: 'refused', reason: `${variable}__SECRET is not set, and no webhook is sent unsigned.` };
  return { kind: 'found', destination };
}

async function attempt(deps: Deps, notification: Notification, destination: Destination): Promise<Outcome> {
  const { tenant, id, secret } = notification;
  const turn = `${tenant} ${secret}`;
  if (!deps.turns.take(turn)) {
    const retryAfterMs = BUSY_MS.least + Math.random() * (BUSY_MS.most - BUSY_MS.least);
    throw new AppError('busy', 'Others are being told.', { retryable: true, retryAfterMs });
  }
  try {
    const number = await withTenant(deps.database, tenant, (session) => countAttempt(session, id));
    const { headers, body } = written(notification, destination, Math.floor(deps.now() / 1000));
    return outcomeOf(await post(destination.url, headers, body), number);
  } finally {
    deps.turns.done(turn);
  }
}

function written(notification: Notification, { secret }: Destination, seconds: number): Signed {
  const { kind, notice, messageId, createdAt } = notification;
  if (kind === 'slack') return { headers: {}, body: JSON.stringify(slackMessage(notice)) };
  const message = { id: `msg_${messageId.replaceAll('-', '')}`, at: createdAt.toISOString(), notice };
  return signedMessage(message, secret ?? '', seconds);
}

/** Writes down what became of it; the ledger has it once it is over. */
async function conclude(deps: Deps, notification: Notification, outcome: Outcome): Promise<void> {
  const { tenant, id, notice, name, repositoryId } = notification;
  await withTenant(deps.database, tenant, async (session) => {
    if (outcome.kind === 'retried') return markFailed(session, id, outcome.reason);
    if (outcome.kind === 'delivered') await markDelivered(session, id);
    else await markGivenUp(session, id, outcome.reason);
    await recordOutcome(session, deps, notification, outcome);
  });
  deps.metrics.notifications.inc({ event: notice.event, outcome: outcome.kind });
  const where = { tenant, repository: repositoryId, pull: notice.pull, event: notice.event, channel: name };
  if (outcome.kind === 'delivered') deps.log.info(where, 'told a channel');
  if (outcome.kind === 'gave-up') deps.log.warn({ ...where, reason: outcome.reason }, 'gave up telling a channel');
}

async function recordOutcome(
  session: Session,
  deps: Deps,
  { tenant, notice, repositoryId, head, name }: Notification,
  outcome: Exclude<Outcome, { kind: 'retried' }>,
): Promise<void> {
  const reason = outcome.kind === 'gave-up' ? { reason: outcome.reason } : {};
  await record(session, {
    version: 1,
    kind: 'notification-sent',
    at: new Date(deps.now()).toISOString(),
    tenant,
    repository: { id: repositoryId, name: notice.repository },
    pull: notice.pull,
    head,
    actor: { kind: 'app' },
    deliveries: [],
    details: { event: notice.event, channel: name, key: notice.key, outcome: outcome.kind, ...reason },
  });
}
