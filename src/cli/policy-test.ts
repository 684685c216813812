import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import type { Decision, PolicyInForce } from '../decision/decision.ts';
import { states } from '../decision/decision.ts';
import { CannotRun, type Command, flag, onlyPositional } from './command.ts';
import { policyInForce } from './effective.ts';
import { parseText, shortFacts } from './facts-file.ts';
import { readText } from './files.ts';
import { sentences } from './scenario.ts';
import { seatLines } from './seat-lines.ts';
import { settle } from './settle.ts';
import { printJson, type Terminal } from './terminal.ts';

const Expected = z
  .strictObject({
    state: z.enum(states).optional(),
    check: z.string().optional(),
    reasons: z.array(z.string()).optional(),
    seats: z.record(z.string(), z.array(z.string())).optional(),
  })
  .refine((expected) => Object.keys(expected).length > 0, 'must expect something: state, check, reasons or seats');
const Short = z.record(z.string(), z.unknown());
const TestFile = z.strictObject({
  policy: z.string(),
  repository: z.string().optional(),
  facts: Short.default({}),
  cases: z.array(z.strictObject({ name: z.string().min(1), facts: Short.default({}), expect: Expected })).min(1),
});
type Expected = z.output<typeof Expected>;

/** When nothing else is said: a Wednesday at noon, so that a test means the same in any year. */
const ORDINARY = '2026-01-07T12:00:00Z';

export const policyTest: Command = {
  name: 'policy test',
  summary: 'run the table of cases that is kept beside a policy',
  help: `
Usage: countersign policy test FILE [--json]

FILE is YAML. Paths in it are relative to it; the facts at the top hold for all cases, and a case's own replace them key by key:

  policy: countersign.yml
  facts: { labels: [remediation], teams: { acme/service-owners: [ana, bo] } }
  cases:
    - name: a peer is asked for
      expect: { state: waiting, reasons: [seat-open], seats: { peer: [service-owner] } }
    - name: one approval is enough on staging
      facts: { base: develop, approvals: [ana] }
      expect: { state: approved, check: countersign/staging, seats: { peer: [service-owner by ana] } }

\`reasons\` are all reason codes, in any order; \`seats\` all seats, stage by stage. What a case does not expect, it does not look at. Where no
time is given it is ${ORDINARY}. For the keys of facts: countersign policy explain --help.

Exit status: 0 all cases are as expected, 1 some are not, 2 could not be run.

Example:
  countersign policy test countersign.test.yml`,
  options: { json: { type: 'boolean' } },
  run: (given, terminal) => {
    const results = runFile(onlyPositional(given, 'FILE'));
    const failed = results.filter(({ differences }) => differences.length > 0).length;
    if (flag(given, 'json')) printJson(terminal, { passed: results.length - failed, failed, cases: results });
    else report(results, failed, terminal);
    return failed === 0 ? 0 : 1;
  },
};

type Difference = { readonly of: string; readonly missing: readonly string[]; readonly unexpected: readonly string[] };
type Result = { readonly name: string; readonly title: string; readonly differences: readonly Difference[] };

function runFile(file: string): readonly Result[] {
  const parsed = TestFile.safeParse(parseText(file, readText(file)));
  if (!parsed.success)
    throw new CannotRun(
      sentences(parsed.error)
        .map((problem) => `${file}: ${problem}`)
        .join('\n'),
    );
  const { policy: organization, repository, facts, cases } = parsed.data;
  const beside = (path: string): string => (file === '-' ? path : resolve(dirname(file), path));
  const policy = policyInForce(beside(organization), repository === undefined ? undefined : beside(repository));
  return cases.map(({ name, facts: own, expect }) => {
    const decision = decided(policy, `${file}: case "${name}"`, { ...facts, ...own });
    return { name, title: `${decision.state}: ${decision.title}`, differences: differencesOf(expect, decision) };
  });
}

function decided(policy: PolicyInForce, where: string, short: Readonly<Record<string, unknown>>): Decision {
  const { facts, answer } = shortFacts(where, short, ORDINARY);
  return settle(policy, facts, answer);
}

function differencesOf(expected: Expected, decision: Decision): readonly Difference[] {
  const { state, check, reasons, seats } = expected;
  const codes = [...new Set(decision.reasons.map(({ code }) => code))];
  const asked = Object.entries(seats ?? {}).flatMap(([stage, labels]) => labels.map((label) => `${stage}: ${label}`));
  return [
    ...(state === undefined ? [] : differ('state', [state], [decision.state])),
    ...(check === undefined ? [] : differ('check', [check], [decision.check ?? 'none'])),
    ...(reasons === undefined ? [] : differ('reasons', reasons, codes)),
    ...(seats === undefined ? [] : differ('seats', asked, seatLines(decision))),
  ];
}

/** Lists compared without regard to order; the same item twice is not the same as once. */
function differ(of: string, expected: readonly string[], actual: readonly string[]): readonly Difference[] {
  const left = [...actual];
  const missing = expected.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return missing.length + left.length === 0 ? [] : [{ of, missing, unexpected: left }];
}

function report(results: readonly Result[], failed: number, { print, paint }: Terminal): void {
  for (const { name, title, differences } of results) {
    print(`${differences.length === 0 ? paint('green', '✓') : paint('red', '✗')} ${name}`);
    if (differences.length > 0) print(paint('dim', `    decided ${title}`));
    for (const { of, missing, unexpected } of differences) {
      print(`    ${of}`);
      for (const item of missing) print(paint('green', `      expected ${item}`));
      for (const item of unexpected) print(paint('red', `      found    ${item}`));
    }
  }
  print(
    failed === 0 ? `${results.length} cases as expected.` : `${failed} of ${results.length} cases are not as expected.`,
  );
}
