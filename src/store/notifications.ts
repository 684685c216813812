import { notifyJob } from '../jobs/job.ts';
import type { Notice } from '../notify/notice.ts';
import type { Channel, Notify } from '../policy/policy.ts';
import type { Session } from './database.ts';
import { enqueue } from './queue.ts';

/** What notices are about, for the record and for finding the secrets: the organization's login as GitHub gives it. */
export type NotifyAbout = {
  readonly tenant: number;
  readonly organization: string;
  readonly repositoryId: number;
  readonly head: string;
};

export type Notification = NotifyAbout &
  Channel & {
    readonly id: string;
    /** What receivers know it by, however often it is sent. */
    readonly messageId: string;
    readonly notice: Notice;
    readonly createdAt: Date;
    readonly attempts: number;
    /** Whether it was delivered, or given up. */
    readonly settled: boolean;
  };

/**
 * Writes down what people are to be told and has it sent, within the transaction of `session`: to each channel that the policy names
 * for the event, unless that channel was told of it before. Nothing is sent here, so nothing waits for a receiver.
 */
export async function notify(
  session: Session,
  about: NotifyAbout,
  notices: readonly Notice[],
  policy: Notify,
): Promise<void> {
  for (const notice of notices) {
    for (const channel of channelsFor(notice, policy)) {
      const notification = await insert(session, about, notice, channel);
      if (notification !== undefined) await enqueue(session, notifyJob({ tenant: about.tenant, notification }));
    }
  }
}

/** Two channels that lead to the same place are one. */
function channelsFor({ event }: Notice, { channels, on }: Notify): readonly Channel[] {
  const names = on.filter((entry) => entry.event === event).flatMap((entry) => entry.channels);
  const named = channels.filter(({ name }) => names.includes(name));
  return [...new Map(named.toReversed().map((channel) => [`${channel.kind} ${channel.secret}`, channel])).values()];
}

async function insert(
  session: Session,
  about: NotifyAbout,
  notice: Notice,
  channel: Channel,
): Promise<string | undefined> {
  const { rows } = await session.query<{ readonly id: string }>(
    `insert into countersign.notifications
       (tenant_id, organization, event, channel, kind, secret, dedupe_key, notice, repository_id, pull_number, head_sha)
     values (countersign.tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, channel, dedupe_key) do nothing returning notification_id::text as id`,
    [
      about.organization,
      notice.event,
      channel.name,
      channel.kind,
      channel.secret,
      notice.key,
      JSON.stringify(notice),
      about.repositoryId,
      notice.pull,
      about.head,
    ],
  );
  return rows[0]?.id;
}

export async function loadNotification(session: Session, id: string): Promise<Notification | null> {
  const { rows } = await session.query<Notification>(
    `select notification_id::text as id, message_id::text as "messageId", tenant_id::float8 as tenant, organization, channel as name, kind,
            secret, notice, repository_id::float8 as "repositoryId", head_sha as head, created_at as "createdAt", attempts,
            delivered_at is not null or gave_up_at is not null as settled
       from countersign.notifications where tenant_id = countersign.tenant() and notification_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Counts an attempt before it is made, so that one whose process dies counts too. Returns its number. */
export async function countAttempt(session: Session, id: string): Promise<number> {
  const { rows } = await session.query<{ readonly attempts: number }>(
    `update countersign.notifications set attempts = attempts + 1
      where tenant_id = countersign.tenant() and notification_id = $1 returning attempts`,
    [id],
  );
  const attempts = rows[0]?.attempts;
  if (attempts === undefined) throw new Error(`there is no notification ${id}`);
  return attempts;
}

export async function markDelivered(session: Session, id: string): Promise<void> {
  await update(session, id, 'delivered_at = now(), last_error = null', []);
}

export async function markFailed(session: Session, id: string, reason: string): Promise<void> {
  await update(session, id, 'last_error = $2', [reason]);
}

export async function markGivenUp(session: Session, id: string, reason: string): Promise<void> {
  await update(session, id, 'gave_up_at = now(), last_error = $2', [reason]);
}

async function update(session: Session, id: string, assignments: string, values: readonly unknown[]): Promise<void> {
  await session.query(
    `update countersign.notifications set ${assignments} where tenant_id = countersign.tenant() and notification_id = $1`,
    [id, ...values],
  );
}
