import type * as z from 'zod';
import type {
  AfterMerge,
  Approvals,
  BreakGlass,
  Classification,
  Environment,
  Notify,
  Policy,
  Rule,
  Segregation,
  System,
} from './policy.ts';
import { always, type Condition } from './schema/condition.ts';
import type { Approvals as ApprovalsSchema } from './schema/time.ts';
import { contributorKinds, type PolicyFile } from './schema.ts';

/** A parsed file and where it comes from: a path, or the name of a pack. */
export type SourcedFile = { readonly source: string; readonly file: PolicyFile };

/**
 * Makes a policy of a file and the packs underneath it, the file first. Definitions add up; where only one answer is
 * possible (a setting, the order of stages) the first that gives it wins, so a file has the last word over its packs.
 */
export function resolve(sources: readonly SourcedFile[]): Policy {
  const files = sources.map(({ file }) => file);
  const all = <Item>(pick: (file: PolicyFile) => readonly Item[] | undefined) =>
    files.flatMap((file) => pick(file) ?? []);
  const first = <Value>(pick: (file: PolicyFile) => Value | undefined) =>
    files.map(pick).find((value) => value !== undefined);
  const calendars = all((file) => file.calendars).map((calendar) => ({
    ...calendar,
    holidays: calendar.holidays ?? [],
  }));
  const hoursOf = new Map(calendars.map(({ name, hours }) => [name, hours]));
  return {
    stages: files[0]?.stages ?? distinct(all((file) => file.stages)),
    proposals: all((file) => file.proposals).map(
      ({ category, when = always, route = 'approval', initiator = 'required' }) => ({
        category,
        when,
        route,
        initiator,
      }),
    ),
    otherwise: first((file) => file.otherwise) ?? 'ungoverned',
    environments: mergeEnvironments(all((file) => file.environments).map(environmentOf)),
    systems: all((file) => file.systems).map(systemOf),
    classifications: mergeClassifications(
      all((file) => file.classifications).map(({ name, when = always }) => ({ name, when })),
    ),
    blastRadius: blastRadiusOf(files),
    roles: all((file) => file.roles).map(({ name, members, backups = [], 'backups-during': backupsDuring = [] }) => ({
      name,
      members,
      backups,
      backupsDuring,
    })),
    rules: sources.flatMap(({ source, file }) => (file.rules ?? []).map((rule) => ruleOf(rule, source))),
    approvals: approvalDefaults(files),
    segregation: segregationOf(files),
    evidence: {
      validationWorkflows: first((file) => file.evidence?.validation)?.workflows ?? [],
      ticket: first((file) => file.evidence?.ticket),
    },
    calendars,
    windows: all((file) => file.windows).map(({ name, calendar, hours }) => ({
      name,
      calendar,
      hours: hours ?? hoursOf.get(calendar) ?? [],
    })),
    freezes: all((file) => file.freezes).map((freeze) => ({
      ...freeze,
      environments: freeze.environments ?? [],
      approvers: freeze.approvers ?? [],
    })),
    breakGlass: breakGlassOf(first((file) => file['break-glass'])),
    afterMerge: all((file) => file['after-merge']).map(afterMergeOf),
    notify: notifyOf(files),
    accessReview: first((file) => file['access-review']),
  };
}

type Written<Key extends keyof PolicyFile> = NonNullable<PolicyFile[Key]>;

export function environmentOf({ name, base, paths, deployments }: Written<'environments'>[number]): Environment {
  return { name, base: base ?? [], paths: paths ?? [], deployments: deployments ?? [] };
}

/** Lists of environments of the same name add up; the order of the first mention holds. */
export function mergeEnvironments(environments: readonly Environment[]): readonly Environment[] {
  const merged = new Map<string, Environment>();
  for (const { name, base, paths, deployments } of environments) {
    const known = merged.get(name) ?? { base: [], paths: [], deployments: [] };
    merged.set(name, {
      name,
      base: distinct([...known.base, ...base]),
      paths: distinct([...known.paths, ...paths]),
      deployments: distinct([...known.deployments, ...deployments]),
    });
  }
  return [...merged.values()];
}

/** A classification that is defined twice holds where either definition does. */
export function mergeClassifications(classifications: readonly Classification[]): readonly Classification[] {
  const merged = new Map<string, Condition>();
  for (const { name, when } of classifications) merged.set(name, either(merged.get(name), when));
  return Array.from(merged, ([name, when]) => ({ name, when }));
}

function either(known: Condition | undefined, when: Condition): Condition {
  return known === undefined ? when : { kind: 'any', of: [known, when] };
}

function blastRadiusOf(files: readonly PolicyFile[]): Policy['blastRadius'] {
  return (['critical', 'high', 'medium'] as const).flatMap((level) => {
    const conditions = files.flatMap((file) => file['blast-radius']?.[level] ?? []);
    return conditions.length === 0 ? [] : [{ level, when: conditions.reduce((known, when) => either(known, when)) }];
  });
}

export function systemOf({ name, when, classifications, owners }: Written<'systems'>[number]): System {
  return { name, when, classifications: classifications ?? [], owners: owners ?? [] };
}

export function ruleOf(rule: Written<'rules'>[number], source: string): Rule {
  return {
    name: rule.name,
    source,
    when: rule.when ?? always,
    require: rule.require ?? [],
    evidence: rule.evidence ?? [],
    window: rule.window,
    approvals: approvalsOf(rule.approvals),
    sla: rule.sla === undefined ? undefined : { calendar: rule.sla.calendar, stages: rule.sla.stages },
  };
}

function approvalsOf(written: z.output<typeof ApprovalsSchema> | undefined): Approvals {
  return {
    stale: written?.stale,
    minimumOpen: written?.['minimum-open'],
    permission: written?.permission,
    samePerson: written?.['same-person'],
    citeEvidence: written?.['cite-evidence'],
    expireAfter: written?.['expire-after'],
    calendar: written?.calendar,
  };
}

function approvalDefaults(files: readonly PolicyFile[]): Policy['approvals'] {
  const written = files.map(({ approvals }) => approvalsOf(approvals));
  const first = <Key extends keyof Approvals>(key: Key): Approvals[Key] | undefined =>
    written.find((given) => given[key] !== undefined)?.[key];
  return {
    stale: first('stale') ?? 'on-push',
    minimumOpen: first('minimumOpen') ?? { amount: 0, unit: 'm' },
    permission: first('permission') ?? 'write',
    samePerson: first('samePerson') ?? 'once',
    citeEvidence: first('citeEvidence') ?? false,
    expireAfter: first('expireAfter'),
    calendar: first('calendar'),
  };
}

function segregationOf(files: readonly PolicyFile[]): Segregation {
  const written = files.flatMap(({ segregation }) => segregation ?? []);
  const excluded = written.flatMap(({ exclude }) => exclude ?? []);
  return {
    exclude: written.some(({ exclude }) => exclude !== undefined) ? distinct(excluded) : contributorKinds,
    unattributedCommits: written.flatMap((given) => given['unattributed-commits'] ?? [])[0] ?? 'block',
    sharedAccounts: distinct(written.flatMap((given) => given['shared-accounts'] ?? [])),
    exceptions: written
      .flatMap(({ exceptions }) => exceptions ?? [])
      .map(({ user, 'may-approve-own': environment, until, reason }) => ({
        login: user.login,
        environment,
        until,
        reason,
      })),
  };
}

function breakGlassOf(written: Written<'break-glass'> | undefined): BreakGlass | undefined {
  if (written === undefined) return undefined;
  const { roles, environments = [], 'reconcile-within': reconcileWithin, calendar, require } = written;
  return { roles, environments, reconcileWithin, calendar, require };
}

function afterMergeOf({ when, apply, verify, 'on-failure': failure }: Written<'after-merge'>[number]): AfterMerge {
  return {
    when: when ?? always,
    apply,
    verify,
    onFailure: { issue: failure?.issue ?? false, notify: failure?.notify ?? [] },
  };
}

function notifyOf(files: readonly PolicyFile[]): Notify {
  const written = files.flatMap(({ notify }) => notify ?? []);
  const channels = written.flatMap((given) => given.channels ?? []);
  return {
    channels: channels.flatMap(({ name, ...secrets }) =>
      (['slack', 'webhook'] as const).flatMap((kind) => {
        const secret = secrets[kind];
        return secret === undefined ? [] : [{ name, kind, secret }];
      }),
    ),
    on: written.flatMap((given) => given.on ?? []),
  };
}

function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}
