import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reasonCodes } from '../../src/decision/reasons.ts';

const documented = [...readFileSync('docs/reason-codes.md', 'utf8').matchAll(/^\| `([a-z-]+)` +\|/gm)].map(
  ([, code]) => code,
);

test('every reason code is documented, and nothing else is', () => {
  expect([...documented].sort()).toEqual([...reasonCodes].sort());
});
