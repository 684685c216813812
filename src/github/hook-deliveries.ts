import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { AsApp } from './as-app.ts';

/** An attempt to deliver a webhook, as GitHub's log has it. */
export type LoggedDelivery = {
  readonly id: number;
  readonly guid: string;
  readonly at: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation: number | null;
  readonly arrived: boolean;
};

const Deliveries = z.array(
  z.object({
    id: z.number(),
    guid: z.string(),
    delivered_at: z.string(),
    status_code: z.number(),
    event: z.string(),
    action: z.string().nullable(),
    installation_id: z.number().nullish(),
  }),
);

/** One page of the log, newest first, and where to go on. */
export async function readDeliveries(
  app: AsApp,
  cursor: string | null,
): Promise<{ readonly deliveries: readonly LoggedDelivery[]; readonly next: string | null }> {
  const from = cursor === null ? {} : { cursor };
  const { data, next } = await app.readPage('GET /app/hook/deliveries', { per_page: 100, ...from });
  const parsed = Deliveries.safeParse(data);
  if (!parsed.success)
    throw new AppError('github-unexpected', 'GitHub told of deliveries in an unknown form.', { retryable: true });
  const deliveries = parsed.data.map((item) => ({
    id: item.id,
    guid: item.guid,
    at: item.delivered_at,
    event: item.event,
    action: item.action,
    installation: item.installation_id ?? null,
    arrived: item.status_code >= 200 && item.status_code < 300,
  }));
  return { deliveries, next: next?.cursor ?? null };
}

/** Has GitHub send a delivery again; false where it has forgotten it, or does not send it any more. */
export async function repeatDelivery(app: AsApp, id: number): Promise<boolean> {
  try {
    await app.write('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id });
    return true;
  } catch (error) {
    if (error instanceof AppError && ['github-not-found', 'github-refused'].includes(error.code)) return false;
    throw error;
  }
}
