import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type JsonSchema, jsonSchema } from '../../src/policy/json-schema.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { effective, problems } from './load.ts';

const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
const blocks = Array.from(page.matchAll(/^```yaml( \w+)?\n(.*?)^```/gms), ([, kind = '', text = '']) => ({
  kind: kind.trim(),
  text,
}));
const textOf = (kind: string) =>
  blocks
    .filter((block) => block.kind === kind)
    .map(({ text }) => text)
    .join('\n');

test('the examples of the reference, put together, are one valid policy', () => {
  const result = loadPolicy({ organization: { file: 'docs/policy.md', text: textOf('') } });
  expect(result).toMatchObject({ ok: true, warnings: [] });
});

test('its repository policy is valid underneath it', () => {
  expect(problems(textOf(''), textOf('repository'))).toEqual([]);
  expect(effective(textOf(''), textOf('repository')).layers).toHaveLength(3);
});

test('the reference mentions every key of the language', () => {
  const missing = [...keysOf(jsonSchema())].filter((key) => !page.includes(key));
  expect(missing).toEqual([]);
});

function keysOf(schema: JsonSchema, keys = new Set<string>()): Set<string> {
  for (const [key, value] of Object.entries(schema.properties ?? {})) keysOf(value, keys.add(key));
  const { additionalProperties: rest, items, anyOf = [], $defs = {} } = schema;
  for (const part of [...anyOf, ...Object.values($defs)]) keysOf(part, keys);
  if (typeof rest === 'object') keysOf(rest, keys);
  if (items !== undefined) keysOf(items, keys);
  return keys;
}
