import type { z } from 'zod';
import type { Envelope } from './github/events.ts';
import type { Job, PullLocator } from './jobs/job.ts';

/** What the app is, as far as events are concerned. */
export type AppIdentity = { readonly appId: number; readonly policyRepository: string };

/** A review as it was submitted; the commit is known from this delivery and from nowhere else. */
export type ReviewSighting = {
  readonly id: number;
  readonly commit: string | null;
  readonly state: string;
  readonly author: number;
  readonly submittedAt: string;
};

/** A head that somebody pushed; who did so is known from this delivery and from nowhere else. */
export type PushSighting = {
  readonly pull: number | null;
  readonly ref: string | null;
  readonly head: string;
  readonly before: string | null;
  readonly pusherId: number;
  readonly pusherLogin: string;
  readonly pusherKind: string;
};

/** A comment or review that holds commands, in the words of its own delivery. */
export type RemarkSighting = {
  /** Of the pull request or issue. */
  readonly number: number;
  readonly onPull: boolean;
  readonly source: 'comment' | 'review';
  readonly sourceId: number;
  readonly nodeId: string;
  readonly authorId: number;
  readonly authorLogin: string;
  readonly body: string;
  readonly saidAt: string;
  /** The commit of a review. */
  readonly head: string | null;
};

/** What becomes of one verified event: what to keep of it, and which jobs it causes. */
export type Route = {
  readonly tenant: number | null;
  readonly installation: number | null;
  readonly repository: number | null;
  readonly pull: number | null;
  readonly sender: { readonly id: number; readonly login: string; readonly kind: string } | null;
  readonly action: string | null;
  readonly disposition: 'queued' | 'recorded' | 'ignored' | 'unroutable' | 'malformed';
  readonly reason: string | null;
  readonly reviews: readonly ReviewSighting[];
  readonly pushes: readonly PushSighting[];
  readonly remarks: readonly RemarkSighting[];
  readonly jobs: readonly Job[];
};

/** What one event means: what to keep of it, and which jobs it causes. */
export type Effect = {
  readonly reason?: string;
  readonly pull?: number;
  readonly reviews?: readonly ReviewSighting[];
  readonly pushes?: readonly PushSighting[];
  readonly remarks?: readonly RemarkSighting[];
  readonly jobs?: readonly Job[];
};

/** What every handler is given besides the payload. */
export type Context = {
  readonly app: AppIdentity;
  readonly envelope: Envelope;
  readonly locator: (pull: number) => PullLocator | undefined;
  readonly tenant: number;
  readonly installation: number;
};

/** Reads one kind of event. Pure; a payload of an unknown shape is an answer, not an exception. */
export type Handler = (payload: unknown, context: Context) => Effect | z.ZodError;
