import { signingKeys } from '../store/exports.ts';
import { type Command, flag, noPositionals } from './command.ts';
import { withDatabase } from './database.ts';
import { printJson } from './terminal.ts';

export const auditKeys: Command = {
  name: 'audit keys',
  summary: 'list the verifiers of the keys that have signed checkpoints',
  help: `
Usage: DATABASE_URL=postgres://… countersign audit keys [--json]

Lists the verifiers that the database knows, oldest first, with the instant at which each was used for the first time. Compare them with
those that were handed to you: whoever can write to the database can write here too.

Exit status: 0 there are some, 1 nothing has been signed yet, 2 the database cannot be worked with.`,
  options: { json: { type: 'boolean' } },
  run: async (given, terminal) => {
    noPositionals(given);
    const keys = await withDatabase(signingKeys);
    if (flag(given, 'json')) printJson(terminal, keys);
    else if (keys.length === 0) terminal.print('No key has signed anything yet.');
    else for (const { verifier, firstUsedAt } of keys) terminal.print(`${verifier} since ${firstUsedAt.toISOString()}`);
    return keys.length === 0 ? 1 : 0;
  },
};
