import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus reads at /metrics. Labels are few and bounded: no repository, no person. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Counts of the queue, read when /metrics is asked for. */
export type QueueCounts = { readonly waiting: number; readonly running: number; readonly dead: number };

export function createMetrics(countQueue: () => Promise<QueueCounts>) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'countersign_' });
  const jobs = new Gauge({
    name: 'countersign_jobs',
    help: 'Jobs in the queue by state: waiting, running, or dead (out of attempts; see countersign jobs).',
    labelNames: ['state'],
    registers,
    async collect() {
      const counts = await countQueue().catch(() => undefined);
      for (const state of ['waiting', 'running', 'dead'] as const) if (counts) this.set({ state }, counts[state]);
    },
  });
  return {
    registry,
    jobs,
    intake: new Histogram({
      name: 'countersign_intake_seconds',
      help: 'Time from a webhook to its answer, by status.',
      labelNames: ['status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10],
      registers,
    }),
    deliveries: new Counter({
      name: 'countersign_deliveries_total',
      help: 'Webhooks by event and disposition.',
      labelNames: ['event', 'disposition'],
      registers,
    }),
    github: new Counter({
      name: 'countersign_github_calls_total',
      help: 'Calls to GitHub by kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    decisions: new Counter({
      name: 'countersign_decisions_total',
      help: 'Decisions recorded, by state.',
      labelNames: ['state'],
      registers,
    }),
    publications: new Counter({
      name: 'countersign_publications_total',
      help: 'Check runs written, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    notifications: new Counter({
      name: 'countersign_notifications_total',
      help: 'Attempts to tell a channel, by event and outcome: delivered, retried, gave-up.',
      labelNames: ['event', 'outcome'],
      registers,
    }),
    gates: new Counter({
      name: 'countersign_deployment_gates_total',
      help: 'Questions about deployments that were answered, by source (github, api) and outcome (allowed, refused).',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    findings: new Counter({
      name: 'countersign_findings_total',
      help: 'What was found to have gone past the gate, or to be able to, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    sweeps: new Gauge({
      name: 'countersign_sweep',
      help: 'The last sweep that this process worked on, by sweep (deliveries, installation, payloads) and what of it: done, total, started (seconds since 1970).',
      labelNames: ['sweep', 'what'],
      registers,
    }),
    swept: new Counter({
      name: 'countersign_swept_total',
      help: 'What sweeps have come upon, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    purged: new Counter({
      name: 'countersign_purged_total',
      help: 'Rows whose raw contents were purged when their retention was over, by what they were.',
      labelNames: ['what'],
      registers,
    }),
    tasks: new Histogram({
      name: 'countersign_task_seconds',
      help: 'Time that a job took, by task and outcome.',
      labelNames: ['task', 'outcome'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}
