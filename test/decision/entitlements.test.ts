import { describe, expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { entitlementsOf } from '../../src/decision/entitlements.ts';
import type { Facts } from '../../src/decision/facts.ts';
import { rollBackOf } from '../../src/decision/roll-back.ts';
import type { EffectivePolicy } from '../../src/policy/compose.ts';
import {
  answered,
  bot,
  type Changes,
  commit,
  facts,
  manifest,
  person,
  policy,
  twoStages,
  type World,
} from '../support/facts.ts';

const glass = 'break-glass: { roles: [release-manager], reconcile-within: 1d, require: [ { role: peer } ] }\n';
const exceptions =
  '  exceptions: [ { user: "user:author", may-approve-own: production, until: 2026-12-31, reason: RISK-1 } ]\n';
const two = effectiveOf(`${twoStages}${exceptions}${glass}`);
const layered = effectiveOf(
  twoStages,
  'version: 1\nroles: { shop: { members: ["user:cy"] } }\nrules:\n  - { name: more, require: { peer: [ { role: shop } ] } }\n',
);

function effectiveOf(text: string, repository?: string): EffectivePolicy {
  const loaded = policy(text, repository);
  if (loaded.kind !== 'valid') throw new Error('it is valid');
  return loaded.effective;
}

/** Facts with everything in their lookups that a decision asks for, and what the speaker may do. */
function informed(effective: EffectivePolicy, changes: Changes, login: string, world: World): Facts {
  const { id } = person(login);
  return answered(facts(changes), world, (current) => {
    const speaker =
      current.lookups.people?.[id] === undefined ? [{ kind: 'people', key: `${id}`, login } as const] : [];
    return { wants: [...decide({ kind: 'valid', effective }, current).wants, ...speaker], current };
  }).current;
}

/** What somebody is told that they may do. */
function may(login: string, changes: Changes = {}, effective = two, world: World = {}): readonly string[] {
  const entitled = entitlementsOf(effective, informed(effective, changes, login, world), person(login));
  return Object.entries(entitled).flatMap(([what, holds]) => (holds === true ? [what] : []));
}

describe('what somebody may do about a proposal', () => {
  const machine = bot('robo');
  const byMachine = { pull: { author: machine, body: manifest('initiator: cy') } };
  const elsewhere = { pull: { base: 'develop' } };

  test.each<[string, string, Changes, readonly string[]]>([
    ['a member of a role that it asks for', 'bo', {}, ['approver', 'member']],
    ['one of a role that may break the glass too', 'rita', {}, ['approver', 'member', 'mayBreakGlass']],
    ['its author, who has an exception', 'author', {}, ['approver', 'proposer', 'member', 'excepted']],
    ['its author, where the exception does not hold', 'author', elsewhere, ['proposer', 'member']],
    ['a person who asked a machine for it', 'cy', byMachine, ['proposer']],
    ['somebody whom the machine is not said to have worked for', 'zoe', byMachine, []],
    [
      'a member who wrote a commit of it, and so can break no glass for it',
      'rita',
      { commits: [commit(person('rita'))] },
      ['member'],
    ],
    ['somebody who committed to it and is nothing else', 'zoe', { commits: [commit(person('zoe'))] }, []],
    ['a backup, while members can fill the seat', 'ruth', {}, []],
    ['a member of a role that is not asked for here', 'rita', elsewhere, []],
  ])('%s', (_, login, changes, expected) => {
    expect(may(login, changes)).toEqual(expected);
  });

  test('a member without permission is told so by what they may not', () => {
    expect(may('bo', {}, two, { permissions: { bo: 'read' } })).toEqual(['member']);
  });

  test('what any layer of the policy lets them do', () => {
    expect(may('cy', {}, layered)).toEqual(['approver', 'member']);
    expect(may('rita', {}, layered)).toEqual(['approver', 'member']);
  });

  test('without knowing who anybody is, nothing', () => {
    const entitled = entitlementsOf(two, facts({ pull: { author: person('zoe') } }), person('bo'));
    expect(Object.values(entitled)).not.toContain(true);
  });

  test('who is in a role that no decision asks for is asked for by itself', () => {
    const alone = effectiveOf(
      `${twoStages}break-glass: { roles: [commander], reconcile-within: 1d, require: [ { role: peer } ] }\n`.replace(
        'roles:',
        'roles:\n  commander: { members: ["user:cora"] }',
      ),
    );
    const given = informed(alone, {}, 'cora', {});
    expect(entitlementsOf(alone, given, person('cora'))).toMatchObject({
      mayBreakGlass: false,
      wants: [{ kind: 'users', key: 'cora' }],
    });
    const users = { ...given.lookups.users, cora: { ok: person('cora'), at: given.at } };
    const known = { ...given, lookups: { ...given.lookups, users } };
    expect(entitlementsOf(alone, known, person('cora'))).toMatchObject({ mayBreakGlass: true, wants: [] });
    expect(entitlementsOf(alone, known, person('bo')).mayBreakGlass).toBe(false);
  });

  test('what was a proposal once still has its approvers', () => {
    const governed = { categories: ['remediation'], route: 'approval' as const, since: '2026-11-23T07:00:00Z' };
    const history = { ...facts().history, governed };
    expect(may('bo', { labels: [], history })).toEqual(['approver', 'member']);
  });
});

describe('who may say that a merged change has failed', () => {
  const systems = (owners: string) =>
    effectiveOf(
      `${twoStages}systems:\n  payments: { when: { paths: ["pay/**"] }, owners: [${owners}] }\n  ads: { when: { paths: ["ads/**"] }, owners: ["user:dee"] }\n`,
    );
  const owned = systems('"user:zoe", "user:bo"');

  function rollBack(effective: EffectivePolicy, changes: Changes = {}) {
    const people = ['author', 'ana', 'bo', 'rita', 'zoe', 'dee', 'cy'];
    const found = answered(facts(changes), {}, (current) => rollBackOf(effective, current, people.map(person)));
    return {
      may: people.filter((login) => found.may(person(login))).sort(),
      called: found.owners.map(({ login }) => login),
    };
  }

  test.each<[string, EffectivePolicy, Changes, readonly string[], readonly string[]]>([
    [
      'its approvers, and its members are called',
      two,
      { pull: { author: person('cy') } },
      ['ana', 'author', 'bo', 'rita'],
      ['author', 'ana', 'bo', 'rita'],
    ],
    [
      'never its author, unless they own what it touches',
      owned,
      {},
      ['ana', 'bo', 'rita'],
      ['author', 'ana', 'bo', 'rita'],
    ],
    [
      'owners of a system that it touches, who are called',
      owned,
      { files: ['pay/a.ts'] },
      ['ana', 'bo', 'rita', 'zoe'],
      ['bo', 'zoe'],
    ],
    [
      'of each system that it touches',
      owned,
      { files: ['pay/a.ts', 'ads/b.ts'] },
      ['ana', 'bo', 'dee', 'rita', 'zoe'],
      ['bo', 'dee', 'zoe'],
    ],
    [
      'its author, who owns it',
      systems('"user:author"'),
      { files: ['pay/a.ts'] },
      ['ana', 'author', 'bo', 'rita'],
      ['author'],
    ],
    [
      'approvers under any layer, each called once',
      layered,
      {},
      ['ana', 'bo', 'cy', 'rita'],
      ['author', 'ana', 'bo', 'cy', 'rita'],
    ],
  ])('%s', (_, effective, changes, expected, called) => {
    expect(rollBack(effective, changes)).toEqual({ may: expected, called });
  });

  test('an approver whom the plan could do without, once they say it', () => {
    const mayRita = (...speakers: string[]) =>
      answered(facts(), {}, (current) => rollBackOf(two, current, speakers.map(person))).may(person('rita'));
    expect([mayRita(), mayRita('zoe'), mayRita('zoe', 'rita')]).toEqual([false, false, true]);
  });

  test('what is not known of them is wanted', () => {
    const { wants, owners } = rollBackOf(owned, facts({ files: ['pay/a.ts'] }), []);
    expect(owners).toEqual([]);
    expect(wants).toContainEqual({ kind: 'users', key: 'zoe' });
    expect(wants).toContainEqual({ kind: 'users', key: 'rita' });
  });

  test('what was a proposal once still has people to call', () => {
    const governed = { categories: ['remediation'], route: 'approval' as const, since: '2026-11-23T07:00:00Z' };
    const history = { ...facts().history, governed };
    expect(rollBack(two, { labels: [], history }).called).toEqual(['author', 'ana', 'bo', 'rita']);
  });
});
