import { describe, expect, test } from 'vitest';
import type { CommentFact } from '../../src/decision/listed.ts';
import { asking, bad, judged } from '../support/evidence.ts';
import {
  approval,
  bot,
  facts,
  manifest,
  person,
  policy,
  said,
  settled,
  sha,
  time,
  twoStages,
  type World,
} from '../support/facts.ts';
import { told, toldOfPeople } from '../support/told.ts';

const ticketed = asking('ticket');

describe('a manifest in a comment', () => {
  const comment = (more: Partial<CommentFact> = {}): CommentFact => ({
    id: 1,
    author: person('zed'),
    body: manifest('ticket: C'),
    createdAt: time('09:00'),
    editedAt: null,
    ...more,
  });
  const ticket = (comments: readonly CommentFact[], body = '', world: World = {}, total = comments.length) => {
    const given = facts({ pull: { body, bodyEditedAt: time('10:00') } });
    const decision = settled(ticketed, { ...given, comments: { items: [...comments], total } }, world);
    return decision.evidence.find(({ kind }) => kind === 'ticket')?.shown[0] ?? decision.evidence[0]?.message;
  };
  const none = 'Add a fenced block tagged `remediation` to the description, or, with write permission, in a comment.';
  const all = (items: CommentFact[], total: number): World => ({
    lookups: { comments: { pull: { ok: { items, total }, at: time('12:00') } } },
  });

  test.each([
    ['by a person who may write', [comment()], '', {}, 'C'],
    ['by a person who may maintain', [comment()], '', { permissions: { zed: 'maintain' as const } }, 'C'],
    ['by a person who may administer', [comment()], '', { permissions: { zed: 'admin' as const } }, 'C'],
    ['by a person who may only triage', [comment()], '', { permissions: { zed: 'triage' as const } }, none],
    ['by a person who is suspended', [comment()], '', { suspended: ['zed'] }, none],
    ['by a machine', [comment({ author: bot('robo') })], '', {}, none],
    ['by nobody', [comment({ author: null })], '', {}, none],
    ['older than that of the description', [comment()], manifest('ticket: D'), {}, 'D'],
    ['newer than that of the description', [comment({ createdAt: time('11:00') })], manifest('ticket: D'), {}, 'C'],
    ['edited after that of the description', [comment({ editedAt: time('11:00') })], manifest('ticket: D'), {}, 'C'],
    [
      'newer, and invalid',
      [comment({ createdAt: time('11:00'), body: manifest('x: 1') })],
      manifest('ticket: D'),
      {},
      'D',
    ],
    [
      'invalid, and the only one',
      [comment({ body: manifest('x: 1') })],
      '',
      {},
      'The manifest in a comment cannot be read:',
    ],
  ])('%s', (_, comments, body, world: World, expected) => {
    expect(ticket(comments, body, world)).toBe(expected);
  });

  test('on a later page of them', () => {
    expect(ticket([], '', all([comment()], 1), 1)).toBe('C');
    expect(ticket([comment()], '', { lookups: { comments: { pull: { error: 'No.' } } } }, 2)).toBe('C');
  });
});

describe('evidence that rests on the changed files', () => {
  test('waits for all of them', () => {
    const given = { ...facts(), files: { items: [{ path: 'src/a.ts', status: 'modified' as const }], total: 2 } };
    const workflows = 'evidence: { validation: { workflows: [ci.yml] } }\n';
    const decision = settled(asking('validation', workflows), given, { validations: [{}] });
    expect(told(decision)[0]).toMatch(/^facts-incomplete: Cannot decide: files a+ cannot be read\.$/);
  });

  test('a run that is of another server, or below it, is none', () => {
    const message = 'It is not a run, an issue or an alert on https://github.com, so it is shown and not read.';
    for (const address of ['https://github.com/x/acme/shop/issues/9', 'https://github.com/acme/shop/issues/0'])
      expect(judged('failure', `failure: ${address}`)).toEqual(bad(message, address));
  });

  test('an address may have a query, a fragment and a slash at its end, and the server as well', () => {
    const world = { issues: { 'acme/shop#9': { state: 'open' as const, title: '', url: '' } } };
    for (const end of ['/', '?x=1', '#top', '']) {
      const failure = `failure: "https://github.com/acme/shop/issues/9${end}"`;
      for (const server of ['https://github.com', 'https://github.com//']) {
        const given = facts({ repository: { server }, pull: { body: manifest(failure) } });
        expect(settled(asking('failure'), given, world).evidence[0]?.message).toBe('The issue is open.');
      }
    }
  });

  test('need not be cited where none is asked for', () => {
    const citing = policy(`${twoStages}approvals: { cite-evidence: true }\n`);
    expect(settled(citing, facts({ reviews: [approval('bo', '10:00'), approval('rita', '11:00')] })).state).toBe(
      'approved',
    );
  });
});

describe('what an approver has said is taken back', () => {
  const both = [approval('bo', '10:00'), approval('rita', '11:00')];
  const defer = said(
    'bo',
    '11:00',
    { kind: 'defer', until: { kind: 'instant', at: time('13:00') }, because: '' },
    { id: 43 },
  );
  const withdraw = (by: string, at: string, whose: string | null) =>
    said(by, at, { kind: 'withdraw', whose: whose === null ? null : person(whose).id, rationale: '' });

  test.each([
    ['with everything of theirs', withdraw('bo', '11:40', null), 'approved'],
    ['in that very second', withdraw('bo', '11:00', 'bo'), 'approved'],
    ['not before it was said', withdraw('bo', '10:59', null), 'deferred'],
    ['not with what somebody else said', withdraw('bo', '11:40', 'ana'), 'deferred'],
    ['not by anything else that they say', said('bo', '11:40', { kind: 'away', until: time('11:50') }), 'deferred'],
  ])('%s', (_, then, state) => {
    expect(toldOfPeople(settled(policy(twoStages), facts({ reviews: both, interventions: [defer, then] })))[0]).toBe(
      state,
    );
  });

  test('only people who may sign can say it', () => {
    const given = facts({ reviews: both, interventions: [defer] });
    const refused = 'no effect: bo: (not-entitled) Only an eligible approver or the author can defer this proposal.';
    expect(toldOfPeople(settled(policy(twoStages), given, { suspended: ['bo'] }))).toContain(refused);
    const apart = facts({
      reviews: both,
      interventions: [defer],
      heads: [{ sha: sha('a'), pusher: person('bo'), at: time('08:00') }],
    });
    expect(toldOfPeople(settled(policy(twoStages), apart))).toContain(refused);
  });
});
