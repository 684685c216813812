import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/decision/decision.ts';
import { renderCheck } from '../../src/decision/render.ts';
import { busy, many, ten, two } from '../support/busy.ts';
import { approval, commit, facts, person, settled } from '../support/facts.ts';
import type { Told } from '../support/told.ts';

/** The summary of the check run, without its empty lines and the digest of the policy. */
function shown(decision: Decision): readonly string[] {
  const summary = renderCheck(decision, { leaf: 12, checkpoint: 'log_1' });
  return summary.split('\n').flatMap((line) => (line === '' ? [] : line.replace(/[0-9a-f]{12}/, '…')));
}

describe('the check run', () => {
  const cases: readonly Told[] = [
    [
      'of a proposal with everything',
      () => busy(),
      [
        '### What this change is',
        '- Category: **remediation** (approval), because remediation: labels: remediation',
        '- Environments: production',
        '- Systems: pay\\_ments, books',
        '- Classifications: pci, sox',
        '- Blast radius: **high**, because systems-touched: 2, &gt;= 2',
        '- Rules: a\\_peer; production',
        '### Plan',
        '| Stage | Seat | Filled by | Can be filled by |',
        '| --- | --- | --- | --- |',
        '| peer | peer | bo, Mon 2026-11-23 10:00 UTC |  |',
        '| release | release-manager |  | rita |',
        '### Evidence',
        '- [x] **services**: The declared services cover what is touched. pay\\_ments; books',
        '- [ ] **ticket**: It does not match ^CHG-\\[0-9\\]+\\$. soon\\_',
        '### What stands in the way',
        '- ticket: It does not match ^CHG-\\[0-9\\]+\\$. (evidence-unverified)',
        '- It must stay open for people to see until Mon 2026-11-23 14:00 UTC. (minimum-open)',
        '### Approvals that do not count',
        '- z\\_oe: z\\_oe is in none of the roles that this proposal needs now. (not-a-member)',
        '### Exceptions',
        '- author may approve their own: RISK-1 (until 2026-12-31)',
        '### Commands without effect',
        '- z\\_oe: Only an eligible approver of this proposal can reject it. (not-entitled)',
        '### Next, for the author',
        '- It does not match ^CHG-\\[0-9\\]+\\$.',
        '### Next, for approvers',
        '- Seat "release-manager": rita can approve.',
        '- z\\_oe: z\\_oe is in none of the roles that this proposal needs now.',
        '---',
        'Decided 2026-11-23T12:00:00Z · countersign.yml … · ledger entry 12 · checkpoint log\\_1',
      ],
    ],
    [
      'of one that is complete',
      () => settled(two, facts({ reviews: [approval('bo', '10:00'), approval('rita', '11:00')] })),
      [
        '### What this change is',
        '- Category: **remediation** (approval), because remediation: labels: remediation',
        '- Environments: production',
        '- Systems: unmapped',
        '- Classifications: none',
        '- Blast radius: **low**, because no blast-radius condition matches',
        '- Rules: a peer; production',
        '### Plan',
        '| Stage | Seat | Filled by | Can be filled by |',
        '| --- | --- | --- | --- |',
        '| peer | peer | bo, Mon 2026-11-23 10:00 UTC |  |',
        '| release | release-manager | rita, Mon 2026-11-23 11:00 UTC |  |',
        '### Next, for the author',
        '- Merge when ready.',
        '---',
        'Decided 2026-11-23T12:00:00Z · countersign.yml … · ledger entry 12 · checkpoint log\\_1',
      ],
    ],
    [
      'of one that is none',
      () => settled(two, facts({ labels: [] })),
      [
        '### What this change is',
        '- Category: **none** (approval), because no proposal condition matches',
        '- Environments: production',
        '- Systems: unmapped',
        '- Classifications: none',
        '- Blast radius: **low**, because no blast-radius condition matches',
        '- Rules: a peer; production',
        '---',
        'Decided 2026-11-23T12:00:00Z · countersign.yml … · ledger entry 12 · checkpoint log\\_1',
      ],
    ],
    [
      'names ten people at most',
      () => settled(many, facts({ pull: { base: 'elsewhere' } })),
      [
        '### What this change is',
        '- Category: **remediation** (approval), because remediation: labels: remediation',
        '- Environments: none',
        '- Systems: unmapped',
        '- Classifications: none',
        '- Blast radius: **low**, because no blast-radius condition matches',
        '- Rules: a peer',
        '### Plan',
        '| Stage | Seat | Filled by | Can be filled by |',
        '| --- | --- | --- | --- |',
        '| peer | peer |  | p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and 1 more |',
        '### What stands in the way',
        '- The seat "peer" of the stage "peer" is open. (seat-open)',
        '### Next, for approvers',
        '- Seat "peer": p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 and others can approve.',
        '---',
        'Decided 2026-11-23T12:00:00Z · countersign.yml … · ledger entry 12 · checkpoint log\\_1',
      ],
    ],
    [
      'names ten people',
      () => settled(ten, facts({ pull: { base: 'elsewhere' } })),
      [
        '### What this change is',
        '- Category: **remediation** (approval), because remediation: labels: remediation',
        '- Environments: none',
        '- Systems: unmapped',
        '- Classifications: none',
        '- Blast radius: **low**, because no blast-radius condition matches',
        '- Rules: a peer',
        '### Plan',
        '| Stage | Seat | Filled by | Can be filled by |',
        '| --- | --- | --- | --- |',
        '| peer | peer |  | p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 |',
        '### What stands in the way',
        '- The seat "peer" of the stage "peer" is open. (seat-open)',
        '### Next, for approvers',
        '- Seat "peer": p0, p1, p2, p3, p4, p5, p6, p7, p8, p9 can approve.',
        '---',
        'Decided 2026-11-23T12:00:00Z · countersign.yml … · ledger entry 12 · checkpoint log\\_1',
      ],
    ],
    [
      'names nobody',
      () =>
        settled(two, facts({ pull: { base: 'elsewhere' }, commits: [commit(person('bo')), commit(person('ana'))] })),
      [
        '### What this change is',
        '- Category: **remediation** (approval), because remediation: labels: remediation',
        '- Environments: none',
        '- Systems: unmapped',
        '- Classifications: none',
        '- Blast radius: **low**, because no blast-radius condition matches',
        '- Rules: a peer',
        '### Plan',
        '| Stage | Seat | Filled by | Can be filled by |',
        '| --- | --- | --- | --- |',
        '| peer | peer |  | nobody |',
        '### What stands in the way',
        '- Nobody can fill the seat "peer" of the stage "peer". (seat-unfillable)',
        '### Next, for approvers',
        '- Seat "peer": nobody can approve.',
        '---',
        'Decided 2026-11-23T12:00:00Z · countersign.yml … · ledger entry 12 · checkpoint log\\_1',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(shown(given())).toEqual(expected);
  });
});
