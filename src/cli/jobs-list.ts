import { type DeadJob, listDeadJobs } from '../store/queue.ts';
import { type Command, flag, noPositionals } from './command.ts';
import { withDatabase } from './database.ts';
import { printJson, type Terminal } from './terminal.ts';

export const jobsList: Command = {
  name: 'jobs list',
  summary: 'list the jobs that have used up their attempts',
  help: `
Usage: DATABASE_URL=postgres://… countersign jobs list [--json]

A job is tried twelve times, over some sixteen hours. One that still fails is dead: it stays until somebody has mended the cause and
rearms it.

Exit status: 0 there are none, 1 there are some, 2 the database cannot be worked with.

Example:
  countersign jobs list --json | jq -r '.[].lastError' | sort | uniq -c`,
  options: { json: { type: 'boolean' } },
  run: async (given, terminal) => {
    noPositionals(given);
    const dead = await withDatabase(listDeadJobs);
    if (flag(given, 'json')) printJson(terminal, dead);
    else if (dead.length === 0) terminal.print('No job is dead.');
    else for (const job of dead) show(job, terminal);
    return dead.length === 0 ? 0 : 1;
  },
};

function show({ id, task, key, attempts, lastError, diedAt }: DeadJob, { print, paint }: Terminal): void {
  print(`${paint('bold', id)} ${task} ${key ?? ''}`);
  print(
    `  died ${diedAt.toISOString()} after ${attempts} attempts: ${lastError?.split('\n')[0] ?? 'no reason recorded'}`,
  );
}
