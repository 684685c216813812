import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { starterPolicy } from '../../src/cli/starter.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { packNames } from '../../src/policy/packs/packs.ts';
import { countersign, folderWith } from './run.ts';

test.each(packNames)('what is written on top of %s is valid, without a warning', (pack) => {
  const text = starterPolicy(pack, 'acme');
  expect(loadPolicy({ organization: { file: 'countersign.yml', text } })).toMatchObject({ ok: true, warnings: [] });
});

test('it writes a policy that validates, with the teams of the organization named', async () => {
  const cwd = folderWith();
  const made = await countersign(['policy', 'init', '--pack', 'soc2', '--organization', 'example'], { cwd });
  expect(made).toMatchObject({ status: 0, err: '' });
  expect(readFileSync(join(cwd, 'countersign.yml'), 'utf8')).toContain('team:example/release-managers');
  expect(await countersign(['policy', 'validate', 'countersign.yml'], { cwd })).toMatchObject({ status: 0 });
});

test('it replaces nothing unless it is told to', async () => {
  const cwd = folderWith({ 'countersign.yml': 'mine' });
  const refused = await countersign(['policy', 'init'], { cwd });
  expect(refused).toEqual({ status: 2, out: '', err: 'countersign.yml is there already; --force replaces it.\n' });
  expect(readFileSync(join(cwd, 'countersign.yml'), 'utf8')).toBe('mine');
  expect(await countersign(['policy', 'init', '--force'], { cwd })).toMatchObject({ status: 0 });
});

test('a pack that does not exist is refused with the one that was meant', async () => {
  const { status, err } = await countersign(['policy', 'init', '--pack', 'sco2']);
  expect(status).toBe(2);
  expect(err).toContain('did you mean countersign:soc2?');
});
