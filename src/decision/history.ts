import * as z from 'zod';
import { rejectionCodes } from './intervention.ts';
import { Account, Id, Instant, Sha } from './values.ts';

/**
 * What earlier decisions on this pull request left behind, and what it inherits from recorded proposals with the same
 * content. `evolve(history, decision)` makes the next one; the shell keeps it and hands it back, and nothing else.
 */

export const Rejection = z.object({
  /** Id of the review or comment. */
  id: Id,
  source: z.enum(['review', 'command']),
  by: Account,
  /** The first stage that they could have approved in. */
  stage: z.string(),
  code: z.enum(rejectionCodes),
  rationale: z.string(),
  at: Instant,
});
export type Rejection = Readonly<z.output<typeof Rejection>>;

export const contributions = ['author', 'commit-author', 'committer', 'co-author', 'pusher', 'initiator'] as const;
export type Contribution = (typeof contributions)[number];

export const Contributor = z.object({ account: Account, as: z.enum(contributions) });
export type Contributor = Readonly<z.output<typeof Contributor>>;

/** What approvers were asked, at an instant: a new entry only where it differs from the one before. */
export const Question = z.object({
  at: Instant,
  /** The layer of the policy that asked. */
  layer: z.string(),
  head: Sha,
  base: z.string(),
  /** Digest of what the evidence says, parsed. */
  evidence: z.string(),
  /** How many of each seat a stage asks for: `{ stage: 'peer', seats: { 'role:service-owner': 2 } }`. */
  stages: z.array(z.object({ stage: z.string(), seats: z.record(z.string(), z.int()) })),
  /** Digest of systems, classifications, environments, blast radius and category. */
  classification: z.string(),
});
export type Question = Readonly<z.output<typeof Question>>;

export const routesSeen = ['standard', 'approval', 'engineering-only'] as const;

export const Governed = z.object({ categories: z.array(z.string()), route: z.enum(routesSeen), since: Instant });
export type Governed = Readonly<z.output<typeof Governed>>;

/** A stage opened at `at` for this content and question, and stays open for them. */
export const StageOpening = z.object({ stage: z.string(), content: z.string(), question: z.string(), at: Instant });
export type StageOpening = Readonly<z.output<typeof StageOpening>>;

/** A recorded proposal whose content this pull request carries and which this environment was not permitted. */
export const Lineage = z.object({
  /** `acme/shop#12` */
  proposal: z.string(),
  governed: Governed,
  contributors: z.array(Contributor),
  rejections: z.array(Rejection),
});
export type Lineage = Readonly<z.output<typeof Lineage>>;

export const History = z.object({
  /** Set once a decision found it governed; the route never gets laxer. */
  governed: Governed.nullable(),
  /** Everyone who was ever found to have contributed, initiators included. */
  contributors: z.array(Contributor),
  /** Rejections that stand. */
  rejections: z.array(Rejection),
  /** Rejections that were lifted, `review 77` or `command 78`: nothing brings them back. */
  lifted: z.array(z.string()).default([]),
  openings: z.array(StageOpening),
  questions: z.array(Question),
  /** Fingerprints of heads that it has had. */
  fingerprints: z.array(z.object({ head: Sha, fingerprint: z.string() })),
  lineage: z.array(Lineage),
});
export type History = Readonly<z.output<typeof History>>;

export const noHistory: History = {
  governed: null,
  contributors: [],
  rejections: [],
  lifted: [],
  openings: [],
  questions: [],
  fingerprints: [],
  lineage: [],
};
