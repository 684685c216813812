import { describe, expect, test } from 'vitest';
import { breachesOf, reminderText } from '../../src/decision/reminder.ts';
import { approval, type Changes, commit, facts, person, policy, settled, time, twoStages } from '../support/facts.ts';

/** Opened at 8; the peer has until 10, the release manager two hours more than the peer took. It is 12 o'clock. */
const urgent = policy(
  twoStages
    .replace('  - name: a peer\n', '  - name: a peer\n    sla: { peer: 2h, release: 2h }\n')
    .replace('"user:author"] }', '"user:author"], backups: ["user:cy"] }'),
);

function remindersOf(changes: Changes, draft = false): readonly string[] {
  return breachesOf(settled(urgent, facts(changes)), { draft }).map(reminderText);
}

const since = 'has been waiting since Mon 2026-11-23';

describe('a stage whose time has run out', () => {
  test.each<[string, Changes, readonly string[]]>([
    [
      'reminds its members, and names the backups, who may approve from now on',
      {},
      [
        `@ana, @bo: the stage "peer" ${since} 08:00 UTC; its time ran out on Mon 2026-11-23 10:00 UTC. @cy may approve now as backup.`,
      ],
    ],
    ['reminds nobody when it is complete, and the next has its time', { reviews: [approval('bo', '11:00')] }, []],
    [
      'each stage by its own time',
      { reviews: [approval('bo', '09:00')] },
      [
        `@rita, @ana: the stage "release" ${since} 09:00 UTC; its time ran out on Mon 2026-11-23 11:00 UTC. @ruth may approve now as backup.`,
      ],
    ],
    [
      'reminds nobody while a rejection stands',
      { reviews: [approval('bo', '09:00', { state: 'changes-requested' })] },
      [],
    ],
  ])('%s', (_name, changes, expected) => {
    const names = (text: string) => [...text.matchAll(/@\w+/g)].map(([name]) => name).sort();
    const found = remindersOf(changes);
    expect(found.map(names)).toEqual(expected.map(names));
    expect(found.map((text) => text.replace(/@\w+/g, '@'))).toEqual(expected.map((text) => text.replace(/@\w+/g, '@')));
  });

  test('reminds nobody of a draft', () => {
    expect(remindersOf({}, true)).toEqual([]);
  });

  test('mentions fifteen people at most', () => {
    const breach = breachesOf(settled(urgent, facts()), { draft: false })[0];
    if (breach === undefined) throw new Error('it is overdue');
    const [one] = breach.members;
    if (one === undefined) throw new Error('it has members');
    const members = Array.from({ length: 40 }, (_, id) => ({ ...one, id: id + 1, login: `p${id}` }));
    const text = reminderText({ ...breach, members, backups: [] });
    expect(text.match(/@/g)).toHaveLength(15);
    expect(text).toContain('and 25 more');
  });
});

describe('who is late, and who may stand in', () => {
  const needing = (peer: string, require: string, more = '') =>
    policy(
      twoStages
        .replace('  - name: a peer\n', '  - name: a peer\n    sla: { peer: 2h, release: 2h }\n')
        .replace('{ members: ["user:ana", "user:bo", "user:author"] }', `{ ${peer} }`)
        .replace('[ { role: peer } ]', `[ ${require} ]`) + more,
    );
  const peers = 'members: ["user:ana", "user:bo"]';
  const breach = (rules: ReturnType<typeof policy>, changes: Changes = {}) =>
    breachesOf(settled(rules, facts(changes)), { draft: false }).map(
      ({ stage, seats, members, backups }) =>
        `${stage}: ${seats.join(', ')}: ${[members, backups].map((all) => all.map(({ login }) => login).join(' ')).join(' or ')}`,
    );

  test.each<[string, ReturnType<typeof policy>, Changes, readonly string[]]>([
    [
      'in the minute in which the time runs out',
      needing(peers, '{ role: peer }'),
      { at: time('10:00') },
      ['peer: peer: ana bo or '],
    ],
    ['not a minute before', needing(peers, '{ role: peer }'), { at: time('09:59') }, []],
    [
      'each seat that is open, by its name',
      needing(peers, '{ role: peer, count: 2 }, { role: release-manager }'),
      {},
      ['peer: peer, release-manager: ana bo rita or ruth'],
    ],
    [
      'no seat that is filled',
      needing(peers, '{ role: peer }, { role: release-manager }'),
      { reviews: [approval('bo', '09:00')] },
      ['peer: release-manager: ana rita or ruth'],
    ],
    [
      'though nobody can fill it',
      needing(peers, '{ role: peer }'),
      { commits: [commit(person('ana')), commit(person('bo'))] },
      ['peer: peer:  or '],
    ],
    ['not for what has no limit', policy(twoStages), {}, []],
    [
      'people in the order of their accounts',
      needing('members: ["user:zoe"], backups: ["user:ana", "user:dee"]', '{ role: peer }, { role: release-manager }'),
      {},
      ['peer: peer, release-manager: rita zoe or ana dee ruth'],
    ],
  ])('%s', (_, rules, changes, expected) => {
    expect(breach(rules, changes)).toEqual(expected);
  });

  const told = (rules: ReturnType<typeof policy>, changes: Changes = {}) =>
    breachesOf(settled(rules, facts(changes)), { draft: false }).map(reminderText);
  const words = `he stage "peer" ${since} 08:00 UTC; its time ran out on Mon 2026-11-23 10:00 UTC.`;

  test.each<[string, ReturnType<typeof policy>, Changes, string]>([
    ['members alone', needing(peers, '{ role: peer }'), {}, `@ana, @bo: t${words}`],
    [
      'one backup',
      needing(`${peers}, backups: ["user:cy"]`, '{ role: peer }'),
      {},
      `@ana, @bo: t${words} @cy may approve now as backup.`,
    ],
    [
      'two',
      needing(`${peers}, backups: ["user:cy", "user:dee"]`, '{ role: peer }'),
      {},
      `@ana, @bo: t${words} @cy, @dee may approve now as backups.`,
    ],
    [
      'nobody',
      needing(peers, '{ role: peer }'),
      { commits: [commit(person('ana')), commit(person('bo'))] },
      `T${words}`,
    ],
  ])('the reminder of %s', (_, rules, changes, expected) => {
    expect(told(rules, changes)).toEqual([expected]);
  });
});
