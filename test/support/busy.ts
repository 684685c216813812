import { approval, commit, facts, manifest, person, policy, said, settled, twoStages } from './facts.ts';

/** A proposal of which everything can be told that ever is, and policies with many people. */
const rich = policy(`
version: 1
stages: [peer, release]
proposals:
  - category: remediation
    when: { labels: [remediation] }
environments:
  production: { base: [main] }
systems:
  pay_ments: { when: { paths: ["src/**"] } }
  books: { when: { paths: ["src/**"] } }
classifications:
  pci: { when: { systems: [pay_ments] } }
  sox: { when: { all: [ { systems: [books] }, { labels: [remediation] } ] } }
blast-radius:
  high: { systems-touched: ">= 2" }
roles:
  peer: { members: ["user:ana", "user:bo", "user:author"] }
  release-manager: { members: ["user:rita", "user:ana"], backups: ["user:ruth"] }
rules:
  - name: a_peer
    require: { peer: [ { role: peer } ] }
    evidence: [services, ticket]
  - name: production
    when: { environments: [production] }
    require: { release: [ { role: release-manager } ] }
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  exceptions: [ { user: "user:author", may-approve-own: production, until: 2026-12-31, reason: RISK-1 } ]
evidence: { ticket: "^CHG-[0-9]+$" }
approvals: { minimum-open: 6h }
`);
export const two = policy(twoStages);
export const many = policy(
  twoStages.replace(
    '["user:ana", "user:bo", "user:author"]',
    JSON.stringify(Array.from({ length: 11 }, (_, index) => `user:p${index}`)),
  ),
);
export const ten = policy(
  twoStages.replace(
    '["user:ana", "user:bo", "user:author"]',
    JSON.stringify(Array.from({ length: 10 }, (_, index) => `user:p${index}`)),
  ),
);
export const busy = () =>
  settled(
    rich,
    facts({
      pull: { body: manifest('services: [pay_ments, books]\nticket: soon_') },
      reviews: [approval('bo', '10:00'), approval('z_oe', '10:00')],
      interventions: [said('z_oe', '11:00', { kind: 'reject', code: 'risk', rationale: 'no' })],
      commits: [commit(person('author')), commit(person('ana'))],
    }),
  );
