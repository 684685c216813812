import { describe, expect, test } from 'vitest';
import type { Lookups } from '../../src/decision/lookups.ts';
import { asking, bad, good, judged, lacking } from '../support/evidence.ts';
import { approval, facts, manifest, settled, time, type World } from '../support/facts.ts';

const here = 'https://github.com/acme/shop';

describe('failure: a run', () => {
  const address = `${here}/actions/runs/1100`;
  const told = `failure: ${address}`;
  const ended = (conclusion: string | null, status = 'completed'): World => ({
    runs: { 'acme/shop/1100': { id: 1100, conclusion, status } },
  });

  test.each([
    ['failed', ended('failure'), good('Run 1100 failed.', address)],
    ['took too long', ended('timed_out'), good('Run 1100 failed.', address)],
    ['did not start', ended('startup_failure'), good('Run 1100 failed.', address)],
    ['succeeded', ended('success'), bad('The run did not fail: its last attempt ended with success.', address)],
    ['ended with nothing', ended(null), bad('The run did not fail: its last attempt ended with nothing.', address)],
    ['is under way', ended('failure', 'in_progress'), bad('The run has not completed.', address)],
    ['does not exist', {}, bad('There is no such run.', address)],
  ])('that %s', (_, world, expected) => {
    expect(judged('failure', told, world)).toEqual(expected);
  });

  test('that cannot be read', () => {
    const lookups: Lookups = { runs: { 'acme/shop/1100': { error: 'GitHub answered 502.' } } };
    expect(judged('failure', told, { lookups })).toEqual([
      'facts-incomplete',
      false,
      'evidence-unverified',
      'The run has not been read yet.',
      [address],
    ]);
  });

  test('an approval may cite its number or its address', () => {
    const citing = asking('failure', 'approvals: { cite-evidence: true }\n');
    const cited = (body: string) => {
      const given = facts({ pull: { body: manifest(told) }, reviews: [approval('bo', '10:00', { body })] });
      return settled(citing, given, ended('failure')).approvals[0]?.counts;
    };
    expect(['seen 1100', `see ${address}`, `see ${address}1`, 'seen 11001', 'seen 21100', 'seen'].map(cited)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('failure: an issue or an alert', () => {
  const is = (state: 'open' | 'closed' | 'merged') => ({ state, title: '', url: '' });
  const issue = `${here}/issues/9`;
  const alert = (kind: string) => `${here}/security/${kind}/7`;
  const alerts = (kind: string, state: 'open' | 'closed'): World => ({
    lookups: { alerts: { [`acme/shop/${kind}/7`]: { ok: is(state), at: time('12:00') } } },
  });
  const unread = (kind: 'issues' | 'alerts', key: string): World => ({
    lookups: { [kind]: { [key]: { error: 'No.' } } },
  });

  test.each([
    [issue, { issues: { 'acme/shop#9': is('open') } }, good('The issue is open.', issue)],
    [issue, { issues: { 'acme/shop#9': is('closed') } }, bad('The issue is not open.', issue)],
    [issue, {}, bad('There is no such issue.', issue)],
    [`${here}/pull/9`, { issues: { 'acme/shop#9': is('merged') } }, bad('The issue is not open.', `${here}/pull/9`)],
    [alert('code-scanning'), alerts('code-scanning', 'open'), good('The alert is open.', alert('code-scanning'))],
    [alert('dependabot'), alerts('dependabot', 'open'), good('The alert is open.', alert('dependabot'))],
    [alert('dependabot'), alerts('dependabot', 'closed'), bad('The alert is not open.', alert('dependabot'))],
    [alert('dependabot'), {}, bad('There is no such alert.', alert('dependabot'))],
  ])('%s %j', (address, world: World, expected) => {
    expect(judged('failure', `failure: ${address}`, world)).toEqual(expected);
  });

  test.each([
    [issue, unread('issues', 'acme/shop#9'), 'The issue has not been read yet.'],
    [alert('dependabot'), unread('alerts', 'acme/shop/dependabot/7'), 'The alert has not been read yet.'],
  ])('%s that cannot be read', (address, world, message) => {
    expect(judged('failure', `failure: ${address}`, world).slice(0, 4)).toEqual([
      'facts-incomplete',
      false,
      'evidence-unverified',
      message,
    ]);
  });
});

describe('failure: where it may be', () => {
  const systems = `systems:
  payments:
    when: { any: [ { paths: ["src/**"] }, { repositories: ["billing-*", "Acme/pay"] }, { head: [elsewhere] } ] }
  hidden: { when: { all: [ { paths: ["src/**"] }, { not: { repositories: [secret] } } ] } }
  other: { when: { any: [ { paths: ["lib/**"] }, { repositories: [library] } ] } }
`;
  const nowhere = 'It is in a repository that is neither this one nor one of a touched system.';

  test.each([
    ['acme/shop', undefined],
    ['Acme/Shop', undefined],
    ['acme/billing-api', undefined],
    ['ACME/Billing-API', undefined],
    ['acme/pay', undefined],
    ['acme/elsewhere', nowhere],
    ['acme/secret', nowhere],
    ['acme/library', nowhere],
    ['acme/bill', nowhere],
    ['others/billing-api', nowhere],
    ['others/pay', nowhere],
  ])('%s', (repository, refused) => {
    const address = `https://github.com/${repository}/issues/9`;
    const world = { issues: { [`${repository}#9`]: { state: 'open' as const, title: '', url: '' } } };
    expect(judged('failure', `failure: ${address}`, world, {}, systems)).toEqual(
      refused === undefined ? good('The issue is open.', address) : bad(refused, address),
    );
  });

  test.each(['https://github.com/acme/shop', 'https://gitlab.com/acme/shop/issues/9', 'it is slow'])('%s', (told) => {
    const message = 'It is not a run, an issue or an alert on https://github.com, so it is shown and not read.';
    expect(judged('failure', `failure: ${told}`)).toEqual(bad(message, told));
  });

  test('nothing is told', () => {
    const message = 'Add `failure:` with the address of the failed run, the issue or the alert that this remedies.';
    expect(judged('failure', 'ticket: X')).toEqual(lacking(message));
  });
});

describe('plans, a ticket, services', () => {
  const ticketed = 'evidence: { ticket: "^CHG-[0-9]+$" }\n';
  const systems = 'systems: { payments: { when: { paths: ["src/**"] } }, books: { when: { paths: ["src/**"] } } }\n';

  test.each([
    ['verification-plan', 'verification: watch', good('There is a plan to verify it.', 'watch')],
    [
      'verification-plan',
      'rollback: revert',
      lacking('Add `verification:`, how you will know in the environment that the remedy worked.'),
    ],
    ['verification-plan', 'verification: same\nrollback: same', lacking('It only repeats the rollback plan.')],
    ['rollback-plan', 'rollback: revert', good('There is a plan to roll it back.', 'revert')],
    ['rollback-plan', 'verification: watch', lacking('Add `rollback:`, how to take it back.')],
    ['ticket', 'ticket: CHG-12', good('The ticket is named.', 'CHG-12')],
    ['ticket', 'ticket: soon', bad('It does not match ^CHG-[0-9]+$.', 'soon')],
    ['ticket', 'rollback: revert', lacking('Add `ticket:` with the change or incident ticket.')],
  ])('%s %j', (kind, body, expected) => {
    expect(judged(kind, body, {}, {}, ticketed)).toEqual(expected);
  });

  test('without an expression any ticket will do', () => {
    expect(judged('ticket', 'ticket: soon')).toEqual(good('The ticket is named.', 'soon'));
  });

  test.each([
    [
      'services: [payments, books, more]',
      systems,
      good('The declared services cover what is touched.', 'payments', 'books', 'more'),
    ],
    ['services: [payments]', systems, bad('Also touched, and not declared: books.', 'payments')],
    ['services: [none]', systems, bad('Also touched, and not declared: payments, books.', 'none')],
    ['ticket: X', systems, lacking('Add `services:` with payments, books.')],
    ['ticket: X', '', lacking('Add `services:` with the affected services.')],
    ['services: [any]', '', good('The declared services cover what is touched.', 'any')],
  ])('%j', (body, more, expected) => {
    expect(judged('services', body, {}, {}, more)).toEqual(expected);
  });
});
