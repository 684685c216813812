import { withTenant } from '../store/database.ts';
import { newestCheckpoint } from '../store/tree.ts';
import { SCOPE_OPTIONS, tenantGiven } from './audit-scope.ts';
import { type Command, flag, noPositionals } from './command.ts';
import { withDatabase } from './database.ts';
import { printJson } from './terminal.ts';

export const auditCheckpoint: Command = {
  name: 'audit checkpoint',
  summary: 'print the newest signed checkpoint of an organization’s ledger',
  help: `
Usage: DATABASE_URL=postgres://… countersign audit checkpoint --org LOGIN [--json]

Prints a signed note: the log, how many entries it has, the root of its tree, and a signature. Keep it where the owner of the database
cannot write: any export made later must agree with it, or the ledger was changed.

Options:
  --org LOGIN   the organization; or --tenant ID, the id of its account
  --json        print its size and the note as data

Exit status: 0 here it is, 1 nothing has been signed yet, 2 the database cannot be worked with.

Example:
  countersign audit checkpoint --org acme >> checkpoints.txt`,
  options: { ...SCOPE_OPTIONS, json: { type: 'boolean' } },
  run: async (given, terminal) => {
    noPositionals(given);
    const found = await withDatabase(async (database) =>
      withTenant(database, await tenantGiven(given, database), newestCheckpoint),
    );
    if (flag(given, 'json')) printJson(terminal, found);
    else if (found === null) terminal.complain('Nothing has been recorded of this organization, or not signed yet.');
    else terminal.print(found.note.trimEnd());
    return found === null ? 1 : 0;
  },
};
