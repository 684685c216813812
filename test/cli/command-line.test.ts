import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countersign } from './run.ts';

test('without a command it says which there are, and ends with status 2', async () => {
  const { status, err } = await countersign([]);
  expect(status).toBe(2);
  expect(err).toContain('countersign policy validate');
});

test.each([
  [['--help']],
  [['policy', '--help']],
  [['jobs', '--help']],
  [['policy', 'validate', '--help']],
  [['policy', 'test', '--help']],
  [['jobs', 'rearm', '-h']],
])('%j is answered with help, and status 0', async (typed) => {
  const { status, out, err } = await countersign(typed);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('countersign');
});

test('it knows its version', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  expect(await countersign(['--version'])).toEqual({ status: 0, out: `countersign ${version}\n`, err: '' });
});

test.each([
  [['polcy', 'validate'], 'did you mean policy validate?'],
  [['policy', 'vlidate'], 'did you mean policy validate?'],
  [['validate', 'x'], 'did you mean policy validate?'],
  [['nonsense'], 'see countersign --help'],
  [['policy', 'validate', '--jsn', 'x'], 'did you mean --json?'],
  [['policy', 'explain', '--facts', 'x'], '--policy is missing.'],
  [['policy', 'validate'], 'FILE is missing'],
  [['jobs', 'rearm'], 'Name their ids, or give --all.'],
  [['jobs', 'rearm', 'x'], '"x" is not the id of a job'],
  [['jobs', 'list'], 'DATABASE_URL is missing'],
])('%j is refused in one sentence with a hint, and status 2', async (typed, hint) => {
  const { status, out, err } = await countersign(typed);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(hint);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('in a clone it runs without a build, as npm run -s countersign --', () => {
  const out = execFileSync('npm', ['run', '-s', 'countersign', '--', '--version'], { encoding: 'utf8' });
  expect(out).toMatch(/^countersign \d/);
});
