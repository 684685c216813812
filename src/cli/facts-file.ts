import { parse } from 'yaml';
import { Facts } from '../decision/facts.ts';
import type { Account } from '../decision/values.ts';
import { CannotRun } from './command.ts';
import { readText } from './files.ts';
import { Scenario, sentences } from './scenario.ts';
import { answersOf } from './scenario-answers.ts';
import { createPeople, factsOf, type People } from './scenario-facts.ts';
import type { Answer } from './settle.ts';

/** Facts out of a file, and who answers what a decision asks for besides. */
export type GivenFacts = { readonly facts: Facts; readonly people: People; readonly answer: Answer };

export const FACTS_HELP = `
The facts are JSON or YAML, in either of two forms:
  long    as the app records them with each decision; what they do not hold is unknown
  short   as a person writes them; what they leave out is ordinary, and only teams must be written down:

    repository: acme/shop        author: "dependabot[bot]"       labels: [remediation]
    base: main                   files: [src/a.ts]               manifest: { services: [shop], failure: … }
    approvals: [ana, { by: rita, at: "2026-11-23T11:00:00Z", body: "…", stale: true }]
    rejections: [bo]             teams: { acme/security: [sue] } permissions: { bo: read }
    runs: [{ id: 12, workflow: ci.yml, conclusion: success }]    issues: { "acme/shop#3": open }
    at, opened, head, fork, draft, title, visibility, topics, properties, additions, deletions, commits-by, alerts, codeowners`;

/** Reads facts in their long or their short form. */
export function readFacts(file: string, now: string): GivenFacts {
  const value = parseText(file, readText(file));
  return isLong(value) ? longFacts(file, value) : shortFacts(file, value, now);
}

/** JSON is YAML too, but what the app has recorded is long, and read as JSON in a hundredth of the time. */
export function parseText(file: string, text: string): unknown {
  try {
    return fromJson(text) ?? parse(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new CannotRun(`${file} is neither JSON nor YAML: ${reason.replace(/:$/, '')}.`);
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isLong(value: unknown): boolean {
  return value instanceof Object && 'lookups' in value && 'pull' in value;
}

function longFacts(file: string, value: unknown): GivenFacts {
  const parsed = Facts.safeParse(value);
  if (!parsed.success) throw new CannotRun(wrong(file, sentences(parsed.error)));
  const facts = parsed.data;
  return { facts, people: createPeople(knownAccounts(facts)), answer: () => undefined };
}

export function shortFacts(where: string, value: unknown, now: string): GivenFacts {
  const parsed = Scenario.safeParse(value ?? {});
  if (!parsed.success) throw new CannotRun(wrong(where, sentences(parsed.error)));
  const people = createPeople();
  return { facts: factsOf(parsed.data, people, now), people, answer: answersOf(parsed.data, people) };
}

function wrong(where: string, problems: readonly string[]): string {
  return problems.map((problem) => `${where}: ${problem}`).join('\n');
}

/** Everybody whom recorded facts name, so that a name added to them is the same person. */
function knownAccounts({ lookups, reviews, pull, commits }: Facts): readonly Account[] {
  const looked = Object.values(lookups.users ?? {}).flatMap((answer) => ('ok' in answer ? (answer.ok ?? []) : []));
  const judged = Object.values(lookups.people ?? {}).flatMap((answer) => ('ok' in answer ? answer.ok.account : []));
  const teams = Object.values(lookups.teams ?? {}).flatMap((answer) =>
    'ok' in answer ? (answer.ok?.members ?? []) : [],
  );
  const written = commits.items.flatMap(({ authors, committer }) => [...authors, committer]);
  const named = [pull.author, ...reviews.items.map(({ author }) => author), ...written].filter((who) => who !== null);
  return [...looked, ...judged, ...teams, ...named];
}
