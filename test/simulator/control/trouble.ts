import type { WebhookFault } from '../transport/deliveries.ts';
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
