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
