import { writeFileSync } from 'node:fs';
import { didYouMean } from '../policy/nearest.ts';
import { packNames } from '../policy/packs/packs.ts';
import { CannotRun, type Command, flag, type Given, onlyPositional, option } from './command.ts';
import { reasonOf } from './files.ts';
import { starterPolicy } from './starter.ts';

export const policyInit: Command = {
  name: 'policy init',
  summary: 'write a first policy, with comments, to go on from',
  help: `
Usage: countersign policy init [FILE] [--pack NAME] [--organization LOGIN] [--force]

Writes a valid policy to FILE, countersign.yml if none is named. "-" is standard output.

Options:
  --pack NAME            ${packNames.map((name) => name.replace('countersign:', '')).join(', ')}; baseline if not given
  --organization LOGIN   whose teams are the approvers; acme if not given
  --force                replace a file that is there already

Examples:
  countersign policy init --organization acme
  countersign policy init --pack soc2 --organization acme
  countersign policy init - --pack dora`,
  options: { pack: { type: 'string' }, organization: { type: 'string' }, force: { type: 'boolean' } },
  run: (given, terminal) => {
    const file = given.positionals.length === 0 ? 'countersign.yml' : onlyPositional(given, 'FILE');
    const text = starterPolicy(packOf(given), organizationOf(given));
    if (file === '-') {
      terminal.print(text.trimEnd());
      return 0;
    }
    write(file, text, flag(given, 'force'));
    terminal.print(`Wrote ${file}. Name your teams and people in it, then: countersign policy validate ${file}`);
    return 0;
  },
};

function packOf(given: Given): string {
  const typed = option(given, 'pack') ?? 'baseline';
  const name = typed.includes(':') ? typed : `countersign:${typed}`;
  if (packNames.includes(name)) return name;
  const hint = didYouMean(name, packNames).replaceAll('`', '') || `; there are ${packNames.join(', ')}.`;
  throw new CannotRun(`There is no pack "${typed}"${hint}`);
}

function organizationOf(given: Given): string {
  const login = option(given, 'organization') ?? 'acme';
  if (/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/.test(login)) return login;
  throw new CannotRun(`"${login}" is not the login of an organization.`);
}

function write(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CannotRun(`${file} is there already; --force replaces it.`);
    throw new CannotRun(`${file} cannot be written: ${reasonOf(error)}.`);
  }
}
