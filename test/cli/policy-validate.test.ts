import { expect, test } from 'vitest';
import { countersign, folderWith, ONE_PEER } from './run.ts';

const WRONG = ONE_PEER.replace('role: service-owner', 'role: servce-owner');

test('a valid policy ends with status 0', async () => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER });
  expect(await countersign(['policy', 'validate', 'countersign.yml'], { cwd })).toEqual({
    status: 0,
    out: 'countersign.yml: valid\n',
    err: '',
  });
});

test('an invalid one says file, line and column, what is wrong, and what was probably meant', async () => {
  const cwd = folderWith({ 'countersign.yml': WRONG });
  const { status, out } = await countersign(['policy', 'validate', 'countersign.yml'], { cwd });
  expect(status).toBe(1);
  expect(out).toMatch(
    /^countersign\.yml:13:31: the role `servce-owner` is not defined; did you mean `service-owner`\?$/m,
  );
});

test('of several files each is judged, and one invalid one is enough for status 1', async () => {
  const cwd = folderWith({ 'a.yml': ONE_PEER, 'b.yml': WRONG });
  const { status, out } = await countersign(['policy', 'validate', 'a.yml', 'b.yml', '--json'], { cwd });
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    files: [
      { files: ['a.yml'], valid: true },
      { files: ['b.yml'], valid: false, errors: [{ file: 'b.yml', line: 13 }] },
    ],
  });
});

test('a repository policy is judged as an addition to the organization policy', async () => {
  const loosens = 'version: 1\nproposals:\n  - category: none\n    when: { labels: [x] }\n';
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'own.yml': loosens });
  const typed = ['policy', 'validate', 'countersign.yml', '--repository', 'own.yml'];
  const { status, out } = await countersign(typed, { cwd });
  expect(status).toBe(1);
  expect(out).toMatch(/^own\.yml:2:1: /m);
});

test('a policy may come from standard input', async () => {
  expect(await countersign(['policy', 'validate', '-'], { input: ONE_PEER })).toMatchObject({ status: 0 });
});

test('a file that is not there is no verdict: status 2', async () => {
  const { status, err } = await countersign(['policy', 'validate', 'missing.yml']);
  expect(status).toBe(2);
  expect(err).toBe('missing.yml cannot be read: there is no such file or folder.\n');
});
