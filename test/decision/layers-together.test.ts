import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { approval, facts, policy, said, settled, time, twoStages } from '../support/facts.ts';

const reviews = [approval('bo', '10:00'), approval('rita', '11:00')];

/** The repository asks for one of its own people too, so that cy is an approver under its layer alone. */
const layered = policy(
  twoStages,
  'version: 1\nroles: { shop: { members: ["user:cy", "user:dee"] } }\nrules:\n  - { name: more, require: { peer: [ { role: shop } ] } }\n',
);

describe('a command under two layers', () => {
  const refused = (...interventions: ReturnType<typeof said>[]) =>
    settled(layered, facts({ interventions })).refused.map(({ by }) => by.login);
  const away = (by: string) => said(by, '11:00', { kind: 'away', until: time('18:00') });

  test('has an effect if it has one under either', () => {
    expect(refused(away('cy'))).toEqual([]);
    expect(refused(away('bo'))).toEqual([]);
  });

  test('has none if it has none under both, whatever else was said', () => {
    expect(refused(away('zoe'))).toEqual(['zoe']);
    expect(refused(away('cy'), away('zoe'), away('ruth'))).toEqual(['zoe', 'ruth']);
  });
});

describe('what a decision carries', () => {
  const nothing = {
    wants: [],
    restsOn: [],
    sources: [],
    plan: [],
    setApart: [],
    approvals: [],
    evidence: [],
    holds: [],
    rejections: [],
    exceptions: [],
    refused: [],
    reasons: [],
    contributors: [],
    bindings: {},
    question: '',
    glass: null,
    classification: null,
    layer: null,
    environment: null,
    reevaluateAt: null,
    next: { author: [], approvers: [] },
  };

  test('nothing, where there is no policy', () => {
    expect(decide({ kind: 'none' }, facts({ reviews }))).toMatchObject(nothing);
  });

  test('only what it says, where the policy is invalid', () => {
    const invalid = { kind: 'invalid', problems: ['line 1: no'], sources: [], lastValid: undefined } as const;
    expect(decide(invalid, facts({ reviews }))).toMatchObject({
      ...nothing,
      state: 'policy-invalid',
      reasons: [{ code: 'policy-invalid', message: 'line 1: no' }],
      next: { author: ['line 1: no'], approvers: [] },
    });
  });

  test('only the classification, where it is no proposal', () => {
    const { classification, layer, environment, sources, ...rest } = nothing;
    expect(settled(policy(twoStages), facts({ reviews, labels: [] }))).toMatchObject(rest);
  });

  test('names that it was bound by in one order, so that its bytes do not depend on who wrote the policy how', () => {
    const turned = policy(
      twoStages.replace('"user:ana", "user:bo", "user:author"', '"user:bo", "user:author", "user:ana"'),
    );
    const names = ['user:ana', 'user:author', 'user:bo', 'user:rita'];
    expect(Object.keys(settled(turned, facts({ reviews })).bindings)).toEqual(names);
  });

  test('of what it read only what may have changed by the time it is granted', () => {
    const changing = policy(
      `${twoStages.replace('[ { role: peer } ]', '[ { role: peer }, { owners: code } ]')}approvals: { stale: on-content-change }\n`,
    );
    const at = time('12:00');
    const file = { path: 'src/a.ts', status: 'modified' as const, blob: '1', patch: 'p' };
    const { head, base } = { head: facts().pull.headSha, base: facts().pull.baseSha };
    const lookups = {
      files: { [head]: { ok: { items: [file], total: 1 }, at } },
      codeowners: { [base]: { ok: { path: 'CODEOWNERS', text: '* @bo' }, at } },
    };
    const decision = settled(changing, facts({ reviews }), { lookups });
    expect([decision.state, [...new Set(decision.restsOn.map(({ kind }) => kind))].sort()]).toEqual([
      'approved',
      ['people', 'users'],
    ]);
  });

  test('exceptions of those who had a part in it, and of nobody else', () => {
    const exception = (login: string) =>
      `{ user: "user:${login}", may-approve-own: production, until: 2026-12-31, reason: RISK-1 }`;
    const rules = policy(`${twoStages}  exceptions: [ ${exception('zoe')}, ${exception('author')} ]\n`);
    expect(settled(rules, facts({ reviews })).exceptions).toEqual([
      { code: 'author', message: 'author may approve their own: RISK-1 (until 2026-12-31)' },
    ]);
  });

  test('why it cannot be classified, with everything that is missing', () => {
    const sensitive = policy(
      `${twoStages}systems: { payments: { when: { paths: ["pay/**"] } }, ours: { when: { properties: { tier: [gold] } } } }\n`,
    );
    const { reasons } = decide(sensitive, { ...facts(), files: { items: [], total: 3 } });
    expect(reasons.map(({ message }) => message)).toContain(
      'What this change is cannot be said for certain without: files, properties.',
    );
    expect(reasons).toContainEqual({ code: 'fact-wanted', message: `Not read yet: files ${facts().pull.headSha}.` });
  });
});

describe('of two reviews', () => {
  const asks = approval('bo', '10:30', { state: 'changes-requested', body: 'no' });

  test('the later one counts, in whichever order GitHub lists them', () => {
    const state = (...given: ReturnType<typeof approval>[]) =>
      settled(policy(twoStages), facts({ reviews: given })).state;
    const later = approval('bo', '10:40');
    const rita = approval('rita', '11:00');
    expect([state(asks, later, rita), state(later, asks, rita), state(rita, later, asks)]).toEqual(
      Array(3).fill('approved'),
    );
    const earlier = approval('bo', '10:20');
    expect([state(asks, earlier, rita), state(earlier, asks, rita)]).toEqual(['rejected', 'rejected']);
  });

  test('one that is not submitted yet says nothing', () => {
    const pending = approval('bo', '10:40', { state: 'pending' });
    const { state, approvals } = settled(
      policy(twoStages),
      facts({ reviews: [approval('bo', '10:00'), pending, approval('rita')] }),
    );
    expect([state, approvals.length]).toEqual(['approved', 2]);
  });

  test('an own approval by somebody without an exception is none', () => {
    const own = said('author', '09:00', { kind: 'approve-own', rationale: 'alone' });
    const { approvals } = settled(policy(twoStages), facts({ interventions: [own] }));
    expect(approvals).toEqual([]);
  });
});
