import type { Delivery } from '../transport/deliveries.ts';
import { found, Refusal } from '../world/world.ts';
import { type Context, numberParam, ok, type Reply, type Route } from './router.ts';

function deliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** docs: `success` is 200 to 399 and `failure` 400 to 599. */
function hasOutcome(outcome: string | null, { statusCode }: Delivery): boolean {
  if (outcome === null) return true;
  return outcome === 'success' ? statusCode >= 200 && statusCode < 400 : statusCode >= 400 && statusCode < 600;
}

function cursorOf(text: string | null): number {
  if (text === null) return Number.POSITIVE_INFINITY;
  const id = Number(text.replace(/^v1_/, ''));
  if (!Number.isSafeInteger(id)) throw new Refusal(400, 'Invalid cursor');
  return id;
}

/** Newest first; a cursor instead of page numbers, given in the Link header. */
function listDeliveries(context: Context): Reply {
  const { query } = context;
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30) || 30));
  const outcome = query.get('status');
  if (outcome !== null && !['success', 'failure'].includes(outcome))
    throw new Refusal(422, `Invalid request.\n\n${outcome} is not a status.`);
  const { deliveries, more } = context.deliveries.log.page({
    before: cursorOf(query.get('cursor')),
    size,
    wanted: (delivery) => hasOutcome(outcome, delivery),
  });
  const next = new URLSearchParams(query);
  next.set('cursor', `v1_${deliveries.at(-1)?.id}`);
  const link = `<${context.world.apiUrl}/app/hook/deliveries?${next}>; rel="next"`;
  return ok(deliveries.map(deliveryItem), more ? { link } : {});
}

function showDelivery(context: Context): Reply {
  const delivery = found(context.deliveries.log.find(numberParam(context, 'delivery_id')));
  return ok({
    ...deliveryItem(delivery),
    request: { headers: delivery.headers, payload: JSON.parse(delivery.body) },
    response: { headers: {}, payload: delivery.response },
  });
}

export const deliveryRoutes: readonly Route[] = [
  { operation: 'GET /app/hook/deliveries', access: 'app', handle: listDeliveries },
  { operation: 'GET /app/hook/deliveries/{delivery_id}', access: 'app', handle: showDelivery },
  {
    operation: 'POST /app/hook/deliveries/{delivery_id}/attempts',
    access: 'app',
    handle: (context) => {
      context.deliveries.redeliver(numberParam(context, 'delivery_id'));
      return { status: 202, body: {} };
    },
  },
];
