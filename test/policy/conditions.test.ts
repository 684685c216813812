import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matches, wantsOf } from '../../src/policy/conditions.ts';
import { type DerivedFacts, nothingDerived } from '../../src/policy/derived.ts';
import { Condition, type ConditionInput } from '../../src/policy/schema/condition.ts';
import type { Truth } from '../../src/policy/truth.ts';
import { subject } from './subject.ts';

const found = (certain: readonly string[], possible: readonly string[] = []) => ({
  certain: new Set(certain),
  possible: new Set(possible),
  wants: possible.length > 0 ? [{ fact: 'files' } as const] : [],
});

const derived: DerivedFacts = {
  ...nothingDerived,
  systems: found(['payments', 'unmapped'], ['ledger']),
  classifications: found(['customer-data']),
  environments: found(['production']),
  categories: found(['remediation']),
  blastRadius: { possible: ['high'], wants: [] },
};

const moved = { path: 'docs/old.md', previousPath: 'services/auth/key.pem' };
const restricted = [{ name: 'data', values: ['restricted'], editableBy: 'organization' as const }];
const self = [{ name: 'data', values: ['restricted'], editableBy: 'anybody' as const }];
const bot = { login: 'dependabot', kind: 'bot' as const, teams: [] };
const member = { login: 'sam', kind: 'human' as const, teams: [{ team: 'acme/core', member: true }] };
const outsider = { login: 'sam', kind: 'human' as const, teams: [{ team: 'acme/core', member: false }] };

type Row = readonly [ConditionInput, ReturnType<typeof subject>, Truth];

const table: readonly Row[] = [
  [{}, subject(), true],
  [{ repositories: ['sh*'] }, subject(), true],
  [{ repositories: ['SHOP'] }, subject(), true],
  [{ repositories: ['acme/*'] }, subject(), true],
  [{ repositories: ['other', 'acme/bank'] }, subject(), false],
  [{ topics: ['pci'] }, subject({}, { topics: ['pci'] }), true],
  [{ topics: ['pci'] }, subject(), false],
  [{ visibility: ['public', 'private'] }, subject(), true],
  [{ visibility: ['public'] }, subject(), false],
  [{ properties: { data: ['restricted', 'confidential'] } }, subject({}, { properties: restricted }), true],
  [{ properties: { data: 'public' } }, subject({}, { properties: restricted }), false],
  [{ properties: { data: 'restricted' } }, subject({}, { properties: undefined }), 'unknown'],
  [{ properties: { data: 'restricted' } }, subject({}, { properties: self }), 'unknown'],
  [{ base: ['release/**'] }, subject({ base: 'release/1/x' }), true],
  [{ base: ['main'] }, subject({ base: 'maintenance' }), false],
  [{ head: ['remediation/**'] }, subject({ head: 'remediation/x' }), true],
  [{ head: ['remediation/**'] }, subject({ head: 'remediation/x', forkOwner: 'mallory' }), false],
  [{ head: ['mallory:*'] }, subject({ head: 'x', forkOwner: 'mallory' }), true],
  [{ fork: true }, subject({ forkOwner: 'mallory' }), true],
  [{ fork: false }, subject(), true],
  [{ draft: true }, subject(), false],
  [{ authors: ['Sam'] }, subject(), true],
  [{ authors: ['s*m'] }, subject(), true],
  [{ authors: ['dependabot[bot]'] }, subject({ author: bot }), true],
  [{ authors: ['dependabot[bot]'] }, subject({ author: { ...bot, login: 'dependabot[bot]' } }), true],
  [{ authors: ['dependabot[bot]'] }, subject({ author: { ...bot, kind: 'human' } }), false],
  [{ authors: ['dependabot'] }, subject({ author: bot }), false],
  [{ 'author-kind': 'bot' }, subject({ author: bot }), true],
  [{ 'author-teams': ['team:acme/core'] }, subject({ author: member }), true],
  [{ 'author-teams': ['team:acme/core'] }, subject({ author: outsider }), false],
  [{ 'author-teams': ['team:acme/core'] }, subject(), 'unknown'],
  [{ not: { 'author-teams': ['team:acme/core'] } }, subject(), 'unknown'],
  [{ 'author-teams': ['team:acme/core'], draft: true }, subject(), false],
  [{ labels: ['REMEDIATION'] }, subject(), true],
  [{ labels: ['other'] }, subject(), false],
  [{ title: '^Fix' }, subject(), true],
  [{ title: '(?i)^fix .*ROUNDING$' }, subject(), true],
  [{ title: '^Revert' }, subject(), false],
  [{ paths: ['**/auth/**'] }, subject({ paths: ['a.ts', 'x/auth/y'] }), true],
  [{ paths: ['**/auth/**'] }, subject({ paths: ['auth'] }), true],
  [{ paths: ['.github/**'] }, subject({ paths: ['.github/workflows/.x.yml'] }), true],
  [{ paths: ['docs/**'] }, subject({ paths: [] }), false],
  [{ paths: ['x/**'] }, subject({ complete: false }), 'unknown'],
  [{ paths: ['*.md'] }, subject({ complete: false }), true],
  [{ 'only-paths': ['docs/**'] }, subject({ paths: ['docs/a', 'docs/b'] }), true],
  [{ 'only-paths': ['docs/**'] }, subject({ paths: ['docs/a', 'b'] }), false],
  [{ 'only-paths': ['docs/**'] }, subject({ paths: [] }), false],
  [{ 'only-paths': ['docs/**'] }, subject({ paths: ['docs/a'], complete: false }), 'unknown'],
  [{ files: '>= 1' }, subject(), true],
  [{ files: 1 }, subject(), true],
  [{ lines: '< 10' }, subject(), false],
  [{ additions: '<=10', deletions: '= 0' }, subject(), true],
  [{ 'systems-touched': '>= 1' }, subject(), true],
  [{ 'systems-touched': '>= 2' }, subject(), 'unknown'],
  [{ 'systems-touched': '> 2' }, subject(), false],
  [{ 'systems-touched': 1 }, subject(), 'unknown'],
  [{ 'systems-touched': '< 3' }, subject(), true],
  [{ categories: ['remediation'] }, subject(), true],
  [{ environments: ['staging'] }, subject(), false],
  [{ systems: ['unmapped'] }, subject(), true],
  [{ systems: ['ledger'] }, subject(), 'unknown'],
  [{ classifications: ['customer-data', 'other'] }, subject(), true],
  [{ 'blast-radius': 'high' }, subject(), true],
  [{ 'blast-radius': '>= high' }, subject(), true],
  [{ 'blast-radius': '> high' }, subject(), false],
  [{ 'blast-radius': '<= critical' }, subject(), true],
  [{ any: [{ draft: true }, { labels: ['remediation'] }] }, subject(), true],
  [{ all: [{ draft: false }, { labels: ['other'] }] }, subject(), false],
  [{ not: { draft: true } }, subject(), true],
];

describe('conditions', () => {
  test.each(table)('%j', (written, about, expected) => {
    const match = matches(Condition.parse(written), about, derived);
    expect(match.holds).toBe(expected);
    expect(wantsOf(match).length > 0).toBe(expected === 'unknown');
  });

  test('T24 a file that is moved away counts with the path that it had', () => {
    const about = subject({ paths: [moved] });
    const paths = matches(Condition.parse({ paths: ['**/auth/**'] }), about, nothingDerived);
    expect(paths).toMatchObject({ holds: true, because: 'services/auth/key.pem matches **/auth/**' });
    expect(matches(Condition.parse({ 'only-paths': ['docs/**'] }), about, nothingDerived).holds).toBe(false);
  });

  test('T24 a submodule or a link that takes the place of a folder counts as the folder', () => {
    const about = subject({ paths: ['services/payments'] });
    expect(matches(Condition.parse({ paths: ['services/payments/**'] }), about, nothingDerived).holds).toBe(true);
  });

  test('the reason names the value and what it was held against, part by part', () => {
    const match = matches(Condition.parse({ labels: ['other'], not: { draft: true } }), subject(), nothingDerived);
    expect(match).toEqual({
      holds: false,
      key: 'all',
      because: 'labels: none of other',
      of: [
        { holds: false, key: 'labels', because: 'labels: none of other' },
        {
          holds: true,
          key: 'not',
          because: 'not: is not a draft',
          of: [{ holds: false, key: 'draft', because: 'is not a draft' }],
        },
      ],
    });
  });

  test('more facts never turn an answer around: what was known stays', () => {
    const path = fc.constantFrom('a/x', 'b/x', 'docs/y', '.z');
    const condition: fc.Arbitrary<ConditionInput> = fc.letrec<{ node: ConditionInput }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.subarray(['a/**', 'docs/**', '**/x'], { minLength: 1 }).map((paths): ConditionInput => ({ paths })),
        fc.subarray(['a/**', '*/y'], { minLength: 1 }).map((paths): ConditionInput => ({ 'only-paths': paths })),
        fc.constant<ConditionInput>({ 'author-teams': ['team:acme/core'] }),
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((any): ConditionInput => ({ any })),
        fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((all): ConditionInput => ({ all })),
        tie('node').map((not): ConditionInput => ({ not })),
      ),
    })).node;
    fc.assert(
      fc.property(condition, fc.array(path), fc.array(path), fc.boolean(), (written, some, more, isMember) => {
        const parsed = Condition.parse(written);
        const before = matches(parsed, subject({ paths: some, complete: false }), nothingDerived).holds;
        const author = isMember ? member : outsider;
        const after = matches(parsed, subject({ paths: [...some, ...more], author }), nothingDerived).holds;
        expect(after).not.toBe('unknown');
        if (before !== 'unknown') expect(after).toBe(before);
      }),
    );
  });
});
