import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { completeText, policy } from './load.ts';

test('a complete policy becomes what the program uses, field by field', () => {
  const expected: unknown = JSON.parse(readFileSync(new URL('fixtures/complete.json', import.meta.url), 'utf8'));
  expect(JSON.parse(JSON.stringify(policy(completeText)))).toEqual(expected);
});

test('it gives no warnings, and names its sources by digest', () => {
  const result = loadPolicy({ organization: { file: 'countersign.yml', text: completeText } });
  expect(result).toMatchObject({
    ok: true,
    warnings: [],
    effective: {
      sources: [
        { kind: 'organization', file: 'countersign.yml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { kind: 'pack', file: 'countersign:baseline', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    },
  });
});

test.each([
  [
    'a proposal behind one that matches everything',
    'proposals: [ { category: all }, { category: never } ]',
    '2:33: is never reached, since `all` before it matches everything',
  ],
  [
    'a role without a seat',
    'roles: { idle: { members: ["user:ada"] } }',
    '2:10: the role `idle` fills no seat anywhere',
  ],
  [
    'a branch of two environments',
    'environments: { a: { base: [main] }, b: { base: [main] } }',
    '2:50: `main` already belongs to `a`, which is stricter and names the gate',
  ],
  ['a rule that asks for nothing', 'rules: [ { name: idle } ]', '2:10: `idle` asks for nothing'],
  [
    'a role of too few people',
    'stages: [peer]\nroles: { few: { members: ["user:ada"], backups: ["user:Ada"] } }\nrules: [ { name: x, require: { peer: [ { role: few, count: 2 } ] } } ]',
    '4:40: 2 of `few` are asked for, and it has 1 with its backups',
  ],
])('warns of %s', (_, section, warning) => {
  const result = loadPolicy({ organization: { file: 'countersign.yml', text: `version: 1\n${section}\n` } });
  const warnings = result.ok ? result.warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`) : [];
  expect(warnings).toEqual([warning]);
});
