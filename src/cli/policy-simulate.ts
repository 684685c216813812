import type { Decision } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { Instant } from '../decision/values.ts';
import { CannotRun, type Command, flag, type Given, noPositionals, option, options, required } from './command.ts';
import { policyInForce } from './effective.ts';
import { FACTS_HELP, type GivenFacts, readFacts } from './facts-file.ts';
import type { People } from './scenario-facts.ts';
import { seatLines } from './seat-lines.ts';
import { type Answer, settle } from './settle.ts';
import { printJson, type Terminal } from './terminal.ts';

export const policySimulate: Command = {
  name: 'policy simulate',
  summary: 'say what an approval, a label, a path or a later time would change',
  help: `
Usage: countersign policy simulate --facts FILE --policy FILE [--repository FILE] CHANGE… [--json]

Decides twice, with the facts as they are and as they would be, and shows what differs.

Changes:
  --approve LOGIN     somebody approves the present head (several times, in this order)
  --reject LOGIN      somebody requests changes
  --label LABEL       a label is added
  --path PATH         one more file is changed
  --base BRANCH       the base branch is another one
  --at INSTANT        it is later, such as 2026-12-24T10:00:00Z

Options:
  --facts FILE, --policy FILE, --repository FILE, --json   as for countersign policy explain
${FACTS_HELP}

Example:
  countersign policy simulate --policy countersign.yml --facts pull.yml --approve ana --approve rita`,
  options: {
    facts: { type: 'string' },
    policy: { type: 'string' },
    repository: { type: 'string' },
    json: { type: 'boolean' },
    approve: { type: 'string', multiple: true },
    reject: { type: 'string', multiple: true },
    label: { type: 'string', multiple: true },
    path: { type: 'string', multiple: true },
    base: { type: 'string' },
    at: { type: 'string' },
  },
  run: (given, terminal) => {
    noPositionals(given);
    const policy = policyInForce(required(given, 'policy'), option(given, 'repository'));
    const now = new Date().toISOString();
    const read = readFacts(required(given, 'facts'), now);
    const before = settle(policy, read.facts, read.answer);
    const after = settle(policy, changed(read.facts, read.people, given), assuming(read));
    if (flag(given, 'json')) printJson(terminal, { before, after });
    else compare(before, after, terminal);
    return 0;
  },
};

/** Somebody whom recorded facts do not know is taken to exist and to be allowed to write. */
function assuming({ answer, people }: GivenFacts): Answer {
  return (want, facts) => {
    const known = answer(want, facts);
    if (known !== undefined) return known;
    if (want.kind === 'users') return { ok: people(want.key) };
    if (want.kind !== 'people') return undefined;
    return { ok: { account: people(want.login ?? want.key), permission: 'write', suspended: false } };
  };
}

function changed(facts: Facts, people: People, given: Given): Facts {
  const at = instantOf(option(given, 'at')) ?? facts.at;
  const labels = options(given, 'label');
  const paths = options(given, 'path').map((path) => ({ path, status: 'modified' as const }));
  const said = [
    ...options(given, 'approve').map((login) => ({ login, state: 'approved' as const })),
    ...options(given, 'reject').map((login) => ({ login, state: 'changes-requested' as const })),
  ];
  const commit = facts.pull.headSha;
  const last = Math.max(0, ...facts.reviews.items.map(({ id }) => id));
  const reviews = said.map(({ login, state }, index) => {
    const submittedAt = new Date(Date.parse(at) - (said.length - index) * 1000).toISOString();
    return { id: last + 1 + index, author: people(login), state, body: '', commit, submittedAt };
  });
  return {
    ...facts,
    at,
    pull: { ...facts.pull, base: option(given, 'base') ?? facts.pull.base },
    labels: more(facts.labels, labels),
    files: more(facts.files, paths),
    reviews: more(facts.reviews, reviews),
    deliveredReviews: [
      ...facts.deliveredReviews,
      ...reviews.map(({ id, state, submittedAt }) => ({ id, state, submittedAt, commit })),
    ],
  };
}

function more<Item>(list: { readonly items: readonly Item[]; readonly total: number }, added: readonly Item[]) {
  return { items: [...list.items, ...added], total: list.total + added.length };
}

function instantOf(text: string | undefined): string | undefined {
  if (text === undefined || Instant.safeParse(text).success) return text;
  throw new CannotRun(`--at is "${text}": expected an instant such as 2026-12-24T10:00:00Z.`);
}

function compare(before: Decision, after: Decision, { print, paint }: Terminal): void {
  print(`now    ${before.check ?? 'no check'}  ${paint('bold', before.state)}: ${before.title}`);
  print(`then   ${after.check ?? 'no check'}  ${paint('bold', after.state)}: ${after.title}`);
  const [was, is] = [linesOf(before), linesOf(after)];
  const gone = was.filter((line) => !is.includes(line)).map((line) => paint('red', `  - ${line}`));
  const come = is.filter((line) => !was.includes(line)).map((line) => paint('green', `  + ${line}`));
  for (const line of [...gone, ...come]) print(line);
  if (gone.length + come.length === 0) print(paint('dim', '  nothing else differs'));
}

function linesOf(decision: Decision): readonly string[] {
  const approvals = decision.approvals.flatMap(({ by, counts, reasons }) =>
    counts ? [] : reasons.map(({ code, message }) => `${by.login}'s approval does not count: ${message} (${code})`),
  );
  const reasons = decision.reasons.map(({ code, message }) => `${message} (${code})`);
  return [...new Set([...seatLines(decision), ...reasons, ...approvals])];
}
