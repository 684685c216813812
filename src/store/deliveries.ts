import { AppError, messageOf } from '../errors.ts';
import type { Route } from '../route.ts';
import { type Database, isPassing, retryConflicts, type Session } from './database.ts';

export type Delivery = {
  readonly guid: string;
  readonly event: string;
  /** SHA-256 of the body: neither the delivery's id nor the event's name is signed, the body is. */
  readonly digest: Buffer;
  readonly body: Buffer;
};

export type Disposition = Route['disposition'] | 'duplicate' | 'refused';

export type Acceptor = (delivery: Delivery, route: Route) => Promise<Disposition>;

/** One commit takes at most this many deliveries, */
const LARGEST_BATCH = 64;
/** and this many commits are under way at once; what comes meanwhile waits for the next. */
const AT_ONCE = 2;

type Waiting = {
  readonly delivery: Delivery;
  readonly route: Route;
  readonly resolve: (disposition: Disposition) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Stores verified deliveries, what only they know, and their jobs. A delivery that comes alone is stored at once; those that come while
 * others are being stored share the next commit. Each promise settles when its own delivery is committed, or was not:
 * `database-unavailable` says that nothing was stored and it must come again.
 */
export function createAcceptor(database: Database): Acceptor {
  const waiting: Waiting[] = [];
  let underWay = 0;
  const next = (): void => {
    if (underWay >= AT_ONCE || waiting.length === 0) return;
    const batch = takeBatch(waiting);
    underWay += 1;
    void storeBatch(database, batch).finally(() => {
      underWay -= 1;
      next();
    });
  };
  return (delivery, route) =>
    new Promise((resolve, reject) => {
      waiting.push({ delivery, route, resolve, reject });
      next();
    });
}

/** The oldest that wait, each id and each body once: a repetition must see what became of the first. */
function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  const seen = new Set<string>();
  let size = 0;
  for (const { delivery } of waiting) {
    const digest = delivery.digest.toString('hex');
    if (size === LARGEST_BATCH || seen.has(delivery.guid) || seen.has(digest)) break;
    seen.add(delivery.guid).add(digest);
    size += 1;
  }
  return waiting.splice(0, size);
}

/** A batch that is refused as a whole is taken apart, so that one delivery that cannot be stored takes no other with it. */
async function storeBatch(database: Database, batch: readonly Waiting[]): Promise<void> {
  try {
    const dispositions = await store(database, batch);
    for (const [index, { resolve }] of batch.entries()) resolve(dispositions[index] ?? 'malformed');
  } catch (error) {
    if (!isPassing(error) && batch.length > 1) {
      for (const one of batch) await storeBatch(database, [one]);
      return;
    }
    const passing = new AppError('database-unavailable', `The delivery could not be stored: ${messageOf(error)}`, {
      retryable: true,
      cause: error,
    });
    for (const { reject } of batch) reject(isPassing(error) ? passing : error);
  }
}

async function store(database: Database, batch: readonly Waiting[]): Promise<readonly Disposition[]> {
  const deliveries = batch.map(({ delivery, route }) => ({
    guid: delivery.guid,
    digest: delivery.digest.toString('hex'),
    event: delivery.event,
    route,
  }));
  // One parameter for each body, so that they travel as they are and not as hexadecimal text.
  const bodies = batch.map((_, index) => `$${index + 2}::bytea`).join(', ');
  const { rows } = await retryConflicts(() =>
    database.query<{ readonly dispositions: readonly Disposition[] }>({
      name: `accept-deliveries-${batch.length}`,
      text: `select countersign.accept_deliveries($1, array[${bodies}]) as dispositions`,
      values: [JSON.stringify(deliveries), ...batch.map(({ delivery }) => delivery.body)],
    }),
  );
  return rows[0]?.dispositions ?? [];
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
