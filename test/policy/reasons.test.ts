import { describe, expect, test } from 'vitest';
import { matches, wantsOf } from '../../src/policy/conditions.ts';
import type { DerivedFacts } from '../../src/policy/derived.ts';
import { Condition, type ConditionInput } from '../../src/policy/schema/condition.ts';
import type { Truth, Want } from '../../src/policy/truth.ts';
import { subject } from './subject.ts';

const filesWanted: Want = { fact: 'files' };
const propertiesWanted: Want = { fact: 'properties' };

const derived: DerivedFacts = {
  systems: { certain: new Set(['payments', 'unmapped']), possible: new Set(['ledger']), wants: [filesWanted] },
  classifications: { certain: new Set(['secret']), possible: new Set(['personal']), wants: [propertiesWanted] },
  environments: { certain: new Set(['production']), possible: new Set(['staging']), wants: [filesWanted] },
  categories: { certain: new Set(['remediation']), possible: new Set(['copy-fix']), wants: [filesWanted] },
  blastRadius: { possible: ['high', 'medium'], wants: [propertiesWanted] },
};

const inTeams = (...teams: readonly (readonly [string, boolean])[]) =>
  subject({ author: { login: 'sam', kind: 'human', teams: teams.map(([team, member]) => ({ team, member })) } });
const withProperty = (values: readonly string[], editableBy: 'organization' | 'anybody') =>
  subject({}, { properties: [{ name: 'Data', values, editableBy }] });
const fork = subject({ head: 'x', forkOwner: 'mallory' });
const bot = subject({ author: { login: 'renovate', kind: 'bot', teams: [] } });
const truncated = subject({ complete: false });
const moved = subject({ paths: [{ path: 'docs/a', previousPath: 'lib/a' }] });
const longer = subject({ lines: 40 });
const core = { fact: 'author-team', team: 'acme/core' } as const;
const ops = { fact: 'author-team', team: 'acme/ops' } as const;

type Row = [ConditionInput, ReturnType<typeof subject>, Truth, string, (readonly Want[])?];

const table: readonly Row[] = [
  [{}, subject(), true, 'always'],
  [{ repositories: ['x', 'sh*'] }, subject(), true, 'shop matches sh*'],
  [{ repositories: ['x', 'Acme/*'] }, subject(), true, 'acme/shop matches Acme/*'],
  [{ repositories: ['x', 'y'] }, subject(), false, 'shop matches none of x, y'],
  [{ repositories: ['x', 'acme/y'] }, subject(), false, 'acme/shop matches none of x, acme/y'],
  [{ base: ['dev', 'ma*'] }, subject(), true, 'main matches ma*'],
  [{ base: ['Main', 'dev'] }, subject(), false, 'main matches none of Main, dev'],
  [{ head: ['fix'] }, subject(), true, 'fix matches fix'],
  [{ head: ['x'] }, fork, false, 'mallory:x matches none of x'],
  [{ head: ['mallory:*'] }, fork, true, 'mallory:x matches mallory:*'],
  [{ paths: ['x/**', '*.md'] }, subject(), true, 'README.md matches *.md'],
  [{ paths: ['lib/**'] }, moved, true, 'lib/a matches lib/**'],
  [{ paths: ['**/a'] }, moved, true, 'docs/a matches **/a'],
  [{ paths: ['x/**', 'y/**'] }, moved, false, 'no path matches x/**, y/**'],
  [{ paths: ['x/**'] }, truncated, 'unknown', 'the list of files is incomplete', [filesWanted]],
  [{ 'only-paths': ['*.md', 'x/**'] }, subject(), true, 'every path matches *.md, x/**'],
  [{ 'only-paths': ['docs/**', 'x/**'] }, moved, false, 'lib/a is outside docs/**, x/**'],
  [{ 'only-paths': ['docs/**', 'lib/**'] }, moved, true, 'every path matches docs/**, lib/**'],
  [{ 'only-paths': ['lib/**'] }, moved, false, 'docs/a is outside lib/**'],
  [{ 'only-paths': ['**'] }, subject({ paths: [] }), false, 'no file changed'],
  [{ 'only-paths': ['**'] }, truncated, 'unknown', 'the list of files is incomplete', [filesWanted]],
  [{ topics: ['x', 'PCI'] }, subject({}, { topics: ['pci'] }), true, 'topics: PCI'],
  [{ topics: ['x', 'y'] }, subject({}, { topics: ['pci'] }), false, 'topics: none of x, y'],
  [{ visibility: ['public', 'private'] }, subject(), true, 'visibility: private'],
  [{ visibility: ['public', 'internal'] }, subject(), false, 'visibility: none of public, internal'],
  [{ authors: ['s*'] }, subject(), true, 'authors: s*'],
  [{ authors: ['ada', 'svc-*'] }, subject(), false, 'authors: none of ada, svc-*'],
  [{ labels: ['Remediation'] }, subject(), true, 'labels: Remediation'],
  [{ labels: ['bug'] }, subject({ labels: ['BUG'] }), true, 'labels: bug'],
  [{ labels: ['bug', 'chore'] }, subject(), false, 'labels: none of bug, chore'],
  [{ 'author-teams': ['team:acme/ops', 'team:Acme/core'] }, inTeams(['acme/core', true]), true, 'sam is in acme/core'],
  [{ 'author-teams': ['team:acme/core'] }, inTeams(['Acme/Core', true]), true, 'sam is in acme/core'],
  [
    { 'author-teams': ['team:acme/core', 'team:acme/ops'] },
    inTeams(['acme/core', false], ['acme/ops', false]),
    false,
    'sam is in none of acme/core, acme/ops',
  ],
  [
    { 'author-teams': ['team:acme/core', 'team:acme/ops'] },
    inTeams(['acme/core', false]),
    'unknown',
    'whether sam is in acme/core, acme/ops is not known',
    [ops],
  ],
  [
    { 'author-teams': ['team:acme/core', 'team:acme/ops'] },
    inTeams(),
    'unknown',
    'whether sam is in acme/core, acme/ops is not known',
    [core, ops],
  ],
  [
    { properties: { data: 'secret' } },
    subject({}, { properties: undefined }),
    'unknown',
    'custom properties could not be read',
    [propertiesWanted],
  ],
  [
    { properties: { data: 'secret' } },
    withProperty(['secret'], 'anybody'),
    'unknown',
    'property data may be edited by repository actors, so it cannot classify',
    [{ fact: 'property-editability', property: 'data' }],
  ],
  [{ properties: { data: ['x', 'secret'] } }, withProperty(['secret'], 'organization'), true, 'data is secret'],
  [{ properties: { data: ['x', 'y'] } }, withProperty(['secret'], 'organization'), false, 'data is none of x, y'],
  [{ properties: { tier: 'one' } }, withProperty(['one'], 'anybody'), false, 'tier is none of one'],
  [{ files: '>= 1' }, subject(), true, 'files: 1, >= 1'],
  [{ files: '> 1' }, subject(), false, 'files: 1, not > 1'],
  [{ lines: '= 40' }, longer, true, 'lines: 40, = 40'],
  [{ additions: '<= 40' }, longer, true, 'additions: 40, <= 40'],
  [{ additions: '< 40' }, longer, false, 'additions: 40, not < 40'],
  [{ deletions: 1 }, longer, false, 'deletions: 0, not = 1'],
  [{ deletions: 0 }, longer, true, 'deletions: 0, = 0'],
  [{ 'systems-touched': '>= 2' }, subject(), 'unknown', 'systems-touched: between 1 and 2, >= 2', [filesWanted]],
  [{ 'systems-touched': '> 1' }, subject(), 'unknown', 'systems-touched: between 1 and 2, > 1', [filesWanted]],
  [{ 'systems-touched': '> 2' }, subject(), false, 'systems-touched: between 1 and 2, not > 2'],
  [{ 'systems-touched': '>= 1' }, subject(), true, 'systems-touched: between 1 and 2, >= 1'],
  [{ 'systems-touched': '> 0' }, subject(), true, 'systems-touched: between 1 and 2, > 0'],
  [{ 'systems-touched': '<= 2' }, subject(), true, 'systems-touched: between 1 and 2, <= 2'],
  [{ 'systems-touched': '<= 1' }, subject(), 'unknown', 'systems-touched: between 1 and 2, <= 1', [filesWanted]],
  [{ 'systems-touched': '< 1' }, subject(), false, 'systems-touched: between 1 and 2, not < 1'],
  [{ 'systems-touched': '= 2' }, subject(), 'unknown', 'systems-touched: between 1 and 2, = 2', [filesWanted]],
  [{ 'systems-touched': '= 1' }, subject(), 'unknown', 'systems-touched: between 1 and 2, = 1', [filesWanted]],
  [{ 'systems-touched': '= 3' }, subject(), false, 'systems-touched: between 1 and 2, not = 3'],
  [{ 'systems-touched': '= 0' }, subject(), false, 'systems-touched: between 1 and 2, not = 0'],
  [{ systems: ['ledger', 'payments'] }, subject(), true, 'systems: payments'],
  [{ systems: ['x', 'ledger'] }, subject(), 'unknown', 'systems: perhaps ledger', [filesWanted]],
  [{ systems: ['x', 'y'] }, subject(), false, 'systems: none of x, y'],
  [{ classifications: ['secret'] }, subject(), true, 'classifications: secret'],
  [{ classifications: ['personal'] }, subject(), 'unknown', 'classifications: perhaps personal', [propertiesWanted]],
  [{ environments: ['production'] }, subject(), true, 'environments: production'],
  [{ environments: ['staging'] }, subject(), 'unknown', 'environments: perhaps staging', [filesWanted]],
  [{ categories: ['copy-fix'] }, subject(), 'unknown', 'categories: perhaps copy-fix', [filesWanted]],
  [{ categories: ['change'] }, subject(), false, 'categories: none of change'],
  [{ 'blast-radius': '>= high' }, subject(), 'unknown', 'blast radius is high or medium', [propertiesWanted]],
  [{ 'blast-radius': '>= medium' }, subject(), true, 'blast radius is high or medium'],
  [{ 'blast-radius': '> medium' }, subject(), 'unknown', 'blast radius is high or medium', [propertiesWanted]],
  [{ 'blast-radius': '> low' }, subject(), true, 'blast radius is high or medium'],
  [{ 'blast-radius': '< critical' }, subject(), true, 'blast radius is high or medium'],
  [{ 'blast-radius': '< high' }, subject(), 'unknown', 'blast radius is high or medium', [propertiesWanted]],
  [{ 'blast-radius': '<= high' }, subject(), true, 'blast radius is high or medium'],
  [{ 'blast-radius': '<= low' }, subject(), false, 'blast radius is high or medium'],
  [{ 'blast-radius': 'high' }, subject(), 'unknown', 'blast radius is high or medium', [propertiesWanted]],
  [{ 'blast-radius': 'low' }, subject(), false, 'blast radius is high or medium'],
  [{ fork: true }, fork, true, 'is a fork'],
  [{ fork: true }, subject(), false, 'is not a fork'],
  [{ draft: true }, subject({ draft: true }), true, 'is a draft'],
  [{ draft: false }, subject(), true, 'is not a draft'],
  [{ 'author-kind': 'bot' }, bot, true, 'renovate is a bot'],
  [{ 'author-kind': 'bot' }, subject(), false, 'sam is a human'],
  [{ title: '^Fix' }, subject(), true, 'the title matches ^Fix'],
  [{ title: '^Revert' }, subject(), false, 'the title does not match ^Revert'],
  [{ not: { draft: true } }, subject(), true, 'not: is not a draft'],
  [{ not: { paths: ['x/**'] } }, truncated, 'unknown', 'not: the list of files is incomplete', [filesWanted]],
  [{ all: [{ draft: false }, { fork: false }] }, subject(), true, 'is not a draft; is not a fork'],
  [{ all: [{ draft: false }, { fork: true }] }, subject(), false, 'is not a fork'],
  [{ any: [{ draft: true }, { fork: false }] }, subject(), true, 'is not a fork'],
  [{ any: [{ draft: true }, { fork: true }] }, subject(), false, 'is not a draft; is not a fork'],
  [{ any: [{ draft: true }, { systems: ['ledger'] }] }, subject(), 'unknown', 'systems: perhaps ledger', [filesWanted]],
];

describe('every condition says why, and what would tell', () => {
  test.each(table)('%# %j', (written, about, holds, because, wants = []) => {
    const match = matches(Condition.parse(written), about, derived);
    expect([match.holds, match.because, wantsOf(match)]).toEqual([holds, because, wants]);
    const [key = 'all'] = Object.keys(written);
    expect(match.key).toBe(key === 'properties' ? `properties.${Object.keys(written.properties ?? {})[0]}` : key);
  });
});
