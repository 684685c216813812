import { type Problem, renderProblem } from '../policy/problem.ts';
import { CannotRun, type Command, flag, option } from './command.ts';
import { loadFiles } from './files.ts';
import { printJson, type Terminal } from './terminal.ts';

export const policyValidate: Command = {
  name: 'policy validate',
  summary: 'say whether policy files are valid, and where they are not',
  help: `
Usage: countersign policy validate FILE… [--json]
       countersign policy validate [FILE] --repository FILE [--json]

Reads each FILE as an organization's policy. With --repository, reads one repository's policy, as an addition to FILE or, without FILE,
standing alone. "-" is standard input. Mistakes are reported all at once, as file:line:column: message.

Options:
  --repository FILE   a repository's own policy (.github/countersign.yml)
  --json              print { valid, files: [{ files, valid, errors, warnings }] }

Exit status: 0 valid, 1 invalid, 2 could not be run, for example because there is no such file.

Examples:
  countersign policy validate countersign.yml
  countersign policy validate countersign.yml --repository shop/.github/countersign.yml
  git show main:countersign.yml | countersign policy validate -`,
  options: { repository: { type: 'string' }, json: { type: 'boolean' } },
  run: (given, terminal) => {
    const results = checked(given.positionals, option(given, 'repository'));
    const valid = results.every((result) => result.valid);
    if (flag(given, 'json')) printJson(terminal, { valid, files: results });
    else for (const result of results) report(result, terminal);
    return valid ? 0 : 1;
  },
};

type Checked = {
  readonly files: readonly string[];
  readonly valid: boolean;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
};

function checked(organizations: readonly string[], repository: string | undefined): readonly Checked[] {
  if (repository === undefined) {
    if (organizations.length === 0) throw new CannotRun('FILE is missing: which policy is to be validated?');
    return organizations.map((file) => check(file, undefined));
  }
  if (organizations.length > 1)
    throw new CannotRun('With --repository at most one organization policy is taken, to which it adds.');
  return [check(organizations[0], repository)];
}

function check(organization: string | undefined, repository: string | undefined): Checked {
  const files = [organization, repository].filter((file) => file !== undefined);
  const loaded = loadFiles(organization, repository);
  if (loaded.ok) return { files, valid: true, errors: [], warnings: loaded.warnings };
  return { files, valid: false, errors: loaded.errors, warnings: [] };
}

function report({ files, valid, errors, warnings }: Checked, { print, paint }: Terminal): void {
  for (const error of errors) print(renderProblem(error));
  for (const warning of warnings) print(renderProblem({ ...warning, message: `warning: ${warning.message}` }));
  if (valid) print(`${files.join(' with ')}: ${paint('green', 'valid')}`);
}
