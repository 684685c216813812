import { describe, expect, test } from 'vitest';
import { digestOf } from '../../src/audit/canonical.ts';
import type { Decision, PolicyInForce } from '../../src/decision/decision.ts';
import { essenceOf } from '../../src/decision/essence.ts';
import type { Facts } from '../../src/decision/facts.ts';
import { type RecordedDecision, replay } from '../../src/decision/replay.ts';
import { approval, type Changes, facts, person, policy, sha, twoStages } from '../support/facts.ts';
import { effective, recorded } from '../support/recorded.ts';

const two = policy(twoStages);
const reviews = [approval('bo', '10:00'), approval('rita', '11:00')];

/** A decision as a database hands it out: what is recorded of it, in JSON, beside the digests of the ledger. */
function record({ decision, facts: given }: { decision: Decision; facts: Facts }): RecordedDecision {
  return {
    id: 1,
    repository: 'acme/shop',
    pull: given.pull.number,
    at: decision.at,
    state: decision.state,
    digest: digestOf(essenceOf(decision)),
    factsDigest: digestOf(given),
    engine: '1.0.0',
    facts: JSON.parse(JSON.stringify(given)),
  };
}

/** What is left of facts when every place that says one thing says another one. */
function rewritten(given: RecordedDecision, from: string, to: string): RecordedDecision {
  return { ...given, facts: JSON.parse(JSON.stringify(given.facts).replaceAll(from, to)) };
}

describe('a decision comes out the same when it is derived again', () => {
  const invalid: PolicyInForce = {
    kind: 'invalid',
    problems: ['countersign.yml:1:1: No.'],
    sources: [],
    lastValid: effective(twoStages),
  };
  test.each<[Decision['state'], PolicyInForce, Changes]>([
    ['approved', two, { reviews }],
    ['waiting', two, {}],
    ['ungoverned', two, { labels: [] }],
    ['ungoverned', { kind: 'none' }, {}],
    ['policy-invalid', invalid, {}],
  ])('%s', (state, under, changes) => {
    const given = recorded(under, facts(changes));
    expect(given.decision.state).toBe(state);
    expect(replay(record(given), under)).toEqual({ kind: 'same' });
  });

  test('though somebody in it has a login that looks as if they had been erased', () => {
    const given = recorded(two, facts({ reviews: [approval('erased-1')] }));
    expect(replay(record(given), two)).toEqual({ kind: 'same' });
  });
});

describe('a decision comes out differently', () => {
  const given = record(recorded(two, facts({ reviews })));

  test('under a policy that asks for more', () => {
    const stricter = policy(twoStages.replace('{ role: peer }', '{ role: peer, count: 2 }'));
    const again = replay(given, stricter);
    expect(again).toMatchObject({ kind: 'different', now: { state: 'waiting' } });
    expect(again.kind === 'different' && again.now.plan[0]?.seats).toHaveLength(2);
  });

  test('in its details alone', () => {
    const renamed = policy(twoStages.replace('name: a peer', 'name: another name'));
    expect(replay(given, renamed)).toMatchObject({ kind: 'different', now: { state: 'approved' } });
  });

  test('where somebody wrote another one into the record', () => {
    const forged = { ...given, digest: digestOf('another') };
    expect(replay(forged, two)).toMatchObject({ kind: 'different', now: { state: 'approved' } });
  });
});

describe('facts that are not those of the ledger', () => {
  const given = record(recorded(two, facts({ reviews, pull: { body: 'Thanks to bo, mostly.' } })));

  test.each<[string, string, string, readonly number[]]>([
    ['have been changed', '"Remedy"', '"Another"', []],
    ['have lost somebody', '"bo"', `"erased-${person('bo').id}"`, [person('bo').id]],
    ['have lost somebody whom a sentence names', 'Thanks to bo,', 'Thanks to erased-1002,', [1002]],
    ['only say that something is erased', 'Thanks to bo,', 'The logs are erased-ish,', []],
    ['name somebody who is called so', '"bo"', '"erased-by-hand"', []],
  ])('%s', (_, from, to, erased) => {
    expect(replay(rewritten(given, from, to), two)).toEqual({ kind: 'facts-changed', erased });
  });

  test('are not excused by a decision that comes out the same', () => {
    const changed = rewritten(given, 'mostly', 'mainly');
    expect(replay({ ...changed, factsDigest: digestOf(changed.facts) }, two)).toEqual({ kind: 'same' });
    expect(replay(changed, two)).toEqual({ kind: 'facts-changed', erased: [] });
  });
});

describe('facts that this version cannot read', () => {
  const given = recorded(two, facts({ reviews })).facts;
  const { title: _, ...untitled } = given.pull;

  test.each<[string, unknown, string]>([
    ['something is missing', { ...given, pull: untitled }, 'pull.title: Invalid input: expected string'],
    [
      'in a list something is cut short',
      { ...given, heads: [...given.heads, { sha: sha('a').slice(1), pusher: null, at: given.at }] },
      'heads.1.sha: must be a full commit id',
    ],
  ])('%s', (__, written, problem) => {
    const said = replay({ ...record(recorded(two, given)), facts: written, factsDigest: digestOf(written) }, two);
    expect(said).toMatchObject({ kind: 'unreadable' });
    expect(said.kind === 'unreadable' && said.problem).toContain(problem);
  });
});
