import type { Intervention } from '../decision/intervention.ts';
import { epochOf, instantOf } from '../decision/time.ts';
import type { Account } from '../decision/values.ts';
import type { Command, Read } from './command.ts';
import { findCommands } from './find.ts';
import { readCommand, type Saying } from './read.ts';
import type { CommandWord } from './words.ts';

/** A comment or review as its own delivery told it, the only wording that counts: edits come later and by others. */
export type Remark = {
  readonly id: number;
  readonly by: Account;
  readonly at: string;
  readonly body: string;
  /** The head of the pull request when it was said; null when that cannot be told. */
  readonly head: string | null;
};

/** One command that somebody said. */
export type Speech = {
  /** Unique in the tenant, and growing in the order in which remarks came in. */
  readonly id: number;
  readonly by: Account;
  readonly at: string;
  readonly head: string | null;
  readonly word: CommandWord;
  /** The line as it was written. */
  readonly text: string;
  readonly read: Read;
};

/** As many commands as one remark may hold; more are refused all together, since nobody means them. */
export const mostCommands = 10;
/** Leaves room for the number of a command within its remark. */
const numbersForEach = 16;

/** The commands of a remark, understood or not. */
export function speechesOf(remark: Remark, saying: Omit<Saying, 'at'>): readonly Speech[] {
  const lines = findCommands(remark.body);
  const tooMany: Read = {
    ok: false,
    problem: `${lines.length} commands in one comment are more than the ${mostCommands} that are taken; none of them was. Say what you mean in fewer.`,
  };
  const at = epochOf(remark.at);
  return lines.slice(0, mostCommands).map((line, index) => ({
    id: remark.id * numbersForEach + index,
    by: remark.by,
    at: remark.at,
    head: remark.head,
    word: line.word,
    text: `/${line.word} ${line.rest}`.trim(),
    read: lines.length > mostCommands ? tooMany : readCommand(line, { ...saying, at }),
  }));
}

/** Logins that a command names and that must be looked up before it can be judged, in lower case. */
export function loginsIn(speeches: readonly Speech[]): readonly string[] {
  const named = speeches.flatMap(({ read }) => (read.ok ? (loginIn(read.command) ?? []) : []));
  return [...new Set(named.map((login) => login.toLowerCase()))];
}

function loginIn(command: Command): string | undefined {
  if (command.word === 'delegate') return command.to;
  return command.word === 'withdraw' ? (command.whose ?? undefined) : undefined;
}

/** Who holds a login; null when nobody does, undefined when that could not be read. */
export type Holders = (login: string) => Account | null | undefined;

export type Heard =
  | { readonly kind: 'intervention'; readonly intervention: Intervention }
  /** Understood, and no fact for a decision. */
  | { readonly kind: 'word'; readonly command: Command }
  | { readonly kind: 'problem'; readonly problem: string };

/** What a command puts before the decision. */
export function heard({ id, by, at, head, read }: Speech, holders: Holders): Heard {
  if (!read.ok) return { kind: 'problem', problem: read.problem };
  const { command } = read;
  if (head === null && isAboutHead(command))
    return problem(
      'It cannot be told which commit was the head when you said this. Look at the present one and say it again.',
    );
  const said = { id, by, at, head: head ?? unknownHead };
  switch (command.word) {
    case 'reject':
      return intervention({ ...said, kind: 'reject', code: command.code, rationale: command.rationale });
    case 'defer':
      return intervention({ ...said, kind: 'defer', until: untilOf(command.until), because: command.because });
    case 'request-validation':
    case 'narrow-scope':
      return intervention({ ...said, kind: command.word, what: command.what });
    case 'withdraw':
      return withdrawn(said, command, holders);
    case 'delegate':
      return delegated(said, command, holders);
    case 'approve-own':
      return intervention({ ...said, kind: 'approve-own', rationale: command.rationale });
    case 'away':
      return intervention({ ...said, kind: 'away', until: instantOf(command.until.at) });
    case 'break-glass':
      return intervention({ ...said, kind: 'break-glass', incident: command.incident, reason: command.reason });
    default:
      return { kind: 'word', command };
  }
}

type Said = Pick<Intervention, 'id' | 'by' | 'at' | 'head'>;
type Of<Word extends CommandWord> = Extract<Command, { readonly word: Word }>;

/** No commit has this id: what rests on the head is refused before it gets here. */
const unknownHead = '0'.repeat(40);

function isAboutHead({ word }: Command): boolean {
  return word === 'break-glass' || word === 'approve-own' || word === 'narrow-scope';
}

function withdrawn(said: Said, { whose, rationale }: Of<'withdraw'>, holders: Holders): Heard {
  if (whose === null) return intervention({ ...said, kind: 'withdraw', whose: null, rationale });
  const account = holders(whose);
  if (account === undefined || account === null) return nobody(whose, account);
  return intervention({ ...said, kind: 'withdraw', whose: account.id, rationale });
}

function delegated(said: Said, { to, role, until }: Of<'delegate'>, holders: Holders): Heard {
  const account = holders(to);
  if (account === undefined || account === null) return nobody(to, account);
  if (account.kind !== 'user') return problem(`${account.login} is not a person.`);
  return intervention({ ...said, kind: 'delegate', to: account, role, until: instantOf(until.at) });
}

function nobody(login: string, account: null | undefined): Heard {
  return problem(
    account === null
      ? `Nobody is called ${login}.`
      : `Who is called ${login} could not be read just now. Say it again.`,
  );
}

function untilOf(until: Of<'defer'>['until']): Extract<Intervention, { kind: 'defer' }>['until'] {
  return until.kind === 'instant' ? { kind: 'instant', at: instantOf(until.at) } : until;
}

function intervention(made: Intervention): Heard {
  return { kind: 'intervention', intervention: made };
}

function problem(text: string): Heard {
  return { kind: 'problem', problem: text };
}
