import { expect, test } from 'vitest';
import { describePolicy, describePolicyChange } from '../../src/policy/describe.ts';
import { completeText, policy } from './load.ts';

const complete = policy(completeText);

test.each([
  [
    'a seat is removed',
    '{ role: service-owner, count: 2 }, ',
    '',
    [],
    ['When blast radius >= high: 2 of service-owner in stage peer.'],
  ],
  [
    'a member is added',
    'members: ["user:dana"]',
    'members: ["user:dana", "user:mallory"]',
    ['user:mallory is a member of data-protection.'],
    [],
  ],
  ['a rule is named otherwise', 'name: customer data', 'name: personal data', [], []],
  [
    'a duration is longer',
    'expire-after: 3d',
    'expire-after: 9d',
    ['When environments: production: approvals expire after 9d of business time.'],
    ['When environments: production: approvals expire after 3d of business time.'],
  ],
  [
    'what is unknown is let through',
    'unattributed-commits: block',
    'unattributed-commits: ignore',
    ['Commits of no account: ignore.'],
    ['Commits of no account: block.'],
  ],
  [
    'a route is laxer',
    'route: engineering-only',
    'route: standard',
    [
      'Proposal 2, schema-change: paths: **/migrations/**; and labels: remediation; route standard, initiator required.',
    ],
    [
      'Proposal 2, schema-change: paths: **/migrations/**; and labels: remediation; route engineering-only, initiator required.',
    ],
  ],
])('%s', (_, from, to, added, removed) => {
  expect(describePolicyChange(complete, policy(completeText.replace(from, to)))).toEqual({ added, removed });
});

test('every sentence is one, and none is said twice', () => {
  const sentences = describePolicy(complete);
  expect(sentences.filter((sentence) => !sentence.endsWith('.') || sentence.includes('undefined'))).toEqual([]);
  expect(new Set(sentences).size).toBe(sentences.length);
  expect(describePolicyChange(complete, complete)).toEqual({ added: [], removed: [] });
});

/** What no sentence needs: names of rules and where they come from; and a word that has no third value to change it to. */
const silent = [/^rules\.\d+\.(name|source)$/, /\.seats\.\d+\.of$/];

test('whatever differs between two policies, a sentence says so', () => {
  const original: unknown = JSON.parse(JSON.stringify(complete));
  const unsaid = leavesOf(original, []).filter((path) => {
    const changed: unknown = structuredClone(original);
    change(changed, path);
    const { added, removed } = describePolicyChange(complete, changed as typeof complete);
    return added.length + removed.length === 0 && !silent.some((pattern) => pattern.test(path.join('.')));
  });
  expect(unsaid.map((path) => path.join('.'))).toEqual([]);
});

function leavesOf(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return path.at(-1) === 'kind' || path.at(-1) === 'key' ? [] : [path];
  return Object.entries(value).flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

function change(root: unknown, path: readonly string[]): void {
  const [last = ''] = path.slice(-1);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], root) as Record<string, unknown>;
  const value = parent[last];
  parent[last] = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}x`;
}
