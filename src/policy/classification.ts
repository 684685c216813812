import type { Proposal, Rule } from './policy.ts';
import type { BlastRadius } from './schema/values.ts';
import type { Match, Truth, Want } from './truth.ts';

/**
 * What a policy makes of a subject, step by step in the one direction of derivation. Whatever could not be determined
 * is listed too: `holds: 'unknown'`, with the facts wanted.
 */
export type Classification = {
  /** Systems touched (`holds` true) or perhaps touched (`unknown`), `unmapped` among them. */
  readonly systems: readonly TouchedSystem[];
  readonly classifications: readonly Labelled[];
  /** Every environment that the base branch or a changed path belongs to, strictest first. */
  readonly environments: readonly Labelled[];
  /** The strictest environment that claims the base branch; undefined is `unclassified`. */
  readonly gate: string | undefined;
  readonly blastRadius: { readonly level: BlastRadius; readonly holds: true | 'unknown'; readonly because: string };
  readonly proposal: ProposalOutcome;
  /** Rules that apply, and those that may apply if a wanted fact turns out so. */
  readonly rules: readonly AppliedRule[];
  /** Facts that an answer above lacks; empty when all is known. Irrelevant when `proposal.governed` is false. */
  readonly wants: readonly Want[];
};

export type Labelled = { readonly name: string; readonly holds: true | 'unknown'; readonly because: readonly string[] };

/** `paths` are those that the system claims, old and new, in the order of the change. */
export type TouchedSystem = {
  readonly name: string;
  readonly holds: true | 'unknown';
  readonly paths: readonly string[];
};

export type AppliedRule = { readonly rule: Rule; readonly holds: true | 'unknown'; readonly match: Match };

export type ProposalOutcome = {
  /** `unknown`: whether it is a proposal hangs on a wanted fact. False: it is certainly none. */
  readonly governed: Truth;
  /** The ordinary category first, `policy-change` where a policy file is touched; both when a change is both. */
  readonly categories: readonly Labelled[];
  /** The strictest that is possible. */
  readonly route: Proposal['route'];
  readonly initiator: Proposal['initiator'];
  /**
   * `none`: no policy file is touched. `only`: nothing but the reserved category applies: seats come from the rules that
   * name it, and no evidence is asked for. `also`: the ordinary category applies in full, and those rules besides.
   */
  readonly policyChange: 'none' | 'also' | 'only';
  readonly because: string;
};
