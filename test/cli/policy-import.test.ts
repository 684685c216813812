import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countersign, folderWith } from './run.ts';

const ONE_TEAM = `policy: { approval: [team] }
approval_rules:
  - { name: team, requires: { count: 1, teams: [acme/devs] } }
`;

const WITH_COMMENTS = ONE_TEAM.replace('requires', 'options: { methods: { comments: [":+1:"] } }, requires');

test('what can be said is printed, and is a valid policy', async () => {
  const cwd = folderWith({ '.policy.yml': ONE_TEAM });
  const made = await countersign(['policy', 'import', '.policy.yml'], { cwd });
  expect(made).toMatchObject({ status: 0, err: '' });
  expect(made.out).toContain('team:acme/devs');
  expect(await countersign(['policy', 'validate', '-'], { input: made.out })).toMatchObject({ status: 0 });
});

test('what cannot be said goes to standard error with its place, and the status says so', async () => {
  const cwd = folderWith({ '.policy.yml': WITH_COMMENTS });
  const { status, out, err } = await countersign(['policy', 'import', '.policy.yml'], { cwd });
  expect(status).toBe(1);
  expect(out).toContain('1 of its parts could not be said');
  expect(err).toBe(
    '.policy.yml:3:41: rule `team`: `comments` cannot be said: only a review that approves is an approval\n' +
      '1 part could not be said; see docs/coming-from.md.\n',
  );
});

test('it writes a file, and replaces none', async () => {
  const cwd = folderWith({ '.policy.yml': ONE_TEAM });
  const typed = ['policy', 'import', '.policy.yml', '--output', 'countersign.yml'];
  expect(await countersign(typed, { cwd })).toEqual({ status: 0, out: '', err: '' });
  expect(readFileSync(join(cwd, 'countersign.yml'), 'utf8')).toContain('team:acme/devs');
  expect(await countersign(typed, { cwd })).toEqual({
    status: 2,
    out: '',
    err: 'countersign.yml is there already, and is not replaced.\n',
  });
});

test('as JSON, from standard input', async () => {
  const { status, out, err } = await countersign(['policy', 'import', '-', '--json'], { input: WITH_COMMENTS });
  expect({ status, err }).toEqual({ status: 1, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    policy: expect.stringContaining('version: 1'),
    lost: [{ file: '.policy.yml', line: 3, column: 41 }],
  });
});

test('what is no policy of policy-bot cannot be imported', async () => {
  const missing = await countersign(['policy', 'import', 'none.yml']);
  expect(missing).toMatchObject({ status: 2, out: '', err: expect.stringContaining('there is no such file') });
  const wrong = await countersign(['policy', 'import', '-'], { input: 'policy: { approval: [x] }' });
  expect(wrong).toEqual({
    status: 2,
    out: '',
    err: '.policy.yml:1:22: there is no rule `x` in `approval_rules`\n',
  });
});

test('--help says how', async () => {
  const { status, out } = await countersign(['policy', 'import', '--help']);
  expect(status).toBe(0);
  expect(out).toContain('Usage: countersign policy import FILE');
});
