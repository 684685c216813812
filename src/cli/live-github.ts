import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { type GitHubConfig, readGitHubConfig } from '../config.ts';
import { createGitHub, type GitHub } from '../github/client.ts';
import { CannotRun } from './command.ts';

/** The App's identity from the environment, or one sentence for each thing that is wrong with it. */
export function liveConfig(): GitHubConfig {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const result = readGitHubConfig(process.env);
  if (!result.ok) throw new CannotRun(result.problems.join('\n'));
  return result.config;
}

/** A few calls, made by hand, that take part in no budget: GitHub's own refusals are shown as they are. */
export function liveGitHub({ appId, privateKey, githubApiUrl }: GitHubConfig): GitHub {
  return createGitHub({
    appId,
    privateKey,
    apiUrl: githubApiUrl,
    spend: async () => 0,
    block: async () => undefined,
    onCall: () => undefined,
    now: Date.now,
    log: pino({ level: 'silent' }),
  });
}
