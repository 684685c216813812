import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { type Emit, nodeId, now, Refusal, takeId, type World } from '../world/world.ts';
import { addressee, concernsApp } from './addressee.ts';
import { createDeliveryLog, type DeliveryLog } from './delivery-log.ts';
import type { Validator } from './validation.ts';

export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  deliveredAt: string;
  duration: number;
  status: string;
  statusCode: number;
  response: string | null;
}

/** How webhooks go wrong: never sent (and logged as failed), sent twice, or sent late. */
export interface WebhookFault {
  readonly event?: string;
  readonly action?: string;
  readonly kind: 'drop' | 'duplicate' | 'delay';
  readonly delayMs?: number;
  readonly times?: number;
}

export interface DeliveryOptions {
  readonly webhookUrl: string | null;
  readonly webhookSecret: string;
  readonly timeLimitMs: number;
  readonly concurrency: number;
  readonly keepDeliveries: number;
}

/** How every delivery fails while it lasts: nobody listens, nobody answers in time, or whoever answers does so with this. */
export type Outage = { readonly kind: 'refused' | 'timeout' } | { readonly kind: 'status'; readonly status: number };

export interface Deliveries {
  readonly log: DeliveryLog;
  readonly emit: Emit;
  setUrl(url: string | null): void;
  ping(): void;
  redeliver(id: number): Delivery;
  fault(fault: WebhookFault): void;
  clearFaults(): void;
  outage(outage: Outage | null): void;
  hold(): void;
  held(): readonly Delivery[];
  release(order?: readonly string[]): void;
  settled(): Promise<void>;
  close(): void;
}

type Event = Parameters<Emit>[0];

const refused = { code: 502, text: 'failed to connect to host' };

function failureOf(outage: Outage | null): { readonly code: number; readonly text: string } | null {
  if (outage === null) return null;
  if (outage.kind === 'status') return { code: outage.status, text: '' };
  return outage.kind === 'refused' ? refused : { code: 504, text: 'timed out' };
}

function send(
  url: string,
  agent: Agent,
  delivery: Delivery,
  timeLimitMs: number,
): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve) => {
    const outgoing = httpRequest(
      url,
      { method: 'POST', agent, headers: delivery.headers, timeout: timeLimitMs },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => resolve({ code: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        incoming.on('error', () => resolve({ code: 502, text: '' }));
      },
    );
    const deadline = setTimeout(() => outgoing.destroy(new Error('timed out')), timeLimitMs);
    outgoing.on('close', () => clearTimeout(deadline));
    outgoing.on('error', (error) => resolve({ code: error.message === 'timed out' ? 504 : 502, text: error.message }));
    outgoing.end(delivery.body);
  });
}

/** Sends webhooks as GitHub does: signed, at most once by itself, with ten seconds to answer, and a log to ask later. */
export function createDeliveries(world: World, options: DeliveryOptions, validator: Validator | null): Deliveries {
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
  const log = createDeliveryLog(world, options.keepDeliveries);
  const faults: { readonly fault: WebhookFault; left: number }[] = [];
  const waiting: Delivery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let url = options.webhookUrl;
  let outage: Outage | null = null;
  let holding: Delivery[] | null = null;
  let active = 0;
  let listeners: (() => void)[] = [];

  function notifyIfIdle(): void {
    if (active > 0 || waiting.length > 0 || timers.size > 0) return;
    const ready = listeners;
    listeners = [];
    for (const listener of ready) listener();
  }

  async function post(delivery: Delivery, dropped: boolean): Promise<void> {
    const began = Date.now();
    const lost = dropped || url === null ? refused : failureOf(outage);
    const answer = lost ?? (url === null ? refused : await send(url, agent, delivery, options.timeLimitMs));
    delivery.duration = (Date.now() - began) / 1000;
    delivery.statusCode = answer.code;
    delivery.status = answer.code === 504 ? 'timed out' : answer.code >= 200 && answer.code < 300 ? 'OK' : 'failed';
    delivery.response = answer.text.slice(0, 2000);
  }

  function pump(): void {
    while (active < options.concurrency) {
      const next = waiting.shift();
      if (!next) break;
      active += 1;
      void post(next, false).then(() => {
        active -= 1;
        pump();
      });
    }
    notifyIfIdle();
  }

  function takeFault(delivery: Delivery): WebhookFault | null {
    const hit = faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.event ?? delivery.event) === delivery.event &&
        (fault.action ?? delivery.action) === delivery.action,
    );
    if (hit) hit.left -= 1;
    return hit?.fault ?? null;
  }

  function later(delivery: Delivery, delayMs: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      waiting.push(delivery);
      pump();
    }, delayMs);
    timers.add(timer);
  }

  function dispatch(delivery: Delivery): void {
    log.add(delivery);
    const fault = delivery.redelivery ? null : takeFault(delivery);
    if (fault?.kind === 'drop') {
      void post(delivery, true);
      return;
    }
    if (fault?.kind === 'delay') {
      later(delivery, fault.delayMs ?? 100);
      return;
    }
    const copies = fault?.kind === 'duplicate' ? [delivery, delivery] : [delivery];
    if (holding !== null) holding.push(...copies);
    else waiting.push(...copies);
    setImmediate(pump);
  }

  function compose(
    event: string,
    action: string | null,
    ids: { readonly installation: number | null; readonly repository: number | null },
    payload: unknown,
  ): Delivery {
    validator?.webhook(event, payload);
    const body = JSON.stringify(payload);
    const guid = randomUUID();
    const signature = (algorithm: string) => createHmac(algorithm, options.webhookSecret).update(body).digest('hex');
    return {
      id: takeId(world),
      guid,
      event,
      action,
      installationId: ids.installation,
      repositoryId: ids.repository,
      redelivery: false,
      body,
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'GitHub-Hookshot/simulator',
        'x-github-delivery': guid,
        'x-github-event': event,
        'x-github-hook-id': String(world.app.id),
        'x-github-hook-installation-target-id': String(world.app.id),
        'x-github-hook-installation-target-type': 'integration',
        'x-hub-signature': `sha1=${signature('sha1')}`,
        'x-hub-signature-256': `sha256=${signature('sha256')}`,
      },
      deliveredAt: now(world),
      duration: 0,
      status: 'pending',
      statusCode: 0,
      response: null,
    };
  }

  function emit(event: Event): void {
    if (url === null && validator === null) return;
    const installation = addressee(world, event);
    if (installation === null) return;
    const body = event.body();
    if (!concernsApp(world, event, body)) return;
    const payload =
      'installation' in body
        ? body
        : { ...body, installation: { id: installation, node_id: nodeId('MDIzOk', installation) } };
    dispatch(compose(event.name, event.action, { installation, repository: event.repository?.id ?? null }, payload));
  }

  function ping(): void {
    const hookUrl = `${world.apiUrl}/app/hook`;
    const at = now(world);
    const config = { content_type: 'json', url: url ?? 'http://127.0.0.1', insecure_ssl: '0', secret: '********' };
    const hook = {
      type: 'App',
      id: world.app.id,
      name: 'web',
      active: true,
      app_id: world.app.id,
      events: world.app.events,
      config,
    };
    const addresses = { url: hookUrl, ping_url: `${hookUrl}/pings`, deliveries_url: `${hookUrl}/deliveries` };
    const payload = {
      zen: 'Keep it logically awesome.',
      hook_id: world.app.id,
      hook: { ...hook, ...addresses, updated_at: at, created_at: at },
    };
    dispatch(compose('ping', null, { installation: null, repository: null }, payload));
  }

  function redeliver(id: number): Delivery {
    const original = log.find(id);
    if (!original) throw new Refusal(404, 'Not Found');
    const copy: Delivery = {
      ...original,
      id: takeId(world),
      redelivery: true,
      deliveredAt: now(world),
      status: 'pending',
      statusCode: 0,
    };
    dispatch(copy);
    return copy;
  }

  function release(order?: readonly string[]): void {
    const held = holding ?? [];
    holding = null;
    const chosen = order ? order.flatMap((guid) => held.filter((delivery) => delivery.guid === guid)) : held;
    waiting.push(...chosen, ...held.filter((delivery) => !chosen.includes(delivery)));
    setImmediate(pump);
  }

  return {
    log,
    emit,
    ping,
    redeliver,
    release,
    setUrl: (next) => {
      url = next;
    },
    fault: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    clearFaults: () => {
      faults.splice(0);
      outage = null;
    },
    outage: (next) => {
      outage = next;
    },
    hold: () => {
      holding ??= [];
    },
    held: () => holding ?? [],
    settled: () =>
      new Promise((resolve) => {
        listeners.push(resolve);
        setImmediate(notifyIfIdle);
      }),
    close: () => {
      for (const timer of timers) clearTimeout(timer);
      agent.destroy();
    },
  };
}
