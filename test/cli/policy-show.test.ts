import { expect, test } from 'vitest';
import { packText } from '../../src/policy/packs/packs.ts';
import { countersign, folderWith, ONE_PEER } from './run.ts';

test('it says in sentences what a policy comes to, packs and defaults included', async () => {
  const text = ONE_PEER.replace('stages: [peer]', 'extends: [countersign:baseline]');
  const cwd = folderWith({ 'countersign.yml': text });
  const { status, out } = await countersign(['policy', 'show', '--effective', 'countersign.yml'], { cwd });
  expect(status).toBe(0);
  expect(out).toContain('pack countersign:baseline sha256:');
  expect(out).toContain('Branch main belongs to production.');
  expect(out).toContain('svc-* is a shared account and fills no seat.');
});

test('it says apart what a repository adds', async () => {
  const own = 'version: 1\nenvironments: { production: { base: [master] } }\n';
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'own.yml': own });
  const { out } = await countersign(['policy', 'show', 'countersign.yml', '--repository', 'own.yml'], { cwd });
  expect(out).toMatch(/The repository adds.*\n {2}Branch master belongs to production\./);
});

test('it shows the text of a pack', async () => {
  const { out } = await countersign(['policy', 'show', 'countersign:dora']);
  expect(out.trim()).toBe(packText('countersign:dora')?.trim());
});

test('as JSON it is the policy that a decision sees', async () => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER });
  const { out } = await countersign(['policy', 'show', 'countersign.yml', '--json'], { cwd });
  expect(JSON.parse(out)).toMatchObject({ layers: [{ name: 'organization', policy: { stages: ['peer'] } }] });
});
