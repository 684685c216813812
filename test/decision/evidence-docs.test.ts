import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { referenceOf } from '../../src/decision/evidence-reference.ts';
import { Manifest, parseManifest } from '../../src/decision/manifest.ts';
import { evidenceKinds } from '../../src/policy/schema/seat.ts';

const PAGE = 'docs/evidence.md';
const TEMPLATE = 'docs/templates/PULL_REQUEST_TEMPLATE.md';
const page = readFileSync(PAGE, 'utf8');

/** Every manifest of a page, those inside of scripts too, where what the shell fills in has been filled in. */
function manifestsIn(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8').replace(/^````text mistaken\n.*?^````/gms, '');
  const blocks = Array.from(text.matchAll(/^( *)(```|~~~)remediation\n.*?^\1\2$/gms), ([block, indent = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  return blocks.map((block) => block.replaceAll(/\$\(jq [^\n]*\)/g, '"filled in"').replaceAll(/\$[A-Z_]+/g, 'filled'));
}

describe.each([
  [PAGE, 3],
  [TEMPLATE, 1],
  ['README.md', 1],
] as const)('%s', (file, count) => {
  test('has manifests that the program reads', () => {
    const parsed = manifestsIn(file).map(parseManifest);
    expect(parsed.filter(({ kind }) => kind !== 'valid')).toEqual([]);
    expect(parsed).toHaveLength(count);
  });
});

test('the page explains every key of the manifest and every kind of evidence, and shows every key', () => {
  const keys = Object.keys(Manifest.shape);
  expect(keys.filter((key) => !new RegExp(`^\\| \`${key}\` +\\|`, 'm').test(page))).toEqual([]);
  expect(evidenceKinds.filter((kind) => !new RegExp(`^\\| \`${kind}\` +\\|`, 'm').test(page))).toEqual([]);
  const [first = ''] = manifestsIn(PAGE);
  expect(parseManifest(first)).toMatchObject({ kind: 'valid', manifest: { runs: [1201, 1202] } });
  expect(keys.filter((key) => !first.includes(`\n${key}: `))).toEqual([]);
});

test('what is wrong with the mistaken description is what the page says', () => {
  const [, mistaken = ''] = /^````text mistaken\n(.*?)^````/ms.exec(page) ?? [];
  const [, problems = ''] = /^```text problems\n(.*?)^```/ms.exec(page) ?? [];
  expect(parseManifest(mistaken)).toEqual({ kind: 'invalid', problems: problems.trim().split('\n') });
});

test('the template, left as it is, proves nothing', () => {
  const parsed = parseManifest(readFileSync(TEMPLATE, 'utf8'));
  if (parsed.kind !== 'valid') throw new Error(`expected a valid manifest, not ${parsed.kind}`);
  const { failure = '', ...rest } = parsed.manifest;
  expect(rest).toEqual({});
  expect(referenceOf(failure, 'https://github.com')).toBeUndefined();
});

test('the template, filled in, is a manifest with every key that evidence is asked for', () => {
  const filledIn = readFileSync(TEMPLATE, 'utf8').replaceAll(/^# (?=[a-z]+: )/gm, '');
  const parsed = parseManifest(filledIn);
  if (parsed.kind !== 'valid') throw new Error(`expected a valid manifest, not ${parsed.kind}`);
  const keys = Object.keys(Manifest.shape).filter((key) => key !== 'runs');
  expect(Object.keys(parsed.manifest).sort()).toEqual(keys.sort());
});
