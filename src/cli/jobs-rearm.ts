import { rearmDeadJobs } from '../store/queue.ts';
import { CannotRun, type Command, flag, type Given } from './command.ts';
import { withDatabase } from './database.ts';
import { printJson } from './terminal.ts';

export const jobsRearm: Command = {
  name: 'jobs rearm',
  summary: 'give dead jobs their attempts back, and run them at once',
  help: `
Usage: DATABASE_URL=postgres://… countersign jobs rearm ID… [--json]
       DATABASE_URL=postgres://… countersign jobs rearm --all [--json]

Jobs may be rearmed as often as you like: each looks at the state of the world first, and does only what is still to be done.

Exit status: 0 every job that was named is rearmed, 1 one of them is not dead, 2 the database cannot be worked with.

Examples:
  countersign jobs rearm --all
  countersign jobs rearm 4711 4712`,
  options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (given, terminal) => {
    const ids = idsOf(given);
    const rearmed = await withDatabase((database) => rearmDeadJobs(database, ids));
    if (flag(given, 'json')) printJson(terminal, { rearmed });
    else terminal.print(rearmed === 1 ? 'Rearmed 1 job.' : `Rearmed ${rearmed} jobs.`);
    if (ids === undefined || rearmed === ids.length) return 0;
    terminal.complain(`${ids.length - rearmed} of the jobs named are not dead, or not there.`);
    return 1;
  },
};

function idsOf(given: Given): readonly string[] | undefined {
  const all = flag(given, 'all');
  if (all && given.positionals.length > 0) throw new CannotRun('Name jobs, or give --all, not both.');
  if (all) return undefined;
  if (given.positionals.length === 0) throw new CannotRun('Which jobs? Name their ids, or give --all.');
  const wrong = given.positionals.find((id) => !/^[0-9]{1,18}$/.test(id));
  if (wrong !== undefined) throw new CannotRun(`"${wrong}" is not the id of a job; see countersign jobs list.`);
  return [...new Set(given.positionals)];
}
