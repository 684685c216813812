import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { GitHub } from '../github/client.ts';
import type { Destinations } from '../notify/destinations.ts';
import type { Database } from '../store/database.ts';
import type { Metrics } from '../web/metrics.ts';
import type { Turns } from './turns.ts';

/** What jobs work with: the two doors, and the app's own name for things. `now` is the clock, in milliseconds. */
export type Deps = {
  readonly database: Database;
  readonly github: GitHub;
  readonly appId: number;
  readonly policyRepository: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: Clock;
  /** For how long raw payloads are kept; null for ever. */
  readonly payloadRetentionMs: number | null;
  /** Where channels lead to, and whose turn it is to be sent something. */
  readonly destinations: Destinations;
  readonly turns: Turns;
};

/** The version that decisions are recorded with, so that a replay knows which rules were in force. */
export const ENGINE = 'countersign/0.1.0';
