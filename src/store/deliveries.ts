import type { Route } from '../app.ts';
import { AppError, messageOf } from '../errors.ts';
import { type Database, isPassing, retryConflicts, type Session } from './database.ts';

export type Delivery = {
  readonly guid: string;
  readonly event: string;
  /** SHA-256 of the body: neither the delivery's id nor the event's name is signed, the body is. */
  readonly digest: Buffer;
  readonly body: Buffer;
};

export type Disposition = Route['disposition'] | 'duplicate' | 'refused';

/**
 * Stores a verified delivery, what only it knows, and its jobs, in one statement and so in one commit. Deduplicated on processed, not
 * on received: what came before but was not worked off is queued again. Throws `database-unavailable` when nothing was stored.
 */
export async function acceptDelivery(database: Database, delivery: Delivery, route: Route): Promise<Disposition> {
  const routed = JSON.stringify({
    tenant: route.tenant,
    installation: route.installation,
    repository: route.repository,
    pull: route.pull,
    sender: route.sender,
    disposition: route.disposition,
    reason: route.reason,
    reviews: route.reviews,
    pushes: route.pushes,
    jobs: route.jobs,
  });
  try {
    const { rows } = await retryConflicts(() =>
      database.query<{ readonly disposition: Disposition }>({
        name: 'accept-delivery',
        text: 'select countersign.accept_delivery($1, $2, $3, $4, $5, $6) as disposition',
        values: [delivery.guid, delivery.digest, delivery.event, route.action, delivery.body, routed],
      }),
    );
    return rows[0]?.disposition ?? 'malformed';
  } catch (error) {
    if (!isPassing(error)) throw error;
    throw new AppError('database-unavailable', `The delivery could not be stored: ${messageOf(error)}`, {
      retryable: true,
      cause: error,
    });
  }
}

export type OpenDelivery = {
  readonly id: string;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly digest: string;
  readonly sender: { readonly id: number; readonly login: string; readonly kind: string } | null;
};

/** The deliveries of a pull request that no evaluation has taken into account yet, oldest first. */
export async function openDeliveries(
  session: Session,
  repositoryId: number,
  pull: number,
): Promise<readonly OpenDelivery[]> {
  const { rows } = await session.query<OpenDelivery>(
    `select delivery_id::text as id, guid, event, action, encode(digest, 'hex') as digest, sender from countersign.deliveries
      where tenant_id = countersign.tenant() and repository_id = $1 and pull_number = $2 and processed_at is null
      order by delivery_id`,
    [repositoryId, pull],
  );
  return rows;
}

/** Marks deliveries as processed, so that a repetition of them is recognised. `reason` says what became of them, if anything special. */
export async function markProcessed(
  session: Session,
  ids: readonly string[],
  reason: string | null = null,
): Promise<void> {
  if (ids.length === 0) return;
  await session.query(
    `update countersign.deliveries set processed_at = now(), reason = coalesce($2, reason)
      where tenant_id = countersign.tenant() and delivery_id = any($1::bigint[])`,
    [ids, reason],
  );
}
