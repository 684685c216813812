import { writeFileSync } from 'node:fs';
import { type ImportResult, importPolicyBot } from '../policy/import-policy-bot.ts';
import { type Problem, renderProblem } from '../policy/problem.ts';
import { CannotRun, type Command, type ExitCode, flag, onlyPositional, option } from './command.ts';
import { readText, reasonOf } from './files.ts';
import { printJson, type Terminal } from './terminal.ts';

export const policyImport: Command = {
  name: 'policy import',
  summary: 'make a policy of a policy-bot .policy.yml, and say what is lost',
  help: `
Usage: countersign policy import FILE [--output FILE] [--json]

Prints a policy that lets nothing through that policy-bot would not, and on standard error what could not be said, as
file:line:column: message. What could not be said is stricter, or blocks until you have decided. "-" is standard input.

Options:
  --output FILE   write the policy there; a file that is there already is not replaced
  --json          print { policy, lost: [{ file, line, column, message }] }

Exit status: 0 nothing is lost, 1 something could not be said, 2 could not be run, for example because it is no such file.

Examples:
  countersign policy import .policy.yml
  countersign policy import .policy.yml --output countersign.yml
  countersign policy import .policy.yml --json | jq '.lost[].message'`,
  options: { output: { type: 'string' }, json: { type: 'boolean' } },
  run: (given, terminal) => {
    const file = onlyPositional(given, 'FILE');
    const result = importPolicyBot({ file: file === '-' ? '.policy.yml' : file, text: readText(file) });
    if (!result.ok) throw new CannotRun(result.errors.map(renderProblem).join('\n'));
    return hand(result, option(given, 'output'), flag(given, 'json'), terminal);
  },
};

function hand(
  { text, lost }: Extract<ImportResult, { ok: true }>,
  output: string | undefined,
  json: boolean,
  terminal: Terminal,
): ExitCode {
  if (output !== undefined) write(output, text);
  if (json) printJson(terminal, { policy: text, lost });
  else {
    if (output === undefined) terminal.print(text.trimEnd());
    complain(lost, terminal);
  }
  return lost.length === 0 ? 0 : 1;
}

function complain(lost: readonly Problem[], { complain: say }: Terminal): void {
  for (const problem of lost) say(renderProblem(problem));
  if (lost.length > 0)
    say(`${lost.length} ${lost.length === 1 ? 'part' : 'parts'} could not be said; see docs/coming-from.md.`);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CannotRun(`${path} is there already, and is not replaced.`);
    throw new CannotRun(`${path} cannot be written: ${reasonOf(error)}.`);
  }
}
