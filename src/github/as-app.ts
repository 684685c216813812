import type { Octokit } from '@octokit/core';
import { AppError } from '../errors.ts';
import type { GitHubOptions, Page } from './client.ts';
import { classifyFailure } from './failure.ts';
import { nextPage } from './next-page.ts';

/** Calls with the App's own key, about the App itself. Every method throws {@link AppError} only. */
export type AsApp = {
  /** One page of a list, and what to ask for to read the next. */
  readPage(route: string, parameters: Readonly<Record<string, unknown>>): Promise<Page>;
  write(route: string, parameters: Readonly<Record<string, unknown>>): Promise<void>;
};

/** What belongs to no organization is counted as the tenant that nobody is. */
const NOBODY = 0;
/** GitHub does not say how the App's own calls are limited: as an installation's, with something left for asking whose one is. */
const SHARE = 0.8;
const TIMEOUT_MS = 15_000;

export function createAsApp(options: GitHubOptions, app: Octokit): AsApp {
  const call = async (route: string, parameters: Readonly<Record<string, unknown>>, points: number): Promise<Page> => {
    const wait = await options.spend(NOBODY, { resource: 'rest', points, createsContent: false }, SHARE);
    if (wait > 0) {
      options.onCall('rest', 'deferred');
      throw new AppError('budget-exhausted', "The App's own budget is spent for now.", {
        retryable: true,
        retryAfterMs: wait,
      });
    }
    try {
      const request = { signal: AbortSignal.timeout(TIMEOUT_MS) };
      const { data, headers } = await app.request(route, { ...parameters, request });
      options.onCall('rest', 'ok');
      return { data, next: nextPage(headers.link) };
    } catch (thrown) {
      const { error, pause } = classifyFailure(thrown, 'rest', Date.now());
      options.onCall('rest', error.code);
      if (pause !== undefined) await options.block(NOBODY, pause.resource, pause.milliseconds);
      throw error;
    }
  };
  return {
    readPage: (route, parameters) => call(route, parameters, 1),
    write: async (route, parameters) => {
      await call(route, parameters, 5);
    },
  };
}
