import { expect, test } from 'vitest';
import { facts } from '../support/facts.ts';
import { countersign, folderWith, ONE_PEER } from './run.ts';

const SHORT = 'labels: [remediation]\nteams: { acme/owners: [bo] }\nat: 2026-11-23T12:00:00Z\n';

test('it says who must approve and why, from facts in short form', async () => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'pull.yml': SHORT });
  const typed = ['policy', 'explain', '--policy', 'countersign.yml', '--facts', 'pull.yml'];
  const { status, out, err } = await countersign(typed, { cwd });
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('waiting: ');
  expect(out).toContain('✗ service-owner: open');
  expect(out).toContain('can be filled by ana, bo');
  expect(out).toContain('asked for by a peer');
});

test('it prints the whole decision as JSON, which is the same each time', async () => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER });
  const typed = ['policy', 'explain', '--policy', 'countersign.yml', '--facts', '-', '--json'];
  const [one, other] = await Promise.all(
    [0, 1].map(() => countersign(typed, { cwd, input: `${SHORT}approvals: [bo]\n` })),
  );
  expect(JSON.parse(one?.out ?? '')).toMatchObject({ state: 'approved', check: 'countersign/production' });
  expect(other).toEqual(one);
});

test('of facts in long form it invents nothing: what they lack is named', async () => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER, 'facts.json': JSON.stringify(facts()) });
  const typed = ['policy', 'explain', '--policy', 'countersign.yml', '--facts', 'facts.json'];
  const { status, out, err } = await countersign(typed, { cwd });
  expect(status).toBe(0);
  expect(out).toMatch(/^facts-incomplete: /);
  expect(err).toContain('Not in the facts, and needed: teams acme/owners.');
});

test('a team that nobody has written down is not taken to be empty', async () => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER });
  const typed = ['policy', 'explain', '--policy', 'countersign.yml', '--facts', '-'];
  const { out } = await countersign(typed, { cwd, input: 'labels: [remediation]' });
  expect(out).toContain('Who is in team acme/owners is not written down');
});

test.each([
  ['athor: ana', 'there is no `athor`'],
  ['base: 7', 'base: '],
  ['{ a: [', 'is neither JSON nor YAML'],
])('facts such as %j are refused with what is wrong', async (input, hint) => {
  const cwd = folderWith({ 'countersign.yml': ONE_PEER });
  const typed = ['policy', 'explain', '--policy', 'countersign.yml', '--facts', '-'];
  const { status, out, err } = await countersign(typed, { cwd, input });
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(hint);
});

test('an invalid policy is no policy to explain by', async () => {
  const cwd = folderWith({ 'countersign.yml': 'version: 2\n' });
  const typed = ['policy', 'explain', '--policy', 'countersign.yml', '--facts', '-'];
  const { status, err } = await countersign(typed, { cwd, input: SHORT });
  expect(status).toBe(2);
  expect(err).toContain('The policy is invalid.\ncountersign.yml:1:');
});
