import { describe, expect, test } from 'vitest';
import type { Compared } from '../../src/decision/backtest.ts';
import { approval, type Changes, manifest, now, person, time, twoStages, type World } from '../support/facts.ts';
import { compared } from '../support/recorded.ts';

/** The states, who would have been asked besides or not, and what was never read. */
function told(difference: Compared | undefined): readonly string[] {
  if (difference === undefined) return ['nobody would have noticed'];
  const { before, after, asked, unread } = difference;
  return [
    `${before.state} → ${after.state}`,
    ...asked.added.map((seat) => `+ ${seat}`),
    ...asked.removed.map((seat) => `- ${seat}`),
    ...unread.map((fact) => `? ${fact}`),
  ];
}

const peers = (seats: string, text = twoStages) => text.replace('[ { role: peer } ]', `[ ${seats} ]`);
const peersOf = (count: number, text = twoStages) => peers(`{ role: peer, count: ${count} }`, text);
const released = '    require: { release: [ { role: release-manager } ] }\n';
const peersAlone = twoStages.slice(0, twoStages.indexOf('  - name: production\n'));
const ofOthers = twoStages.replace('{ labels: [remediation] }', '{ labels: [else] }');
const slow = `${twoStages}approvals: { minimum-open: 5h }\n`;

type Case = readonly [name: string, from: string, to: string, changes: Changes, told: readonly string[]];

describe('another policy asks for', () => {
  const cases: readonly Case[] = [
    ['the same', twoStages, twoStages, {}, ['nobody would have noticed']],
    [
      'the same for another reason',
      twoStages,
      twoStages.replace('name: a peer', 'name: a colleague'),
      {},
      ['nobody would have noticed'],
    ],
    ['one more', twoStages, peersOf(2), {}, ['approved → waiting', '+ peer: peer']],
    [
      'one more while it waits',
      twoStages,
      peersOf(2),
      { reviews: [] },
      ['waiting → waiting', '+ peer: peer', '? people rita'],
    ],
    ['one less while it waits', peersOf(2), twoStages, { reviews: [] }, ['waiting → waiting', '- peer: peer']],
    ['two more', twoStages, peersOf(3), {}, ['approved → unfillable', '+ peer: peer', '+ peer: peer']],
    ['two less', peersOf(3), twoStages, {}, ['unfillable → approved', '- peer: peer', '- peer: peer']],
    [
      'somebody else',
      twoStages,
      peers('{ role: release-manager }'),
      {},
      ['approved → waiting', '+ peer: release-manager', '- peer: peer'],
    ],
    [
      'the same people at one stage and no longer at another',
      peers('{ role: peer }, { role: release-manager }'),
      twoStages,
      {},
      ['waiting → approved', '- peer: release-manager'],
    ],
    [
      'the same people at another stage',
      twoStages,
      twoStages.replace(released, released.replace('release:', 'peer:')),
      {},
      ['approved → approved', '+ peer: release-manager', '- release: release-manager'],
    ],
    [
      'one stage less',
      twoStages,
      peersAlone,
      { reviews: [approval('bo')] },
      ['waiting → approved', '- release: release-manager'],
    ],
    ['nobody', twoStages, ofOthers, {}, ['approved → ungoverned', '- peer: peer', '- release: release-manager']],
    ['time alone', twoStages, slow, {}, ['approved → held']],
  ];
  test.each(cases)('%s', (_, from, to, changes, expected) => {
    expect(told(compared(from, to, changes))).toEqual(expected);
  });
});

describe('what is said of a pull request', () => {
  test('its name, when it was decided, and what is next', () => {
    expect(compared(twoStages, peersOf(2))).toEqual({
      pull: 'acme/shop#7',
      visibility: 'private',
      at: now,
      before: { state: 'approved', title: 'Approved: 2 of 2 stages complete', waited: 10_800_000 },
      after: { state: 'waiting', title: 'Waiting for peer (0 of 2 stages complete)', waited: null },
      asked: { added: ['peer: peer'], removed: [] },
      unread: [],
    });
  });

  test.each<[string, string, string, Changes, readonly [number | null, number | null]]>([
    ['while its last stage is open', twoStages, peersAlone, { reviews: [approval('bo', '10:00')] }, [null, 7_200_000]],
    ['until the last one signed, who need not be the last one asked', twoStages, slow, {}, [10_800_000, 10_800_000]],
    [
      'where the first one asked signed last',
      peers('{ role: peer }, { role: release-manager }', peersAlone),
      peersAlone,
      { reviews: [approval('bo', '11:30'), approval('rita', '09:00')] },
      [12_600_000, 12_600_000],
    ],
    ['counted from its opening', twoStages, slow, { pull: { createdAt: time('09:59') } }, [3_660_000, 3_660_000]],
    ['where nobody is asked', twoStages, ofOthers, {}, [10_800_000, null]],
  ])('how long it waited, %s', (_, from, to, changes, waited) => {
    const difference = compared(from, to, changes);
    expect([difference?.before.waited, difference?.after.waited]).toEqual(waited);
  });
});

describe('whoever would have been asked and never was', () => {
  const crew = twoStages
    .replace('["user:ana", "user:bo", "user:author"]', '["team:acme/crew"]')
    .replace('["user:rita", "user:ana"]', '["user:rita"]');
  const four: World = { teams: { 'acme/crew': ['bo', 'cy', 'dee'] } };
  const demanding = 'approvals: { permission: admin }\n';
  const admins: World = { ...four, permissions: { bo: 'admin', rita: 'admin' } };

  test.each<[string, string, World, readonly string[]]>([
    ['could have signed', peersOf(2, crew), four, ['approved → waiting', '+ peer: peer', '? people cy']],
    [
      'could have signed, all of them',
      peersOf(3, crew),
      four,
      ['approved → waiting', '+ peer: peer', '+ peer: peer', '? people dee', '? people cy'],
    ],
    [
      'could have signed, and are too few',
      peersOf(4, crew),
      four,
      ['approved → unfillable', '+ peer: peer', '+ peer: peer', '+ peer: peer', '? people dee', '? people cy'],
    ],
    [
      'could have signed where few may',
      peersOf(2, crew) + demanding,
      admins,
      ['approved → waiting', '+ peer: peer', '? people cy'],
    ],
    [
      'is not whoever is known to be unable to',
      crew.replace(', backups: ["user:ruth"]', '') + demanding,
      { ...four, permissions: { bo: 'admin', rita: 'maintain' } },
      ['approved → unfillable'],
    ],
  ])('%s', (_, to, world, expected) => {
    expect(told(compared(crew, to, {}, world))).toEqual(expected);
  });

  test('is asked in turn: a backup, once those before have signed and the time of the members is over', () => {
    const from = `${crew
      .replace('roles:\n', 'roles:\n  ops: { members: ["user:dee", "user:ruth"] }\n')
      .replace('[ { role: peer } ]', '[ { role: peer }, { role: ops } ]')}approvals: { expire-after: 30m }\n`;
    const to = crew.replace(released, `${released}    sla: { release: 30m }\n`);
    const difference = compared(from, to, { reviews: [approval('cy', '10:00'), approval('ruth', '11:00')] }, four);
    expect(told(difference)).toEqual(['waiting → approved', '- peer: ops', '? people cy', '? people ruth']);
    expect(difference?.after.waited).toBe(10_800_000);
  });
});

describe('what was never read leaves it uncertain', () => {
  const zoe = person('zoe');
  const comment = {
    id: 1,
    author: zoe,
    body: manifest('services: [shop]'),
    createdAt: time('08:30'),
    editedAt: null,
  };

  test.each<[string, string, Changes, readonly string[]]>([
    [
      'who somebody is',
      twoStages.replace('"user:ana", "user:bo"', '"user:zoe", "user:bo"'),
      {},
      ['approved → facts-incomplete', '? users zoe'],
    ],
    [
      'who has digits for a name, which are somebody’s number',
      twoStages.replace('"user:ana", "user:bo"', '"user:1001", "user:bo"'),
      {},
      ['approved → facts-incomplete', '? users 1001'],
    ],
    [
      'who is in a team',
      peers('{ role: peer }, { role: crew }').replace('roles:\n', 'roles:\n  crew: { members: ["team:acme/crew"] }\n'),
      {},
      ['approved → facts-incomplete', '+ peer: crew', '? teams acme/crew'],
    ],
    [
      'what somebody may do here of whom nothing else is known',
      twoStages.replace('    require: { peer:', '    evidence: [services]\n    require: { peer:'),
      { comments: [comment] },
      ['approved → facts-incomplete', '? people zoe'],
    ],
  ])('%s', (_, to, changes, expected) => {
    expect(told(compared(twoStages, to, changes))).toEqual(expected);
  });

  test('but for what the other policy does not ask: a team that is gone, one that could not be read, a login of nobody', () => {
    const lookups: Changes['lookups'] = {
      teams: { 'acme/gone': { ok: null, at: now }, 'acme/hidden': { error: 'It cannot be read.' } },
      users: { gone: { ok: null, at: now }, hidden: { error: 'It cannot be read.' } },
    };
    const gone = peers('{ role: peer }, { role: gone }').replace(
      'roles:\n',
      'roles:\n  gone: { members: ["team:acme/gone", "team:acme/hidden", "user:gone", "user:hidden"] }\n',
    );
    expect(told(compared(gone, twoStages, { lookups }))).toEqual(['facts-incomplete → approved', '- peer: gone']);
  });
});
