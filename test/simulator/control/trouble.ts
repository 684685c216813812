import type { Delivery, Outage, WebhookFault } from '../transport/deliveries.ts';
import type { Fault } from '../transport/faults.ts';
import type { Transport } from '../transport/http.ts';

/** Everything that goes wrong, on demand. */
export function troubleControl(transport: Transport) {
  const { deliveries, faults, latency, limits } = transport;
  return {
    failCalls: (input: Fault) => faults.add(input),
    clearFaults: () => {
      faults.clear();
      deliveries.clearFaults();
    },
    setLatency: (input: { readonly fromMs: number; readonly toMs?: number }) => {
      latency.fromMs = input.fromMs;
      latency.toMs = input.toMs ?? input.fromMs;
    },
    /** As if this hour's budget had been spent. */
    exhaustLimit: (input: { readonly installation: number; readonly resource: 'core' | 'graphql' }) =>
      limits.exhaust(`installation ${input.installation}`, input.resource),
    failWebhooks: (input: WebhookFault) => deliveries.fault(input),
    /** From now on every delivery fails, redeliveries too, until it is ended. */
    webhookOutage: (input: Outage = { kind: 'refused' }) =>
      deliveries.outage('kind' in input ? input : { kind: 'refused' }),
    endWebhookOutage: () => deliveries.outage(null),
    /** GitHub no longer knows these: those before a time, of an event, every so many of them, or all that meet what is named. */
    forgetDeliveries: (
      input: { readonly before?: string; readonly event?: string; readonly fraction?: number } = {},
    ) => {
      const before = input.before === undefined ? Number.POSITIVE_INFINITY : Date.parse(input.before);
      const chosen = ({ event, deliveredAt }: Delivery) =>
        (input.event ?? event) === event &&
        Date.parse(deliveredAt) < before &&
        (input.fraction === undefined || transport.random() < input.fraction);
      return { forgotten: deliveries.log.forget(chosen) };
    },
    holdWebhooks: () => deliveries.hold(),
    heldWebhooks: () => deliveries.held().map(({ guid, event, action }) => ({ guid, event, action })),
    /** Lets the held ones go in this order of GUIDs, those not named after them. */
    releaseWebhooks: (input: { readonly order?: readonly string[] } = {}) => deliveries.release(input.order),
    redeliver: (input: { readonly id: number }) => ({ guid: deliveries.redeliver(input.id).guid }),
    setWebhookUrl: (input: { readonly url: string | null }) => deliveries.setUrl(input.url),
    ping: () => deliveries.ping(),
    settled: () => deliveries.settled(),
    resetCalls: () => transport.calls.reset(),
  };
}
