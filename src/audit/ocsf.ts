import * as z from 'zod';

/** The version of the schema at schema.ocsf.io that events are written for. */
export const OCSF_VERSION = '1.7.0';

const APPLICATION_ACTIVITY = 6;
const API_ACTIVITY = 6003;
const INFORMATIONAL = 1;
const MEDIUM = 3;

const activities = { create: 1, read: 2, update: 3, delete: 4, other: 99 } as const;
type ActivityName = keyof typeof activities;

/** What each kind of entry does to what it is about; the kinds that are not here are `other`. */
const ACTIVITY: Readonly<Record<string, ActivityName>> = {
  'check-published': 'update',
  closed: 'update',
  decision: 'create',
  finding: 'create',
  reconciliation: 'update',
  'glass-broken': 'create',
  'record-closed': 'update',
  'record-reopened': 'update',
  'access-review-opened': 'create',
  'access-reviewed': 'update',
  'policy-changed': 'update',
  'policy-invalid': 'update',
  'export-made': 'read',
  'personal-data-erased': 'delete',
};

/** What somebody should look at. */
const NOTABLE: ReadonlySet<string> = new Set([
  'glass-broken',
  'finding',
  'sla-breached',
  'policy-invalid',
  'failure-reported',
  'access-review-overdue',
]);

const Entry = z.looseObject({
  kind: z.string(),
  at: z.string(),
  tenant: z.number(),
  repository: z.object({ id: z.number(), name: z.string() }),
  pull: z.number().nullable(),
  head: z.string(),
  actor: z.object({ kind: z.string(), id: z.number().optional(), login: z.string().optional() }),
  deliveries: z.array(z.string()),
  details: z.record(z.string(), z.unknown()),
});

export type OcsfSource = {
  readonly index: number;
  /** Hex. */
  readonly leaf: string;
  readonly origin: string;
  readonly value: unknown;
};

/** An entry as an event of the class API Activity; undefined where it has not the form of an entry. */
export function ocsfEvent({ index, leaf, origin, value }: OcsfSource): Readonly<Record<string, unknown>> | undefined {
  const read = Entry.safeParse(value);
  if (!read.success) return undefined;
  const entry = read.data;
  const activity = ACTIVITY[entry.kind] ?? 'other';
  const severity = NOTABLE.has(entry.kind) ? MEDIUM : INFORMATIONAL;
  return {
    activity_id: activities[activity],
    activity_name: activity === 'other' ? entry.kind : capital(activity),
    category_uid: APPLICATION_ACTIVITY,
    category_name: 'Application Activity',
    class_uid: API_ACTIVITY,
    class_name: 'API Activity',
    type_uid: API_ACTIVITY * 100 + activities[activity],
    severity_id: severity,
    severity: severity === MEDIUM ? 'Medium' : 'Informational',
    time: epochMs(entry.at),
    ...statusOf(entry.kind, entry.details),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Countersign', vendor_name: 'Countersign' },
      uid: leaf,
      sequence: index,
      log_name: origin,
      event_code: entry.kind,
      original_time: entry.at,
      tenant_uid: String(entry.tenant),
      ...(entry.deliveries[0] === undefined ? {} : { correlation_uid: entry.deliveries[0] }),
    },
    actor: { user: userOf(entry) },
    api: { operation: entry.kind, service: { name: 'Countersign' } },
    src_endpoint: { svc_name: serviceOf(entry.actor) },
    resources: resourcesOf(entry),
    unmapped: { head: entry.head, deliveries: entry.deliveries, details: entry.details },
  };
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

/** Milliseconds since 1970, of an instant in UTC. */
function epochMs(at: string): number {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?\d*Z$/.exec(at);
  if (parts === null) return 0;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  const ms = Number((parts[7] ?? '0').padEnd(3, '0'));
  return ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + ms;
}

/** The proleptic Gregorian calendar, with years that begin in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9];
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * m + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** Whoever works on the command line is no account of GitHub's: known is who was logged in where it ran. */
const Operated = z.object({ system: z.object({ login: z.string() }) });

function serviceOf({ kind, id }: z.output<typeof Entry>['actor']): string {
  if (kind === 'operator') return 'command line';
  return id === undefined ? 'Countersign' : 'GitHub';
}

function userOf({ actor: { kind, id, login }, details }: z.output<typeof Entry>): Readonly<Record<string, unknown>> {
  if (kind === 'operator') {
    const operated = Operated.safeParse(details);
    return { name: operated.success ? operated.data.system.login : kind, type: kind, type_id: 99 };
  }
  if (id === undefined) return { name: kind === 'timer' ? 'timer' : 'Countersign', type: 'System', type_id: 3 };
  const isPerson = kind === 'user';
  return {
    uid: String(id),
    ...(login === undefined ? {} : { name: login }),
    type: isPerson ? 'User' : kind,
    type_id: isPerson ? 1 : 99,
  };
}

function statusOf(kind: string, details: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const ok = kind === 'deployment-gated' ? details.allowed : kind === 'closed' ? details.permitted : undefined;
  if (typeof ok !== 'boolean') return {};
  return ok ? { status_id: 1, status: 'Success' } : { status_id: 2, status: 'Failure' };
}

function resourcesOf({
  tenant,
  repository,
  pull,
  head,
}: z.output<typeof Entry>): readonly Readonly<Record<string, unknown>>[] {
  if (repository.id === 0) return [{ type: 'organization', uid: String(tenant) }];
  const own = { type: 'repository', uid: String(repository.id), name: repository.name };
  const change = { type: 'pull-request', uid: `${repository.id}#${pull}`, name: `${repository.name}#${pull}` };
  return [own, ...(pull === null ? [] : [change]), ...(head === '' ? [] : [{ type: 'commit', uid: head }])];
}
