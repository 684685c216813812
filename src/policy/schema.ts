import * as z from 'zod';
import { Condition } from './schema/condition.ts';
import { Evidence, Require, RoleSeats, Roles } from './schema/seat.ts';
import { Approvals, Calendars, freezeOf, Sla, Windows } from './schema/time.ts';
import {
  Glob,
  LocalDate,
  LoginPattern,
  LongDuration,
  listOf,
  Member,
  Name,
  namedList,
  Pattern,
  Text,
  User,
  Workflow,
} from './schema/values.ts';

/**
 * The policy language, version 1: one definition for the parser, the types and the published JSON Schema.
 * A `PolicyFile` is one file as written; `Policy` (policy.ts) is what files and packs add up to.
 */

const When = Condition.optional();

export const routes = ['standard', 'approval', 'engineering-only'] as const;

export const Proposal = z.strictObject({
  category: Name,
  when: When,
  route: z.enum(routes).optional().describe('`approval` unless said otherwise.'),
  initiator: z
    .enum(['required', 'none'])
    .optional()
    .describe("Whether a machine's proposal must name who asked for it; `required` unless said otherwise."),
});

export const Environments = namedList(
  z.strictObject({
    base: listOf(Glob).optional().describe('Merging into these branches changes this environment; it names the gate.'),
    paths: listOf(Glob).optional().describe('Touching these paths adds it as a target.'),
    deployments: listOf(Text).optional().describe('GitHub deployment environments that belong to it.'),
  }),
);

export const Systems = namedList(
  z.strictObject({
    when: Condition.describe('Judged path by path.'),
    classifications: listOf(Name).optional(),
    owners: listOf(Member).optional(),
  }),
);

export const Classifications = namedList(z.strictObject({ when: When }));

export const BlastRadiusConditions = z.strictObject({
  critical: Condition.optional(),
  high: Condition.optional(),
  medium: Condition.optional(),
});

export const Rule = z.strictObject({
  name: Text,
  when: When,
  require: Require.optional(),
  evidence: listOf(Evidence).optional(),
  window: Name.optional(),
  approvals: Approvals.optional(),
  sla: Sla.optional(),
});

export const contributorKinds = ['committers', 'co-authors', 'pushers', 'initiator'] as const;

export const Segregation = z.strictObject({
  exclude: listOf(z.enum(contributorKinds)).optional(),
  'unattributed-commits': z.enum(['block', 'ignore']).optional(),
  'shared-accounts': listOf(LoginPattern).optional(),
  exceptions: listOf(
    z.strictObject({ user: User, 'may-approve-own': Name, until: LocalDate, reason: Text }),
  ).optional(),
});

export const EvidenceSettings = z.strictObject({
  validation: z.strictObject({ workflows: listOf(Workflow) }).optional(),
  ticket: Pattern.optional(),
});

export const Freeze = freezeOf(RoleSeats);

export const BreakGlass = z.strictObject({
  roles: listOf(Name),
  environments: listOf(Name).optional(),
  'reconcile-within': LongDuration,
  calendar: Name.optional(),
  require: RoleSeats,
});

export const AfterMerge = z.strictObject({
  when: When,
  apply: z.strictObject({ deployments: listOf(Text), within: LongDuration }).optional(),
  verify: z.strictObject({ workflows: listOf(Workflow), within: LongDuration }).optional(),
  'on-failure': z.strictObject({ issue: z.boolean().optional(), notify: listOf(Name).optional() }).optional(),
});

export const notifyEvents = [
  'waiting',
  'unfillable',
  'sla-breached',
  'rejected',
  'deferred',
  'approved',
  'break-glass',
  'reconciliation-overdue',
  'bypass',
  'verification-failed',
  'policy-invalid',
  'access-review-overdue',
] as const;

/**
 * Never two `_` in a row: two of them part it from the organization in the name of an environment variable, and a name
 * that had them could reach into another organization's.
 */
const SecretName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/,
    'must be the name of a configured secret, such as `ONCALL` or `ON_CALL`, never a URL',
  )
  .max(64);

export const Channels = namedList(
  z
    .strictObject({ slack: SecretName.optional(), webhook: SecretName.optional() })
    .refine((channel) => Object.keys(channel).length === 1, 'must name exactly one of `slack` and `webhook`'),
);

export const Notify = z.strictObject({
  channels: Channels.optional(),
  on: z
    .partialRecord(z.enum(notifyEvents), listOf(Name))
    .transform((written) =>
      notifyEvents.flatMap((event) => {
        const channels = written[event];
        return channels === undefined ? [] : [{ event, channels }];
      }),
    )
    .optional(),
});

export const AccessReview = z.strictObject({ every: LongDuration, reviewers: RoleSeats });

/** One policy file as it is written. */
export const PolicyFile = z.strictObject({
  version: z.literal(1),
  extends: listOf(z.string()).optional(),
  stages: listOf(Name).optional(),
  proposals: listOf(Proposal).optional(),
  otherwise: z.enum(['ungoverned', 'governed']).optional(),
  environments: Environments.optional(),
  systems: Systems.optional(),
  classifications: Classifications.optional(),
  'blast-radius': BlastRadiusConditions.optional(),
  roles: Roles.optional(),
  rules: listOf(Rule).optional(),
  approvals: Approvals.optional(),
  segregation: Segregation.optional(),
  evidence: EvidenceSettings.optional(),
  calendars: Calendars.optional(),
  windows: Windows.optional(),
  freezes: listOf(Freeze).optional(),
  'break-glass': BreakGlass.optional(),
  'after-merge': listOf(AfterMerge).optional(),
  notify: Notify.optional(),
  'access-review': AccessReview.optional(),
});
export type PolicyFile = z.output<typeof PolicyFile>;
export type PolicyFileInput = z.input<typeof PolicyFile>;
