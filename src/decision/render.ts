import type { Classification } from '../policy/classification.ts';
import type { Decision, EvidenceItem, PlannedStage, Reason } from './decision.ts';
import { escaped } from './escape.ts';
import { epochOf, inWords } from './time.ts';

/** What the ledger adds to what is shown. */
export type Recorded = { readonly leaf?: number | string | bigint | null; readonly checkpoint?: string | null };

/** GitHub's limit for the summary of a check run. */
export const longestSummary = 65_535;

/** Leaves room for what the publisher adds, which is a sentence at most. */
const reserved = 1_000;

/**
 * The summary of the check run, in Markdown: what the change is and why, the plan, the evidence, what stands in the way,
 * approvals that do not count, what to do next. Everything that comes from people is escaped, and the limit is kept by
 * leaving out whole lines from the end, with a sentence that says so.
 */
export function renderCheck(decision: Decision, recorded: Recorded = {}): string {
  const { classification, reasons, exceptions, refused, next } = decision;
  const lines = [
    section('What this change is', classification === null ? [] : classified(classification)),
    section('Plan', plan(decision.plan)),
    section('Evidence', decision.evidence.map(evidence)),
    section('What stands in the way', bullets([...reasons, ...holdsBeside(decision)].map(coded))),
    section('Approvals that do not count', ignored(decision)),
    section('Exceptions', bullets(exceptions.map(({ message }) => escaped(message)))),
    section(
      'Commands without effect',
      bullets(refused.map(({ by, reason }) => `${escaped(by.login)}: ${coded(reason)}`)),
    ),
    section('Next, for the author', bullets(next.author.map((step) => escaped(step)))),
    section('Next, for approvers', bullets(next.approvers.map((step) => escaped(step)))),
  ];
  return withinLimit(lines.flat(), footer(decision, recorded));
}

function bullets(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${line}`);
}

function coded({ code, message }: Reason): string {
  return `${escaped(message)} (${code})`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}

function holdsBeside({ holds, reasons }: Decision): Decision['holds'] {
  return holds.filter(({ message }) => !reasons.some((reason) => reason.message === message));
}

function classified({
  proposal,
  systems,
  classifications,
  environments,
  blastRadius,
  rules,
}: Classification): readonly string[] {
  const named = (of: readonly { readonly name: string }[]) => of.map(({ name }) => escaped(name)).join(', ') || 'none';
  return [
    `- Category: **${named(proposal.categories)}** (${proposal.route}), because ${escaped(proposal.because)}`,
    `- Environments: ${named(environments)}`,
    `- Systems: ${named(systems)}`,
    `- Classifications: ${named(classifications)}`,
    `- Blast radius: **${blastRadius.level}**, because ${escaped(blastRadius.because)}`,
    `- Rules: ${rules.map(({ rule }) => escaped(rule.name)).join('; ') || 'none'}`,
  ];
}

function plan(stages: readonly PlannedStage[]): readonly string[] {
  if (stages.length === 0) return [];
  const rows = stages.flatMap(({ name, open, seats }) =>
    seats.map(({ label, filledBy, candidates }) => {
      const who = filledBy === null ? '' : `${escaped(filledBy.account.login)}, ${inWords(epochOf(filledBy.at))}`;
      const can = filledBy === null ? people(candidates.map(({ login }) => login)) : '';
      const stage = `${escaped(name)}${open ? '' : ' (not open yet)'}`;
      return `| ${stage} | ${escaped(label)} | ${who} | ${can} |`;
    }),
  );
  return ['| Stage | Seat | Filled by | Can be filled by |', '| --- | --- | --- | --- |', ...rows];
}

function people(logins: readonly string[]): string {
  if (logins.length === 0) return 'nobody';
  const shown = logins.slice(0, 10).map((login) => escaped(login));
  return logins.length > 10 ? `${shown.join(', ')} and ${logins.length - 10} more` : shown.join(', ');
}

function evidence({ kind, verified, message, shown }: EvidenceItem): string {
  const details = shown.map((text) => escaped(text)).join('; ');
  return `- [${verified ? 'x' : ' '}] **${kind}**: ${escaped(message)}${details === '' ? '' : ` ${details}`}`;
}

function ignored({ approvals }: Decision): readonly string[] {
  return approvals.flatMap(({ by, counts, reasons }) =>
    counts ? [] : bullets(reasons.map((reason) => `${escaped(by.login)}: ${coded(reason)}`)),
  );
}

function footer({ sources, at }: Decision, { leaf, checkpoint }: Recorded): readonly string[] {
  const digests = sources.map(({ file, sha256 }) => `${escaped(file)} ${sha256.slice(0, 12)}`);
  const ledger = leaf === undefined || leaf === null ? [] : [`ledger entry ${leaf}`];
  const proof = checkpoint === undefined || checkpoint === null ? [] : [`checkpoint ${escaped(checkpoint)}`];
  return ['---', [`Decided ${at}`, ...digests, ...ledger, ...proof].join(' · ')];
}

function withinLimit(lines: readonly string[], end: readonly string[]): string {
  const room = longestSummary - reserved - end.join('\n').length;
  let length = 0;
  const kept = lines.findIndex((line) => {
    length += line.length + 1;
    return length > room - 200;
  });
  if (kept === -1) return [...lines, ...end].join('\n');
  const cut = `… ${lines.length - kept} more lines are left out here, because GitHub shows 65,535 characters at most. The ledger has all of it.`;
  return [...lines.slice(0, kept), '', cut, '', ...end.slice(0, 1), (end[1] ?? '').slice(0, reserved)].join('\n');
}
