import { describe, expect, test } from 'vitest';
import { classify } from '../../src/policy/classify.ts';
import type { Want } from '../../src/policy/truth.ts';
import { policy } from './load.ts';
import { subject } from './subject.ts';

const file = '.github/countersign.yml';
const files: Want = { fact: 'files' };
const team: Want = { fact: 'author-team', team: 'acme/core' };

const text = `
version: 1
proposals:
  - { category: docs, route: standard, initiator: none, when: { only-paths: ["docs/**"] } }
  - { category: core, route: engineering-only, when: { author-teams: ["team:acme/core"], labels: [core] } }
  - { category: fix, initiator: none, when: { labels: [fix] } }
`;
const plain = policy(text);
const governed = policy(`${text}otherwise: governed\n`);

const outcomeOf = (of: typeof plain, change: Parameters<typeof subject>[0]) => {
  const { proposal, wants } = classify(of, subject(change));
  const { governed: isGoverned, policyChange, route, initiator, categories, because } = proposal;
  const names = categories.map(({ name, holds }) => (holds === true ? name : `${name}?`));
  return [isGoverned, policyChange, route, initiator, names.join(' '), because, wants];
};

const incomplete = 'the list of files is incomplete';
const notKnown = 'whether sam is in acme/core is not known';

describe('the category, the route and who must have asked', () => {
  test.each([
    [
      { paths: ['docs/a'], labels: [] },
      [true, 'none', 'standard', 'none', 'docs', 'docs: every path matches docs/**', []],
    ],
    [{ paths: ['a'], labels: ['fix'] }, [true, 'none', 'approval', 'none', 'fix', 'fix: labels: fix', []]],
    [{ paths: ['a'], labels: [] }, [false, 'none', 'approval', 'none', '', 'no proposal condition matches', []]],
    [
      { paths: ['a'], labels: ['core'] },
      ['unknown', 'none', 'engineering-only', 'required', 'core?', `core: ${notKnown}`, [team]],
    ],
    [
      { paths: ['a'], labels: ['core', 'fix'] },
      [true, 'none', 'engineering-only', 'required', 'core? fix?', `core: ${notKnown}; fix: labels: fix`, [team]],
    ],
    [
      { paths: ['docs/a'], labels: ['fix'], complete: false },
      [true, 'also', 'approval', 'none', 'docs? fix? policy-change?', `docs: ${incomplete}; fix: labels: fix`, [files]],
    ],
    [
      { paths: ['docs/a'], labels: [], complete: false, untouched: [file] },
      ['unknown', 'none', 'standard', 'none', 'docs?', `docs: ${incomplete}`, [files]],
    ],
    [
      { paths: ['a'], labels: [], complete: false },
      ['unknown', 'also', 'approval', 'none', 'policy-change?', 'no proposal condition matches', [files]],
    ],
    [
      { paths: [file], labels: [] },
      [true, 'only', 'approval', 'none', 'policy-change', `policy-change: touches ${file}`, []],
    ],
    [
      { paths: [file, 'a'], labels: ['fix'] },
      [true, 'also', 'approval', 'none', 'fix policy-change', `fix: labels: fix; policy-change: touches ${file}`, []],
    ],
  ])('%j', (change, expected) => {
    expect(outcomeOf(plain, change)).toEqual(expected);
  });

  const otherwise = 'change: policy governs every pull request';

  test.each([
    [{ paths: ['a'], labels: [] }, [true, 'none', 'approval', 'required', 'change', otherwise, []]],
    [{ paths: ['a'], labels: ['fix'] }, [true, 'none', 'approval', 'none', 'fix', 'fix: labels: fix', []]],
    [
      { paths: ['a'], labels: ['core'] },
      [true, 'none', 'engineering-only', 'required', 'core? change?', `core: ${notKnown}; ${otherwise}`, [team]],
    ],
    [
      { paths: [file], labels: [] },
      [true, 'only', 'approval', 'none', 'policy-change', `policy-change: touches ${file}`, []],
    ],
    [
      { paths: [file], labels: ['core'] },
      [
        true,
        'also',
        'engineering-only',
        'required',
        'core? change? policy-change',
        `core: ${notKnown}; ${otherwise}; policy-change: touches ${file}`,
        [team],
      ],
    ],
    [
      { paths: [file, 'a'], labels: [] },
      [
        true,
        'also',
        'approval',
        'required',
        'change policy-change',
        `${otherwise}; policy-change: touches ${file}`,
        [],
      ],
    ],
  ])('where policy governs every pull request: %j', (change, expected) => {
    expect(outcomeOf(governed, change)).toEqual(expected);
  });

  test('each category says why', () => {
    const { proposal } = classify(plain, subject({ paths: [file], labels: ['core', 'fix'] }));
    expect(proposal.categories).toEqual([
      { name: 'core', holds: 'unknown', because: [`core: ${notKnown}`] },
      { name: 'fix', holds: 'unknown', because: ['fix: labels: fix'] },
      { name: 'policy-change', holds: true, because: ['a policy file is touched'] },
    ]);
  });

  test('two conditions of one category leave no doubt about it', () => {
    const same = policy(`
version: 1
proposals:
  - { category: fix, when: { author-teams: ["team:acme/core"] } }
  - { category: fix }
`);
    const { proposal } = classify(same, subject());
    expect(proposal.categories).toEqual([
      { name: 'fix', holds: true, because: [`fix: ${notKnown}`] },
      { name: 'fix', holds: true, because: ['fix: always'] },
    ]);
  });

  test('a policy that is read from several files is untouched only where each is', () => {
    const policyPaths = [file, 'countersign.yml'];
    const touched = (untouched: readonly string[]) =>
      classify(plain, subject({ labels: [], complete: false, untouched }, { policyPaths })).proposal.policyChange;
    expect([touched([file]), touched(['countersign.yml', file]), touched([])]).toEqual(['also', 'none', 'also']);
  });

  test('a change of nothing at all changes no policy', () => {
    expect(classify(governed, subject({ labels: [], paths: [] })).proposal).toMatchObject({
      governed: true,
      policyChange: 'none',
    });
  });
});

describe('rules and the reserved category', () => {
  const rules = policy(`
version: 1
rules:
  - { name: named, when: { categories: [policy-change] }, evidence: [ticket] }
  - { name: any, when: { any: [ { categories: [policy-change] }, { draft: true } ] }, evidence: [ticket] }
  - { name: all, when: { draft: false, categories: [policy-change, docs] }, evidence: [ticket] }
  - { name: other names, when: { labels: [policy-change] }, evidence: [ticket] }
  - { name: excluded, when: { not: { categories: [policy-change] } }, evidence: [ticket] }
  - { name: not docs, when: { not: { categories: [docs] } }, evidence: [ticket] }
  - { name: always, evidence: [ticket] }
proposals: [ { category: docs, when: { labels: [docs] } } ]
`);
  const applied = (labels: readonly string[], paths: readonly string[], complete = true) =>
    classify(rules, subject({ labels, paths, complete })).rules.map(({ rule, holds }) =>
      holds === true ? rule.name : `${rule.name}?`,
    );

  test('those that speak of it apply to a change of policy alone', () => {
    expect(applied([], [file])).toEqual(['named', 'any', 'all']);
    expect(applied(['policy-change'], [file])).toEqual(['named', 'any', 'all']);
  });

  test('all that hold apply to a proposal that changes policy too', () => {
    expect(applied(['docs'], [file])).toEqual(['named', 'any', 'all', 'excluded', 'always']);
  });

  test('whether a policy file is touched may be unknown, and then so is what asks for it', () => {
    expect(applied(['docs'], ['a'], false)).toEqual(['named?', 'any?', 'all', 'excluded', 'always']);
  });
});
