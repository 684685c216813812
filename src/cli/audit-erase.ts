import { createInterface } from 'node:readline/promises';
import { openOwnerDatabase, withTenant } from '../store/database.ts';
import { eraseName, eraseTexts, eraseWords } from '../store/erasure.ts';
import { record } from '../store/ledger.ts';
import { CannotRun, type Command, type ExitCode, flag, type Given, noPositionals, required } from './command.ts';
import { printJson, type Terminal } from './terminal.ts';

export const auditErase: Command = {
  name: 'audit erase',
  summary: 'erase what names a person, and keep every proof valid',
  help: `
Usage: MIGRATION_DATABASE_URL=postgres://… countersign audit erase --tenant ID --account ID --login LOGIN [--yes] [--json]

Erases the name and the words of one account from the data of one organization. The ledger's entries stay as they are: they hold salted
commitments to names and words, and what opens these is deleted, so every hash, proof and checkpoint stays valid, and the entry says
"(erased)". Elsewhere the login becomes erased-<account>, comments that the person wrote are emptied, and payloads of webhooks that name it
are dropped. The account's number stays. That it was done is a ledger entry of its own. It cannot be undone.

Names in the policy stay: take the person out of the policy first. Decisions that rested on the person's words can be derived again only in
part, and "audit replay" says so.

Options:
  --tenant ID    the organization's account id
  --account ID   the person's account id
  --login LOGIN  the person's login, as the ledger knows it
  --yes          do not ask for confirmation
  --json         print what was erased as JSON

Needs the login that owns the tables (MIGRATION_DATABASE_URL, or DATABASE_URL where that is the same).

Exit status: 0 it is erased, 2 it could not be done.`,
  options: {
    tenant: { type: 'string' },
    account: { type: 'string' },
    login: { type: 'string' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: async (given, terminal): Promise<ExitCode> => {
    noPositionals(given);
    const who = whoIn(given);
    await confirm(given, terminal, who);
    const erased = await erase(who);
    if (flag(given, 'json')) printJson(terminal, { ...who, ...erased });
    else {
      terminal.print(`Erased ${erased.words} words and names out of the ledger's reach.`);
      for (const { table, column, rows } of erased.elsewhere) terminal.print(`  ${table}.${column}: ${rows} rows`);
    }
    return 0;
  },
};

type Who = { readonly tenant: number; readonly account: number; readonly login: string };

function whoIn(given: Given): Who {
  const login = required(given, 'login');
  if (!/^[A-Za-z0-9-]{1,80}(\[bot\])?$/.test(login)) throw new CannotRun(`"${login}" is not a login.`);
  return { tenant: idIn(given, 'tenant'), account: idIn(given, 'account'), login };
}

function idIn(given: Given, name: string): number {
  const text = required(given, name);
  if (!/^[1-9][0-9]{0,14}$/.test(text))
    throw new CannotRun(`--${name} must be an account id, a number; it is "${text}".`);
  return Number(text);
}

async function confirm(given: Given, terminal: Terminal, { tenant, login }: Who): Promise<void> {
  if (flag(given, 'yes')) return;
  if (process.stdin.isTTY !== true)
    throw new CannotRun('This cannot be undone: give --yes to do it without being asked.');
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(
    `Erase ${login} from the data of organization ${tenant}? This cannot be undone. [y/N] `,
  );
  reader.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CannotRun('Nothing was erased.');
  terminal.complain('Erasing …');
}

async function erase({ tenant, account, login }: Who) {
  const url = process.env.MIGRATION_DATABASE_URL ?? process.env.DATABASE_URL ?? '';
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new CannotRun('MIGRATION_DATABASE_URL is missing: set it to the login that owns the tables, postgres://….');
  const database = openOwnerDatabase(url);
  try {
    return await withTenant(database, tenant, async (session) => {
      const words = await eraseWords(session, account, login);
      await eraseTexts(session, account, login);
      const elsewhere = await eraseName(session, account, login);
      await record(session, {
        version: 1,
        kind: 'personal-data-erased',
        at: new Date().toISOString(),
        tenant,
        repository: { id: 0, name: '' },
        pull: null,
        head: '',
        actor: { kind: 'app' },
        deliveries: [],
        details: { account, words, elsewhere },
      });
      return { words, elsewhere };
    });
  } finally {
    await database.end();
  }
}
