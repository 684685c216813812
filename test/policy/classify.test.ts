import { describe, expect, test } from 'vitest';
import { classify } from '../../src/policy/classify.ts';
import { completeText, policy } from './load.ts';
import { subject } from './subject.ts';

const complete = policy(completeText);
const rulesOf = (...about: Parameters<typeof subject>) =>
  classify(complete, subject(...about)).rules.map(({ rule }) => rule.name);

describe('classification', () => {
  test('goes from paths to systems to labels to environments to blast radius to category to rules', () => {
    const found = classify(
      complete,
      subject({ paths: ['services/payments/charge.ts', 'deploy/staging/a', 'README.md'] }),
    );
    expect(found).toMatchObject({
      systems: [
        { name: 'payments', holds: true, paths: ['services/payments/charge.ts'] },
        { name: 'unmapped', holds: true, paths: ['deploy/staging/a', 'README.md'] },
      ],
      classifications: [
        { name: 'customer-data', holds: true, because: ['system payments'] },
        { name: 'security-sensitive', holds: true, because: ['system payments'] },
      ],
      environments: [
        { name: 'production', holds: true, because: ['base main matches main'] },
        { name: 'staging', holds: true, because: ['deploy/staging/a matches deploy/staging/**'] },
      ],
      gate: 'production',
      blastRadius: { level: 'low', holds: true },
      proposal: {
        governed: true,
        route: 'approval',
        initiator: 'required',
        policyChange: 'none',
        categories: [{ name: 'remediation' }],
      },
      wants: [],
    });
    expect(found.rules.map(({ rule }) => rule.name)).toEqual([
      'every remediation has a peer',
      'security-sensitive',
      'customer data',
      'production apply',
      'baseline: one peer',
    ]);
  });

  test('a system is judged path by path', () => {
    const split = policy('version: 1\nsystems: { a: { when: { paths: ["a/**"], not: { paths: ["**/*.md"] } } } }');
    const { systems } = classify(split, subject({ paths: ['a/x.md', 'a/x.ts', 'b.md'] }));
    expect(systems).toEqual([
      { name: 'a', holds: true, paths: ['a/x.ts'] },
      { name: 'unmapped', holds: true, paths: ['a/x.md', 'b.md'] },
    ]);
  });

  test('T24 a renamed file touches the system that it left and the one that it came to', () => {
    const two = policy('version: 1\nsystems: { a: { when: { paths: ["a/**"] } }, b: { when: { paths: ["b/**"] } } }');
    const { systems } = classify(two, subject({ paths: [{ path: 'b/x', previousPath: 'a/x' }] }));
    expect(systems.map(({ name, paths }) => [name, paths])).toEqual([
      ['a', ['a/x']],
      ['b', ['b/x']],
    ]);
  });

  test.each([
    ['low', { paths: ['README.md'] }],
    ['medium', { paths: ['README.md'], lines: 100 }],
    ['high', { paths: ['README.md'], lines: 1000 }],
    ['critical', { paths: ['libs/ledger/a'], lines: 500 }],
  ])('blast radius %s', (level, change) => {
    expect(classify(complete, subject(change)).blastRadius.level).toBe(level);
  });

  test.each([
    ['dependency-upgrade', 'approval', 'none', { author: { login: 'renovate', kind: 'bot', teams: [] } }],
    ['schema-change', 'engineering-only', 'required', { paths: ['db/migrations/1.sql'] }],
    ['copy-fix', 'standard', 'required', { paths: ['docs/a.md'] }],
    ['remediation', 'approval', 'required', { labels: [], head: 'remediation/x' }],
  ] as const)('category %s, route %s', (category, route, initiator, change) => {
    const { proposal } = classify(complete, subject(change));
    expect(proposal).toMatchObject({ governed: true, route, initiator, categories: [{ name: category, holds: true }] });
  });

  test('what no proposal condition matches is ungoverned, or a `change` if policy says so', () => {
    const plain = subject({ labels: [] });
    expect(classify(complete, plain).proposal.governed).toBe(false);
    const all = policy('version: 1\notherwise: governed');
    expect(classify(all, plain).proposal).toMatchObject({
      governed: true,
      route: 'approval',
      categories: [{ name: 'change' }],
    });
  });

  test('an enormous change that policy does not care about is ungoverned, whatever else it may touch', () => {
    const huge = subject({ labels: [], complete: false, untouched: ['.github/countersign.yml'] });
    expect(classify(complete, huge).proposal.governed).toBe(false);
    expect(classify(complete, subject({ labels: [], complete: false })).proposal.governed).toBe('unknown');
  });

  test('T23 what lies beyond the files that were read is wanted, never assumed', () => {
    const found = classify(complete, subject({ complete: false }));
    expect(found.proposal).toMatchObject({ governed: true, route: 'engineering-only' });
    expect(found.systems).toEqual([
      { name: 'payments', holds: 'unknown', paths: [] },
      { name: 'unmapped', holds: true, paths: ['README.md'] },
    ]);
    expect(found.blastRadius).toMatchObject({ level: 'low', holds: true });
    expect(found.rules.filter(({ holds }) => holds === 'unknown').map(({ rule }) => rule.name)).toEqual([
      'security-sensitive',
      'customer data',
    ]);
    expect(found.wants).toEqual([{ fact: 'files' }]);
  });
});

describe('policy changes', () => {
  const path = '.github/countersign.yml';
  const text = `
version: 1
stages: [peer]
proposals: [ { category: remediation, when: { labels: [remediation] } } ]
roles: { owner: { members: ["user:ada"] } }
rules:
  - { name: everything, evidence: [failure] }
  - { name: policy, when: { categories: [policy-change] }, require: { peer: [ { role: owner } ] } }
  - { name: not policy, when: { not: { categories: [policy-change] } }, evidence: [ticket] }
`;
  const names = (labels: readonly string[], paths: readonly string[]) => {
    const { proposal, rules } = classify(policy(text), subject({ labels, paths }));
    return [proposal.governed, proposal.policyChange, ...rules.map(({ rule }) => rule.name)];
  };

  test('a policy file alone asks for the seats of the rules that name it, and for nothing else', () => {
    expect(names([], [path])).toEqual([true, 'only', 'policy']);
  });

  test('a policy file in a remediation takes nothing away from what the remediation needs', () => {
    expect(names(['remediation'], [path, 'a'])).toEqual([true, 'also', 'everything', 'policy', 'not policy']);
    expect(names(['remediation'], ['a'])).toEqual([true, 'none', 'everything', 'not policy']);
  });

  test('moving a policy file away is a policy change', () => {
    const moved = subject({ labels: [], paths: [{ path: 'x', previousPath: path }] });
    expect(classify(policy(text), moved).proposal.policyChange).toBe('only');
  });
});

test('rules that do not hold are not applied', () => {
  expect(rulesOf({ base: 'develop', paths: ['README.md'] })).toEqual([
    'every remediation has a peer',
    'baseline: one peer',
  ]);
});
