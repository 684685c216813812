import { describe, expect, test } from 'vitest';
import { askedOf, wishOf } from '../../src/decision/asked.ts';
import type { PolicyInForce } from '../../src/decision/decision.ts';
import {
  approval,
  bot,
  type Changes,
  commit,
  facts,
  head,
  person,
  policy,
  said,
  settled,
  sha,
  time,
  twoStages,
} from '../support/facts.ts';

const two = policy(twoStages);
const peers = (require: string, more = '') =>
  policy(`${twoStages.replace('[ { role: peer } ]', `[ ${require} ]`)}${more}`);
const exceptions =
  '  exceptions: [ { user: "user:author", may-approve-own: production, until: 2026-12-31, reason: RISK-1 } ]\n';
const late = policy(
  twoStages
    .replace(
      'peer: { members: ["user:ana", "user:bo", "user:author"] }',
      'peer: { members: ["user:zoe"], backups: ["user:dee", "user:bo"] }',
    )
    .replace('  - name: a peer\n', '  - name: a peer\n    sla: { peer: 1h }\n'),
);

function asked(rules: PolicyInForce, changes: Changes): readonly string[] {
  return askedOf(settled(rules, facts(changes)), { draft: false }).map(
    ({ account, because, lapsedAt }) =>
      `${account.login} for ${because.join(', ')}${lapsedAt === null ? '' : `, again since ${lapsedAt}`}`,
  );
}

describe('whom GitHub is to ask for a review, and for what', () => {
  test.each<[string, PolicyInForce, Changes, readonly string[]]>([
    ['everybody who can fill the seat, by account id', two, {}, ['ana for peer', 'bo for peer']],
    ['backups among them, when it is overdue', late, {}, ['bo for peer', 'dee for peer', 'zoe for peer']],
    [
      'the same way in whichever order they have become candidates',
      late,
      { reviews: [approval('zoe', '11:00', { state: 'commented' })] },
      ['bo for peer', 'dee for peer', 'zoe for peer'],
    ],
    [
      'never the author, even with an exception: GitHub refuses that',
      policy(`${twoStages}${exceptions}`),
      {},
      ['ana for peer', 'bo for peer'],
    ],
    [
      'whoever only committed to it, where that does not set them apart',
      policy(twoStages.replace('[committers, co-authors, pushers, initiator]', '[initiator]')),
      { commits: [commit(person('author'), { committer: person('bo') })] },
      ['ana for peer', 'bo for peer'],
    ],
    ['each of two seats of a role by one name', peers('{ role: peer, count: 2 }'), {}, ['ana for peer', 'bo for peer']],
    [
      'for every seat that they could fill',
      peers('{ role: peer }, { role: release-manager }'),
      {},
      ['ana for peer, release-manager', 'bo for peer', 'rita for release-manager'],
    ],
    [
      'for no seat that is filled',
      peers('{ role: peer }, { role: release-manager }'),
      { reviews: [approval('bo')] },
      ['ana for release-manager', 'rita for release-manager'],
    ],
    ['nobody for a stage that is not open yet', two, { reviews: [approval('rita')] }, ['ana for peer', 'bo for peer']],
  ])('%s', (_, rules, changes, expected) => {
    expect(asked(rules, changes)).toEqual(expected);
  });

  const expiring = policy(`${twoStages}approvals: { expire-after: 30m }\n`);

  test.each<[string, PolicyInForce, Changes, readonly string[]]>([
    [
      'that has expired',
      expiring,
      { reviews: [approval('bo', '10:00')] },
      ['ana for peer', `bo for peer, again since ${time('10:00')}`],
    ],
    [
      'that has expired, and was of another head',
      expiring,
      { reviews: [approval('bo', '10:00', { delivered: sha('b') })] },
      ['ana for peer', 'bo for peer'],
    ],
    [
      'that was of another head',
      two,
      { reviews: [approval('bo', '10:00', { delivered: sha('b') })] },
      ['ana for peer', 'bo for peer'],
    ],
    [
      'of which nobody knows the head',
      two,
      {
        reviews: [approval('bo', '10:00', { delivered: null })],
        heads: [
          { sha: sha('b'), pusher: person('author'), at: time('08:00') },
          { sha: head, pusher: person('author'), at: time('10:30') },
        ],
      },
      ['ana for peer', `bo for peer, again since ${time('10:00')}`],
    ],
    [
      'that somebody has dismissed',
      two,
      { reviews: [approval('bo', '10:00', { state: 'dismissed' })] },
      ['ana for peer', `bo for peer, again since ${time('10:00')}`],
    ],
  ])('whose approval counted once is told so: one %s', (_, rules, changes, expected) => {
    expect(asked(rules, changes)).toEqual(expected);
  });
});

describe('whose request may stand', () => {
  const ids = (...logins: readonly string[]) => logins.map((login) => person(login).id);
  const wished = (rules: PolicyInForce, changes: Changes = {}) => {
    const wish = wishOf(settled(rules, facts(changes)), { draft: false });
    return wish === null ? null : [wish.open, wish.seated];
  };
  const engineers = policy(
    twoStages.replace('{ labels: [remediation] }', '{ labels: [remediation] }\n    route: engineering-only'),
  );
  const glass = policy(
    `${twoStages}break-glass: { roles: [release-manager], reconcile-within: 1d, require: [ { role: peer } ] }\n`,
  );
  const breaks = said('rita', '11:00', { kind: 'break-glass', incident: 'INC-1', reason: 'down' });
  const owned = peers(
    '{ role: peer }, { owners: systems }',
    'systems: { shop: { when: { paths: ["src/**"] }, owners: ["user:bo", "user:zoe"] } }\n',
  );

  test.each<[string, PolicyInForce, Changes, ReturnType<typeof wished>]>([
    ['of candidates', two, {}, [ids('ana', 'bo'), []]],
    [
      'of candidates, while it waits for something else',
      two,
      {
        interventions: [
          said('bo', '11:00', { kind: 'defer', until: { kind: 'instant', at: time('23:00') }, because: '' }),
        ],
      },
      [ids('ana', 'bo'), []],
    ],
    [
      'of nobody who has a seat',
      two,
      { reviews: [approval('bo', '10:00'), approval('ana', '11:00')] },
      [[], ids('ana', 'bo')],
    ],
    ['of whoever has two seats, once', owned, { reviews: [approval('bo')] }, [ids('ana', 'rita'), ids('bo')]],
    ['of backups in the order of their ids', late, {}, [ids('bo', 'dee', 'zoe'), []]],
    ['of nobody, once the glass is broken', glass, { interventions: [breaks] }, [[], []]],
    ['of nobody about what is no proposal', two, { labels: [] }, [[], []]],
    ['of everybody as it is, while an engineer is to author it', engineers, { pull: { author: bot('robo') } }, null],
    [
      'of everybody as it is, while something cannot be read',
      two,
      { lookups: { users: { rita: { error: 'no' } } } },
      null,
    ],
    [
      'of everybody as it is, under a policy that is invalid',
      { kind: 'invalid', problems: ['no'], sources: [], lastValid: undefined },
      {},
      null,
    ],
  ])('%s', (_, rules, changes, expected) => {
    expect(wished(rules, changes)).toEqual(expected);
  });
});
