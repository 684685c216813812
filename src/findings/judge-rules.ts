import type { Finding } from './finding.ts';

/** A check that something asks for; `integration` is the app it must come from, null where any may set it. */
export type RequiredCheck = { readonly context: string; readonly integration: number | null };

/** A rule of a ruleset that applies to a branch and asks for checks. */
export type BranchRule = {
  readonly ruleset: number | null;
  /** `acme` or `acme/shop`. */
  readonly source: string | null;
  readonly requires: readonly RequiredCheck[];
};

export type ClassicProtection = {
  readonly requires: readonly RequiredCheck[];
  readonly bindsAdministrators: boolean;
};

export type BranchFacts = {
  readonly ref: string;
  readonly head: string;
  readonly environment: string;
  readonly rules: readonly BranchRule[];
  /** Null where there is none, `unreadable` where the app may not see it. */
  readonly classic: ClassicProtection | null | 'unreadable';
};

/** Why a merge does not need this app's check: nobody asks for it, anybody may set it, or another app is to. */
export type Lack = 'not-required' | 'unpinned' | 'other-app';

export type RulesVerdict =
  | { readonly kind: 'gated'; readonly by: 'ruleset' | 'protection'; readonly administratorsPass: boolean }
  | { readonly kind: 'open'; readonly lack: Lack; readonly unsure: boolean };

/** What every check of this app is called. */
export const OUR_CHECKS = 'countersign/';

export function checkOfEnvironment(environment: string): string {
  return `${OUR_CHECKS}${environment}`;
}

/**
 * Whether a merge to a branch needs the check of its environment from this app (T18). Rulesets may have people who bypass them, which
 * their readers are not told; classic protection says whether administrators do.
 */
export function judgeRules({ environment, rules, classic }: BranchFacts, appId: number): RulesVerdict {
  const name = checkOfEnvironment(environment);
  const asks = ({ requires }: { readonly requires: readonly RequiredCheck[] }) =>
    requires.some(({ context, integration }) => context === name && integration === appId);
  if (rules.some(asks)) return { kind: 'gated', by: 'ruleset', administratorsPass: false };
  const protection = classic === 'unreadable' ? null : classic;
  if (protection !== null && asks(protection))
    return { kind: 'gated', by: 'protection', administratorsPass: !protection.bindsAdministrators };
  const named = [...rules, ...(protection === null ? [] : [protection])]
    .flatMap(({ requires }) => requires)
    .filter(({ context }) => context === name);
  const lack = named.some(({ integration }) => integration === null)
    ? 'unpinned'
    : named.length > 0
      ? 'other-app'
      : 'not-required';
  return { kind: 'open', lack, unsure: classic === 'unreadable' };
}

/** What findings about a branch's rules begin with, whatever is lacking. */
export function rulesKey(ref: string): string {
  return `check-not-required:${ref}:`;
}

/** What an open branch is to be called; undefined where it is gated. */
export function rulesFinding(facts: BranchFacts, verdict: RulesVerdict, by: Finding['by']): Finding | undefined {
  if (verdict.kind === 'gated') return undefined;
  const { ref, head, environment, classic } = facts;
  return {
    kind: 'check-not-required',
    key: `${rulesKey(ref)}${verdict.lack}`,
    environment,
    pull: null,
    head,
    title: sentenceOf(ref, checkOfEnvironment(environment), verdict.lack),
    details: {
      ref,
      check: checkOfEnvironment(environment),
      lack: verdict.lack,
      classic: classic === 'unreadable' ? classic : null,
    },
    by,
  };
}

export function sentenceOf(ref: string, check: string, lack: Lack): string {
  switch (lack) {
    case 'not-required':
      return `Nothing requires ${check} before a merge to ${ref}`;
    case 'unpinned':
      return `${ref} requires ${check} from anybody: no rule names this app as its source`;
    case 'other-app':
      return `${ref} requires ${check} from another app than this one`;
  }
}

/** A ruleset that asked for checks of ours was switched off for a while: what was merged meanwhile was asked for nothing. */
export function switchedOff(off: {
  readonly ruleset: number;
  readonly name: string;
  readonly checks: readonly string[];
  readonly at: string;
  readonly head: string;
  readonly by: Finding['by'];
}): Finding {
  const { ruleset, name, checks, at, head, by } = off;
  const who = by?.login ?? 'Somebody';
  return {
    kind: 'check-not-required',
    key: `ruleset-off:${ruleset}:${at}`,
    environment: checks[0]?.slice(OUR_CHECKS.length) ?? null,
    pull: null,
    head,
    title: `${who} switched off the ruleset ${name}, which requires ${checks.join(' and ')}, for a while`,
    details: { ruleset, name, checks, at },
    by,
  };
}
