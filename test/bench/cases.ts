import { decide } from '../../src/decision/decide.ts';
import type { PolicyInForce } from '../../src/decision/decision.ts';
import type { Facts } from '../../src/decision/facts.ts';
import type { Lookups } from '../../src/decision/lookups.ts';
import { approval, bot, commit, facts, listing, manifest, now, person, policy } from '../support/facts.ts';

export type Case = { readonly policy: PolicyInForce; readonly facts: Facts };

/** A policy of as many rules as asked for, each with paths of its own, over a few roles and systems. */
function policyOf(rules: number): PolicyInForce {
  const more = Array.from(
    { length: rules - 1 },
    (_, n) =>
      `  - { name: "rule ${n}", when: { paths: ["services/s${n}/**", "**/*.t${n}"] }, require: { peer: [ { role: owner } ] } }`,
  );
  return policy(`
version: 1
stages: [peer, release]
proposals: [ { category: remediation, when: { labels: [remediation] }, initiator: none } ]
environments: { production: { base: [main] } }
systems:
  payments: { when: { paths: ["services/payments/**"] }, classifications: [customer-data] }
  shop: { when: { paths: ["services/shop/**"] } }
classifications: { customer-data: { when: { paths: ["**/customers/**"] } } }
roles:
  owner: { members: ["team:acme/owners"] }
  release: { members: ["team:acme/release"] }
rules:
  - { name: all, require: { peer: [ { role: owner } ], release: [ { role: release } ] }, evidence: [verification-plan] }
${more.join('\n')}
`);
}

function caseOf(rules: number, files: number, commits: number, reviews: number): Case {
  const given = facts({
    pull: { author: bot('fixer[bot]'), body: manifest('verification: look at it for an hour, then at the error rate') },
    files: Array.from({ length: files }, (_, n) => `services/s${n % 40}/src/deep/folder/file-${n}.ts`),
    commits: Array.from({ length: commits }, (_, n) =>
      commit(bot('fixer[bot]'), { sha: n.toString(16).padStart(40, 'a') }),
    ),
    reviews: Array.from({ length: reviews }, (_, n) =>
      approval(`person-${n}`, `10:${String(n % 60).padStart(2, '0')}`),
    ),
  });
  const inForce = policyOf(rules);
  return { policy: inForce, facts: withAnswers(inForce, given, reviews) };
}

/** Gives every decision all it asks for, so that what is timed is a decision and not a question. */
function withAnswers(inForce: PolicyInForce, given: Facts, reviews: number): Facts {
  const members = Array.from({ length: Math.max(reviews, 4) }, (_, n) => person(`person-${n}`));
  let current = given;
  for (let round = 0; round < 8; round += 1) {
    const { wants } = decide(inForce, current);
    if (wants.length === 0) return current;
    const lookups = structuredClone(current.lookups) as Record<string, Record<string, unknown>>;
    for (const { kind, key, login } of wants) {
      const account = members.find(({ id }) => String(id) === key) ?? person(login ?? 'nobody');
      const answers: Partial<Record<keyof Lookups, unknown>> = {
        teams: { id: 77, members },
        people: { account, permission: 'write', suspended: false },
        files: listing(given.files.items.map((file) => ({ ...file, blob: null, patch: null }))),
        properties: [],
        proposedPolicy: { kind: 'untouched' },
      };
      lookups[kind] = { ...lookups[kind], [key]: { ok: answers[kind] ?? null, at: now } };
    }
    current = { ...current, lookups: lookups as Lookups };
  }
  throw new Error('the case asks for more than it is given');
}

export function smallCase(): Case {
  return caseOf(1, 1, 1, 1);
}

export function usualCase(rules: number): Case {
  return caseOf(rules, 10, 5, 3);
}

export function largestCase(files: number): Case {
  return caseOf(100, files, 250, 100);
}
