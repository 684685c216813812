import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { type ConfigResult, readConfig } from './config.ts';
import { AppError, messageOf } from './errors.ts';
import { openSetup } from './setup.ts';
import { start } from './start.ts';

/** Where the migrations are: beside `src` in a clone, beside `dist` in the image. */
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** Reads the configuration and starts the app, or the set-up page, or says in one sentence each why it does neither. */
async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const result: ConfigResult = readConfig(process.env);
  if (result.kind === 'refused') {
    for (const problem of result.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = 2;
    return;
  }
  if (result.kind === 'setup') return openSetup(result);
  const log = pino({ level: result.config.logLevel, base: { app: 'countersign' } });
  const app = await start(result.config, MIGRATIONS, log);
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping: no new work is taken, running work is finished; a second signal ends at once');
      app.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ reason: messageOf(error) }, 'did not stop in order');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  if (!(error instanceof AppError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
