import type { Condition } from './schema/condition.ts';
import type { Evidence, RoleSeat, Seat } from './schema/seat.ts';
import type { OpenHours } from './schema/time.ts';
import type { BlastRadius, Duration, Member } from './schema/values.ts';
import type { contributorKinds, notifyEvents, routes } from './schema.ts';

/**
 * A policy ready for use: everything parsed, packs merged in, defaults applied. Plain data that survives JSON, so that
 * a decision can be replayed years later. Named things are lists and not records, because their order means something
 * and because a list has no `constructor` to be looked up by accident; `named` finds one.
 */
export type Policy = {
  /** The order of approval. */
  readonly stages: readonly string[];
  /** The first that matches gives category and route. */
  readonly proposals: readonly Proposal[];
  readonly otherwise: 'ungoverned' | 'governed';
  /** Strictest first. */
  readonly environments: readonly Environment[];
  readonly systems: readonly System[];
  readonly classifications: readonly Classification[];
  /** Strictest first; the first that matches, otherwise `low`. */
  readonly blastRadius: readonly BlastRadiusCondition[];
  readonly roles: readonly Role[];
  /** Every rule that matches applies. */
  readonly rules: readonly Rule[];
  readonly approvals: ApprovalDefaults;
  readonly segregation: Segregation;
  readonly evidence: EvidenceSettings;
  readonly calendars: readonly Calendar[];
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
  readonly breakGlass: BreakGlass | undefined;
  readonly afterMerge: readonly AfterMerge[];
  readonly notify: Notify;
  readonly accessReview: AccessReview | undefined;
};

export type Route = (typeof routes)[number];

export type Proposal = {
  readonly category: string;
  readonly when: Condition;
  readonly route: Route;
  readonly initiator: 'required' | 'none';
};

export type Environment = {
  readonly name: string;
  readonly base: readonly string[];
  readonly paths: readonly string[];
  readonly deployments: readonly string[];
};

export type System = {
  readonly name: string;
  readonly when: Condition;
  readonly classifications: readonly string[];
  readonly owners: readonly Member[];
};

export type Classification = { readonly name: string; readonly when: Condition };

export type BlastRadiusCondition = { readonly level: Exclude<BlastRadius, 'low'>; readonly when: Condition };

export type Role = {
  readonly name: string;
  readonly members: readonly Member[];
  readonly backups: readonly Member[];
  /** Names of windows in which the backups are on duty. */
  readonly backupsDuring: readonly string[];
};

export type Rule = {
  readonly name: string;
  /** The file or pack that it comes from. */
  readonly source: string;
  readonly when: Condition;
  readonly require: readonly { readonly stage: string; readonly seats: readonly Seat[] }[];
  readonly evidence: readonly Evidence[];
  readonly window: string | undefined;
  readonly approvals: Approvals;
  readonly sla: Sla | undefined;
};

export type Stale = 'on-push' | 'on-content-change';
export type Permission = 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export type SamePerson = 'once' | 'per-stage';

/** What a rule says of approvals; what it leaves open is undefined, and the policy's own settings hold. */
export type Approvals = {
  readonly stale: Stale | undefined;
  readonly minimumOpen: Duration | undefined;
  readonly permission: Permission | undefined;
  readonly samePerson: SamePerson | undefined;
  readonly citeEvidence: boolean | undefined;
  readonly expireAfter: Duration | undefined;
  /** `minimumOpen` and `expireAfter` are working time in it, or elapsed time without one. */
  readonly calendar: string | undefined;
};

export type ApprovalDefaults = {
  readonly stale: Stale;
  readonly minimumOpen: Duration;
  readonly permission: Permission;
  readonly samePerson: SamePerson;
  readonly citeEvidence: boolean;
  readonly expireAfter: Duration | undefined;
  readonly calendar: string | undefined;
};

export type Sla = {
  readonly calendar: string | undefined;
  readonly stages: readonly { readonly stage: string; readonly within: Duration }[];
};

export type ContributorKind = (typeof contributorKinds)[number];

export type Segregation = {
  /** Besides the author and commit authors, who are always set apart. */
  readonly exclude: readonly ContributorKind[];
  readonly unattributedCommits: 'block' | 'ignore';
  readonly sharedAccounts: readonly string[];
  readonly exceptions: readonly Exception[];
};

export type Exception = {
  readonly login: string;
  /** The environment in which `login` may approve what they helped to write. */
  readonly environment: string;
  /** The last local day, `2027-03-31`. It ends when that day ends in UTC. */
  readonly until: string;
  readonly reason: string;
};

export type EvidenceSettings = {
  /** File names of the workflows whose runs count as validation. */
  readonly validationWorkflows: readonly string[];
  /** RE2 */
  readonly ticket: string | undefined;
};

export type Calendar = {
  readonly name: string;
  readonly timezone: string;
  readonly hours: readonly OpenHours[];
  readonly holidays: readonly string[];
};

export type Window = { readonly name: string; readonly calendar: string; readonly hours: readonly OpenHours[] };

export type Freeze = {
  readonly name: string;
  /** Local date-times in `timezone`; `to` is the first moment after it. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  /** Empty: every pull request. */
  readonly environments: readonly string[];
  /** Who may let one proposal through; empty means nobody. */
  readonly approvers: readonly RoleSeat[];
};

export type BreakGlass = {
  readonly roles: readonly string[];
  /** Empty: everywhere. */
  readonly environments: readonly string[];
  readonly reconcileWithin: Duration;
  readonly calendar: string | undefined;
  /** Retroactive seats. */
  readonly require: readonly RoleSeat[];
};

export type AfterMerge = {
  readonly when: Condition;
  readonly apply: { readonly deployments: readonly string[]; readonly within: Duration } | undefined;
  readonly verify: { readonly workflows: readonly string[]; readonly within: Duration } | undefined;
  readonly onFailure: { readonly issue: boolean; readonly notify: readonly string[] };
};

export type NotifyEvent = (typeof notifyEvents)[number];

export type Channel = { readonly name: string; readonly kind: 'slack' | 'webhook'; readonly secret: string };

export type Notify = {
  readonly channels: readonly Channel[];
  readonly on: readonly { readonly event: NotifyEvent; readonly channels: readonly string[] }[];
};

export type AccessReview = { readonly every: Duration; readonly reviewers: readonly RoleSeat[] };

/** The definition of that name, if there is one. */
export function named<Definition extends { readonly name: string }>(
  definitions: readonly Definition[],
  name: string,
): Definition | undefined {
  return definitions.find((definition) => definition.name === name);
}

export function hasBreakGlass(policy: Policy): policy is Policy & { readonly breakGlass: BreakGlass } {
  return policy.breakGlass !== undefined;
}
