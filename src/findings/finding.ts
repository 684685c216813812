import type { Account } from '../decision/values.ts';

/** What can be found to have gone past the gate, or to be able to. */
export const findingKinds = [
  /** A pull request came to a governed branch without a decision that let its head pass. */
  'merged-unpermitted',
  /** Commits came to a governed branch by a push. */
  'pushed',
  /** A governed branch no longer holds what it held. */
  'force-pushed',
  /** More came to a governed branch, while nobody looked, than can be answered for one by one. */
  'unwatched',
  /** A check of our name by somebody else. */
  'foreign-check',
  /** Nothing requires the check from this app before a merge. */
  'check-not-required',
  /** A deployment environment asks this app nothing. */
  'environment-unprotected',
  /** What the gate had not let pass was deployed. */
  'deployed-ungated',
] as const;
export type FindingKind = (typeof findingKinds)[number];

export type Finding = {
  readonly kind: FindingKind;
  /** What it is found once for, within its repository. */
  readonly key: string;
  readonly environment: string | null;
  readonly pull: number | null;
  /** The commit that it is about, or that was the branch's head. */
  readonly head: string;
  /** One line for people. Plain text. */
  readonly title: string;
  /** What was found, in plain JSON. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Who did it, if that is known. */
  readonly by: Account | null;
  /** Every commit that it is about, which an approval afterwards permits for the environment. None unless given. */
  readonly commits?: readonly string[];
};

/** A finding as it is kept. */
export type KnownFinding = Omit<Finding, 'commits'> & {
  readonly id: number;
  /** When it was found, ISO 8601 in UTC. */
  readonly at: string;
  readonly commits: readonly string[];
};
