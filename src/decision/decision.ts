import type { Classification } from '../policy/classification.ts';
import type { EffectivePolicy, Layer, PolicySource } from '../policy/compose.ts';
import type { Evidence } from '../policy/schema/seat.ts';
import type { Contributor, History, Question, Rejection, StageOpening } from './history.ts';
import type { InterventionOf } from './intervention.ts';
import type { Want } from './lookups.ts';
import type { ReasonCode } from './reasons.ts';
import type { Account } from './values.ts';

/** Strictest first, as the first that applies wins. `overridden` stands in for all from `incomplete` to `held`. */
export const states = [
  'policy-invalid',
  'facts-incomplete',
  'misrouted',
  'incomplete',
  'rejected',
  'deferred',
  'unfillable',
  'waiting',
  'held',
  'overridden',
  'approved',
  'ungoverned',
] as const;
export type State = (typeof states)[number];

/** The policy that a pull request is decided under. That it is absent or invalid is a case like any other. */
export type PolicyInForce =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'invalid';
      /** One sentence each, with file, line and column. */
      readonly problems: readonly string[];
      readonly sources: readonly PolicySource[];
      /** The last version that was valid, if there ever was one: names the checks to fail, and lets it be mended. */
      readonly lastValid: EffectivePolicy | undefined;
    }
  | { readonly kind: 'valid'; readonly effective: EffectivePolicy };

/** What a check run shows. Only these four are ever published. */
export type Gate =
  | { readonly status: 'completed'; readonly conclusion: 'success' | 'failure' | 'action_required' }
  | { readonly status: 'in_progress' };

export type Decision = {
  readonly state: State;
  readonly at: string;
  readonly head: string;
  /** `countersign/production`. Null: no policy anywhere, and nothing is published. */
  readonly check: string | null;
  /** With an invalid policy, every check that must fail on this head; otherwise `check` alone. */
  readonly checks: readonly string[];
  readonly gate: Gate;
  /** One line that says what is next. */
  readonly title: string;
  /** Evaluate again at this instant, even if nothing happens; null when time alone changes nothing. */
  readonly reevaluateAt: string | null;
  /** Lookups that are needed, absent, and could change the result. A decision with wants is never a success. */
  readonly wants: readonly Want[];
  /** Lookups that a success rests on, to be read live before it is granted. */
  readonly restsOn: readonly Want[];
  /** The layer of the policy that is shown: the strictest. */
  readonly layer: Layer['name'] | null;
  readonly sources: readonly PolicySource[];
  readonly classification: Classification | null;
  readonly environment: string | null;
  /** Digest of what is approved: the head, or the fingerprint where approvals survive a rebase. */
  readonly content: string;
  /** Digest of the plan, the base and the evidence. */
  readonly question: string;
  readonly plan: readonly PlannedStage[];
  readonly setApart: readonly SetApart[];
  readonly approvals: readonly JudgedApproval[];
  readonly evidence: readonly EvidenceItem[];
  readonly holds: readonly Hold[];
  readonly rejections: readonly Rejection[];
  /** The command that broke the glass for this head. */
  readonly glass: InterventionOf<'break-glass'> | null;
  /** People with an exception in force here, and why: named in every decision that it touches. */
  readonly exceptions: readonly Reason[];
  readonly refused: readonly Refusal[];
  /** Why it is not a success, most important first; empty for a success. */
  readonly reasons: readonly Reason[];
  readonly next: NextSteps;
  /** Names of the policy bound to ids by this decision, to be kept from the first time on. */
  readonly bindings: Readonly<Record<string, number>>;
  readonly contributors: readonly Contributor[];
  /** What `evolve` adds to the history. */
  readonly remember: Remember;
};

export type Reason = { readonly code: ReasonCode; readonly message: string };

export type PlannedStage = {
  readonly name: string;
  readonly open: boolean;
  readonly complete: boolean;
  /** When it opened; null while it has not. */
  readonly openedAt: string | null;
  /** When its SLA runs out; null without one, or while it is not open. */
  readonly dueAt: string | null;
  readonly seats: readonly PlannedSeat[];
};

export type PlannedSeat = {
  /** `role:security#2`, `system:payments`, `code:@acme/db @ada`. Unique within the stage. */
  readonly id: string;
  /** For people: `security`, `owner of payments`. */
  readonly label: string;
  readonly because: readonly string[];
  readonly filledBy: FilledBy | null;
  /** People who could fill it now; nobody once it is filled. */
  readonly candidates: readonly Account[];
  /** Those of the candidates who stand in for the members: backups that are active, and whom a member has delegated to. */
  readonly backups: readonly Account[];
  /** Why others cannot, while nobody can. */
  readonly out: readonly SetApart[];
};

export type FilledBy = { readonly account: Account; readonly at: string; readonly approval: string };

export type SetApart = { readonly account: Account; readonly reasons: readonly Reason[] };

export type JudgedApproval = {
  /** `review:77` or `command:78` */
  readonly id: string;
  readonly by: Account;
  readonly at: string;
  readonly counts: boolean;
  /** Seats that it holds or covers. */
  readonly seats: readonly string[];
  /** Why it does not count; empty when it does. */
  readonly reasons: readonly Reason[];
};

export type EvidenceItem = {
  readonly kind: Evidence | 'manifest' | 'initiator';
  readonly verified: boolean;
  readonly code: ReasonCode | null;
  /** Plain text; everything out of the pull request is in `shown`. */
  readonly message: string;
  readonly shown: readonly string[];
};

/** A reason of time, not of people, to wait. `until` is null when nobody can know. */
export type Hold = { readonly code: ReasonCode; readonly message: string; readonly until: string | null };

/** A command that had no effect, and why. */
export type Refusal = { readonly id: number; readonly by: Account; readonly reason: Reason };

export type NextSteps = { readonly author: readonly string[]; readonly approvers: readonly string[] };

export type Remember = {
  readonly governed: History['governed'];
  readonly contributors: readonly Contributor[];
  readonly rejections: readonly Rejection[];
  readonly lifted: readonly string[];
  readonly openings: readonly StageOpening[];
  readonly fingerprints: History['fingerprints'];
  /** One for each layer of the policy. */
  readonly questions: readonly Question[];
};
