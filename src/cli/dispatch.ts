import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { AppError, messageOf } from '../errors.ts';
import { didYouMean } from '../policy/nearest.ts';
import { accessReview } from './access-review.ts';
import { auditCheckpoint } from './audit-checkpoint.ts';
import { auditCompleteness } from './audit-completeness.ts';
import { auditErase } from './audit-erase.ts';
import { auditExport } from './audit-export.ts';
import { auditKeygen } from './audit-keygen.ts';
import { auditKeys } from './audit-keys.ts';
import { auditReplay } from './audit-replay.ts';
import { auditVerify } from './audit-verify.ts';
import { CannotRun, type Command, type ExitCode, type Given } from './command.ts';
import { doctor } from './doctor.ts';
import { jobsList } from './jobs-list.ts';
import { jobsRearm } from './jobs-rearm.ts';
import { policyBacktest } from './policy-backtest.ts';
import { policyExplain } from './policy-explain.ts';
import { policyImport } from './policy-import.ts';
import { policyInit } from './policy-init.ts';
import { policyShow } from './policy-show.ts';
import { policySimulate } from './policy-simulate.ts';
import { policyTest } from './policy-test.ts';
import { policyValidate } from './policy-validate.ts';
import { report } from './report.ts';
import type { Terminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [
  policyInit,
  policyImport,
  policyValidate,
  policyShow,
  policyExplain,
  policySimulate,
  policyTest,
  policyBacktest,
  report,
  auditReplay,
  auditErase,
  auditExport,
  auditVerify,
  auditCompleteness,
  auditCheckpoint,
  auditKeys,
  auditKeygen,
  accessReview,
  jobsList,
  jobsRearm,
  doctor,
];

/** Finds the command that was typed, runs it, and turns whatever goes wrong into one sentence. */
export async function runCommandLine(typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const [first] = typed;
    if (first === '--version' || first === '-v') return print(terminal, version());
    if (first === '--help' || first === '-h' || first === 'help') return print(terminal, overview(COMMANDS));
    const command = COMMANDS.find(({ name }) => name === typed.slice(0, name.split(' ').length).join(' '));
    return command === undefined ? unknown(typed, terminal) : await run(command, typed, terminal);
  } catch (error) {
    terminal.complain(messageOf(error));
    if (!(error instanceof CannotRun || error instanceof AppError) && error instanceof Error)
      terminal.complain(`This is a fault of the program: ${error.stack}`);
    return 2;
  }
}

function print(terminal: Terminal, text: string): ExitCode {
  terminal.print(text);
  return 0;
}

async function run(command: Command, typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const rest = typed.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) return print(terminal, helpOf(command));
  return await command.run(parse(command, rest), terminal);
}

function parse(command: Command, typed: readonly string[]): Given {
  try {
    return parseArgs({ args: [...typed], options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CannotRun(`${wrongOption(command, error)} See countersign ${command.name} --help.`);
  }
}

/** Node's own sentence, shortened, with a hint where an option was only misspelt. */
function wrongOption({ options }: Command, error: unknown): string {
  const sentence = messageOf(error).split('. ')[0] ?? '';
  const typed = /^Unknown option '--([^']+)'/.exec(sentence)?.[1];
  const hint = typed === undefined ? '' : didYouMean(typed, Object.keys(options)).replace(/`(.+)`/, '--$1');
  return hint === '' ? `${sentence}.` : `${sentence}${hint}`;
}

function unknown(typed: readonly string[], terminal: Terminal): ExitCode {
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${typed[0]} `));
  if (typed.length === 0 || (group.length > 0 && typed[1] === undefined)) {
    terminal.complain(overview(group.length > 0 ? group : COMMANDS));
    return 2;
  }
  if (group.length > 0 && ['--help', '-h'].includes(typed[1] ?? '')) return print(terminal, overview(group));
  const words = typed.slice(0, 2).filter((word) => !word.startsWith('-'));
  const hint = suggestion(words, group);
  terminal.complain(`There is no command "${words.join(' ')}"${hint === '' ? '; see countersign --help.' : hint}`);
  return 2;
}

function suggestion(words: readonly string[], group: readonly Command[]): string {
  const names = (group.length > 0 ? group : COMMANDS).map(({ name }) => name);
  const [first = '', second = ''] = words;
  const groups = [...new Set(names.map((name) => name.split(' ')[0] ?? ''))];
  return (
    didYouMean(words.join(' '), names) ||
    (group.length > 0 ? '' : didYouMean(first, groups)) ||
    didYouMeanSecond(first, second, names)
  ).replaceAll('`', '');
}

/** `countersign validate` stands for `countersign policy validate`. */
function didYouMeanSecond(first: string, second: string, names: readonly string[]): string {
  const meant = names.find((name) => name.split(' ')[1] === first || (second !== '' && name.split(' ')[1] === second));
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function overview(commands: readonly Command[]): string {
  const widest = Math.max(...commands.map(({ name }) => name.length));
  return [
    'countersign: lets no remediation reach an environment until the right people have signed it.',
    '',
    ...commands.map(({ name, summary }) => `  countersign ${name.padEnd(widest)}  ${summary}`),
    '',
    'Each has --help, with examples. Exit status: 0 all is well, 1 something was found, 2 it could not be run.',
    'The app itself is started with npm start, or in the image by default.',
  ].join('\n');
}

function helpOf({ name, summary, help }: Command): string {
  return `countersign ${name}: ${summary}\n\n${help.trim()}`;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version: found } = JSON.parse(text) as { readonly version: string };
  return `countersign ${found}`;
}
