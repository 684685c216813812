import { type RejectionCode, rejectionCodes } from '../decision/intervention.ts';
import type { Command, Read, Until } from './command.ts';
import type { CommandLine } from './find.ts';
import { spansOf } from './line-spans.ts';
import { lapseOf, type Moment, momentOf } from './moments.ts';
import { shown } from './shown.ts';
import { usages } from './words.ts';

/** What a command is read against: when it was said, in which zone its dates are, and where. */
export type Saying = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly timezone: string;
  /** `acme/shop`, for `#123`. */
  readonly repository: string;
  /** `https://github.com` */
  readonly server: string;
};

/** More than anybody reads; what is longer belongs into a document that the rationale names. */
export const longestText = 2_000;

/** Understands one command line, or says in one sentence what is wrong with it and what would be right. */
export function readCommand({ word, rest }: CommandLine, saying: Saying): Read {
  if (rest.length > longestText)
    return wrong(
      `What follows \`/${word}\` has ${rest.length} characters, and ${longestText} are the most. Shorten it, and link the rest.`,
    );
  switch (word) {
    case 'reject':
      return rejectOf(rest);
    case 'defer':
      return deferOf(rest, saying);
    case 'request-validation':
    case 'narrow-scope':
      return rest === '' ? lacks(word, 'says what is asked for') : right({ word, what: rest });
    case 'withdraw':
      return withdrawOf(rest);
    case 'resubmit':
      return right({ word, note: rest });
    case 'delegate':
      return delegateOf(rest, saying);
    case 'approve-own':
      return rest === '' ? lacks(word, 'gives a rationale') : right({ word, rationale: rest });
    case 'away':
      return awayOf(rest, saying);
    case 'break-glass':
      return glassOf(rest);
    case 'reconcile':
      return reconcileOf(rest);
    case 'rollback':
      return rest === '' ? lacks(word, 'says what has failed') : right({ word, reason: rest });
    case 'attest':
      return attestOf(rest);
    case 'object':
      return objectOf(rest);
    default:
      return right({ word });
  }
}

function rejectOf(rest: string): Read {
  const [, written = '', rationale = ''] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
  const code = written.toLowerCase().replace(/[:,;.]$/, '');
  if (!isRejectionCode(code)) {
    const said = written === '' ? 'no reason code' : `\`${shown(written)}\`, which is no reason code`;
    return wrong(
      `A rejection begins with one of ${rejectionCodes.map((known) => `\`${known}\``).join(', ')}; this one has ${said}. ${example('reject')}`,
    );
  }
  if (rationale === '') return lacks('reject', 'gives a rationale after the reason code');
  return right({ word: 'reject', code, rationale });
}

function isRejectionCode(code: string): code is RejectionCode {
  return (rejectionCodes as readonly string[]).includes(code);
}

function deferOf(rest: string, saying: Saying): Read {
  const [, how, what = '', because = ''] = /^(until|for)\s+(.*?)(?:\s+because\s+(.*))?$/i.exec(rest) ?? [];
  if (how === undefined || what === '')
    return lacks('defer', 'says until when, for how long, or until what is merged or closed');
  const until =
    how.toLowerCase() === 'for' ? instant(lapseOf(what, saying.at, saying.timezone)) : untilOf(what, saying);
  return typeof until === 'string' ? wrong(until) : right({ word: 'defer', until, because: because.trim() });
}

function untilOf(what: string, saying: Saying): Until | string {
  const reference = referenceOf(what, saying);
  return reference === undefined
    ? instant(momentOf(what, saying.at, saying.timezone))
    : { kind: 'reference', reference };
}

/** `#123`, `acme/shop#123` or its address, with `is merged`, `closed` or `done` after it or not. */
function referenceOf(what: string, { repository, server }: Saying): string | undefined {
  const text = what.replace(/\s+(?:is\s+)?(?:merged|closed|done|resolved)(?:\s+or\s+(?:merged|closed))?$/i, '').trim();
  const [, place, number] = /^([\w.-]+\/[\w.-]+)?#(\d{1,9})$/.exec(text) ?? [];
  if (number !== undefined) return `${place ?? repository}#${Number(number)}`;
  if (!text.toLowerCase().startsWith(`${server.toLowerCase()}/`)) return undefined;
  const [, linked, of] =
    /^([\w.-]+\/[\w.-]+)\/(?:pull|issues)\/(\d{1,9})(?:[/?#].*)?$/.exec(text.slice(server.length + 1)) ?? [];
  return linked === undefined ? undefined : `${linked}#${Number(of)}`;
}

function instant(moment: Moment): (Until & { readonly kind: 'instant' }) | string {
  return moment.ok ? { kind: 'instant', at: moment.at, timezone: moment.timezone } : moment.problem;
}

function withdrawOf(rest: string): Read {
  if (!rest.startsWith('@')) return right({ word: 'withdraw', whose: null, rationale: rest });
  const [, written = '', rationale = ''] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
  const login = loginOf(written);
  if (typeof login !== 'string') return login;
  if (rationale === '') return lacks('withdraw', 'gives a rationale where it lifts what somebody else said');
  return right({ word: 'withdraw', whose: login, rationale });
}

function delegateOf(rest: string, saying: Saying): Read {
  const [, written, role, date] = /^(\S+)(?:\s+([a-z][a-z0-9-]*))??\s+until\s+(.+)$/i.exec(rest) ?? [];
  if (written === undefined || date === undefined) return lacks('delegate', 'names a person and says until when');
  const to = loginOf(written);
  if (typeof to !== 'string') return to;
  const until = instant(momentOf(date, saying.at, saying.timezone));
  return typeof until === 'string' ? wrong(until) : right({ word: 'delegate', to, role: role ?? null, until });
}

function awayOf(rest: string, saying: Saying): Read {
  const [, how, what = ''] = /^(until|for)\s+(.+)$/i.exec(rest) ?? [];
  if (how === undefined) return lacks('away', 'says until when');
  const moment =
    how.toLowerCase() === 'for'
      ? lapseOf(what, saying.at, saying.timezone)
      : momentOf(what, saying.at, saying.timezone);
  const until = instant(moment);
  return typeof until === 'string' ? wrong(until) : right({ word: 'away', until });
}

function glassOf(rest: string): Read {
  const [, incident = '', reason = ''] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
  if (incident === '') return lacks('break-glass', 'names the incident and gives a reason');
  if (reason === '') return lacks('break-glass', 'gives a reason after the incident');
  return right({ word: 'break-glass', incident, reason });
}

function reconcileOf(rest: string): Read {
  const [, written = '', rationale = ''] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
  const verdict = written.toLowerCase();
  if (verdict !== 'approve' && verdict !== 'reject') return lacks('reconcile', 'says `approve` or `reject`');
  if (rationale === '') return lacks('reconcile', `gives a rationale after \`${verdict}\``);
  return right({ word: 'reconcile', verdict, rationale });
}

function attestOf(rest: string): Read {
  const all = /^(?:all|everything)?[.!]?$/i.test(rest);
  const { spans, left } = spansOf(rest);
  if (!all && (spans.length === 0 || left !== ''))
    return wrong(`\`${shown(all ? rest : left || rest)}\` is no line of the review. ${example('attest')}`);
  return right({ word: 'attest', lines: all ? null : spans });
}

function objectOf(rest: string): Read {
  const { spans, left: rationale } = spansOf(rest);
  if (spans.length === 0) return lacks('object', 'names a line by its number and says what is wrong with it');
  if (rationale === '') return lacks('object', 'says after the number what is wrong with the line');
  return right({ word: 'object', lines: spans, rationale });
}

/** Logins are ASCII: a letter that only looks like one belongs to nobody, and is pointed at. */
function loginOf(written: string): string | Read {
  const login = written.replace(/^@/, '').replace(/[,.:;]$/, '');
  if (/^[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]{1,8})?$/.test(login)) return login;
  const strange = [...login].find((character) => !/[A-Za-z0-9_-]/.test(character));
  const why = strange === undefined ? '' : `: ${codePoint(strange)} cannot be in one`;
  return wrong(`\`${shown(login)}\` is not a login${why}.`);
}

function codePoint(character: string): string {
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function right(command: Command): Read {
  return { ok: true, command };
}

function wrong(problem: string): Read {
  return { ok: false, problem };
}

function lacks(word: CommandLine['word'], what: string): Read {
  return wrong(`\`/${word}\` needs a line that ${what}. ${example(word)}`);
}

function example(word: CommandLine['word']): string {
  return `Write ${usages[word].form
    .split(', ')
    .map((form) => `\`${form}\``)
    .join(' or ')}.`;
}
