import type { ParseArgsConfig } from 'node:util';
import type { Terminal } from './terminal.ts';

/** 0: all is well. 1: something was found. 2: it could not be run. */
export type ExitCode = 0 | 1 | 2;

/** One command of the command line. */
export type Command = {
  /** As it is typed: `policy validate`. */
  readonly name: string;
  readonly summary: string;
  /** Usage, options and examples. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  readonly run: (given: Given, terminal: Terminal) => ExitCode | Promise<ExitCode>;
};

/** What was typed after the command's name. */
export type Given = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
};

/** Why a command cannot be run, in one sentence for whoever typed it. Ends with status 2 and no stack. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

export function flag({ values }: Given, name: string): boolean {
  return values[name] === true;
}

export function option({ values }: Given, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function required(given: Given, name: string): string {
  const value = option(given, name);
  if (value === undefined) throw new CannotRun(`--${name} is missing.`);
  return value;
}

/** The values of an option that may be given several times. */
export function options({ values }: Given, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The only positional argument, called `what` where it is missing. */
export function onlyPositional({ positionals }: Given, what: string): string {
  const [first, second] = positionals;
  if (first === undefined) throw new CannotRun(`${what} is missing.`);
  if (second !== undefined) throw new CannotRun(`Only one ${what} is taken, and there is also "${second}".`);
  return first;
}

export function noPositionals({ positionals }: Given): void {
  const [first] = positionals;
  if (first !== undefined) throw new CannotRun(`"${first}" is not an option of this command.`);
}
