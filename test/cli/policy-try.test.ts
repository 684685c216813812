import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { starterPolicy } from '../../src/cli/starter.ts';
import { countersign, folderWith, ONE_PEER } from './run.ts';

const HEAD = 'policy: countersign.yml\nfacts: { labels: [remediation], teams: { acme/owners: [bo] } }\ncases:\n';

test('a table of cases that hold ends with status 0', async () => {
  const table = `${HEAD}
  - name: a peer is asked for
    expect: { state: waiting, check: countersign/production, reasons: [seat-open], seats: { peer: [service-owner] } }
  - name: a peer signs for staging
    facts: { base: develop, approvals: [bo] }
    expect: { state: approved, check: countersign/staging, seats: { peer: [service-owner by bo] } }
  - name: nobody signs their own work
    facts: { author: bo, approvals: [bo] }
    expect: { state: waiting }
  - name: an approval of an earlier head is stale
    facts: { approvals: [{ by: ana, stale: true }] }
    expect: { state: waiting, seats: { peer: [service-owner] } }
  - name: what is not labelled is left alone
    facts: { labels: [] }
    expect: { state: ungoverned }
`;
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'table.yml': table });
  const { status, out } = await countersign(['policy', 'test', 'table.yml'], { cwd });
  expect(out).toContain('5 cases as expected.');
  expect(status).toBe(0);
});

test('a case that does not hold shows what was expected and what was found', async () => {
  const table = `${HEAD}  - name: wrong\n    expect: { state: approved, seats: { peer: [service-owner by ana] } }\n`;
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'table.yml': table });
  const { status, out } = await countersign(['policy', 'test', 'table.yml'], { cwd });
  expect(status).toBe(1);
  expect(out).toContain('✗ wrong');
  expect(out).toMatch(/state\n +expected approved\n +found +waiting/);
  expect(out).toMatch(/seats\n +expected peer: service-owner by ana\n +found +peer: service-owner\n/);
});

test.each([
  ['  - name: x\n    expect: {}\n', 'cases.0.expect: must expect something'],
  ['  - name: x\n    expect: { state: aproved }\n', 'cases.0.expect.state: '],
  ['  - name: x\n    facts: { athor: y }\n    expect: { state: waiting }\n', 'case "x": there is no `athor`'],
])('a table with a mistake in it is not run: %j', async (wrong, hint) => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'table.yml': HEAD + wrong });
  const { status, err } = await countersign(['policy', 'test', 'table.yml'], { cwd });
  expect(status).toBe(2);
  expect(err).toContain(hint);
});

test('a what-if shows the state before and after, and what differs', async () => {
  const cwd = folderWith({
    'countersign.yml': ONE_PEER,
    'pull.yml': 'labels: [remediation]\nteams: { acme/owners: [bo] }',
  });
  const typed = ['policy', 'simulate', '--policy', 'countersign.yml', '--facts', 'pull.yml', '--approve', 'bo'];
  const { status, out } = await countersign([...typed, '--base', 'develop'], { cwd });
  expect(status).toBe(0);
  expect(out).toMatch(/^now {4}countersign\/production {2}waiting: /m);
  expect(out).toMatch(/^then {3}countersign\/staging {2}approved: /m);
  expect(out).toContain('  - peer: service-owner\n');
  expect(out).toContain('  + peer: service-owner by bo\n');
});

test('the table of the documentation holds for the policy that init writes', async () => {
  const [, table = ''] = /^```yaml table\n(.*?)^```/ms.exec(readFileSync('docs/policy-tools.md', 'utf8')) ?? [];
  const cwd = folderWith({ 'countersign.yml': starterPolicy('countersign:baseline', 'acme'), 'table.yml': table });
  const { status, out } = await countersign(['policy', 'test', 'table.yml'], { cwd });
  expect(out).toContain('3 cases as expected.');
  expect(status).toBe(0);
});
