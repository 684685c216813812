import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchema } from '../../src/policy/json-schema.ts';
import { PolicyFile } from '../../src/policy/schema.ts';
import { completeText } from './load.ts';

describe('the published JSON Schema', () => {
  test('is the one that the definitions make; `npx vitest run test/policy/json-schema.test.ts -u` writes it', async () => {
    await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot('../../docs/policy.schema.json');
  });

  // Structure only: names that refer to others, dates that do not exist and RE2 are beyond JSON Schema.
  const accepted = [
    'version: 1',
    completeText,
    'version: 1\nrules: [ { name: x, when: {} } ]',
    'version: 1\nblast-radius: { high: { files: 3, lines: ">=4" } }',
    'version: 1\nproposals: [ { category: a, when: { properties: { x: y } } } ]',
    'version: 1\nproposals: [ { category: a, when: { not: { any: [ { draft: true }, { all: [ {} ] } ] } } } ]',
    'version: 1\ncalendars: { a: { timezone: UTC, hours: { mon: ["08:00-12:00", "13:00-17:00"] } } }',
  ];
  const refused = [
    '[]',
    'roles: {}',
    'version: 2',
    'version: "1"',
    'version: 1\nunknown: 1',
    'version: 1\nstages: []',
    'version: 1\nstages: [1a]',
    'version: 1\nrules: [ { when: {} } ]',
    'version: 1\nrules: [ { name: x, when: { labels: [] } } ]',
    'version: 1\nrules: [ { name: x, when: { any: [ { nope: 1 } ] } } ]',
    'version: 1\nrules: [ { name: x, approvals: { expire-after: soon } } ]',
    'version: 1\nrules: [ { name: x, sla: { peer: soon } } ]',
    'version: 1\nrules: [ { name: x, require: { peer: [ { role: a, count: 0 } ] } } ]',
    'version: 1\nroles: { a: { members: ["user:x[bot]"] } }',
    'version: 1\nroles: { a: { members: [] } }',
    'version: 1\nroles: { __proto: 1 }',
    'version: 1\nproposals: [ { category: a, route: fast } ]',
    'version: 1\nblast-radius: { low: {} }',
    'version: 1\nblast-radius: { high: { files: -1 } }',
    'version: 1\nfreezes: [ { name: x, from: tomorrow, to: "2027-01-01T00:00", timezone: UTC } ]',
    'version: 1\nnotify: { on: { nothing: [a] } }',
    'version: 1\nnotify: { channels: { a: { slack: "https://x" } } }',
    'version: 1\ncalendars: { a: { timezone: UTC, hours: { monday: "08:00-12:00" } } }',
  ];
  const validate = new Ajv2020({ strict: false }).compile(jsonSchema());

  test.each(accepted.map((text) => [text.slice(0, 80), text]))('accepts what the parser accepts: %s', (_, text) => {
    expect([validate(parse(text)), PolicyFile.safeParse(parse(text)).success]).toEqual([true, true]);
  });

  test.each(refused)('refuses what the parser refuses: %s', (text) => {
    expect([validate(parse(text)), PolicyFile.safeParse(parse(text)).success]).toEqual([false, false]);
  });
});
