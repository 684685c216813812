import { describe, expect, test } from 'vitest';
import type { Hold } from '../../src/decision/decision.ts';
import { frozenNow, heldNow } from '../../src/decision/held-now.ts';
import { noHistory } from '../../src/decision/history.ts';
import { approval, type Changes, facts, policy, said, time, twoStages } from '../support/facts.ts';
import { effective, recorded } from '../support/recorded.ts';

const reviews = [approval('bo', '10:00'), approval('rita', '11:00')];
const freeze = (name: string, from: string, to: string, more = '') =>
  `  - { name: ${name}, from: "2026-11-23T${from}", to: "2026-11-23T${to}", timezone: UTC${more} }\n`;
const frozen = (...freezes: readonly string[]) => `${twoStages}freezes:\n${freezes.join('')}`;
const byPeers = ', approvers: [ { role: peer } ]';
const byManagers = ', approvers: [ { role: release-manager } ]';

/** What keeps a change from being deployed that was merged as it was decided at noon. */
function held(text: string, clock: string, changes: Changes = {}, environment = 'production'): readonly Hold[] {
  const merged = recorded(policy(text), facts({ reviews, ...changes }));
  return heldNow(effective(text), merged, environment, time(clock));
}

function messages(holds: readonly Hold[]): readonly string[] {
  return holds.map(({ message }) => message);
}

const until = (name: string, clock: string, who = 'nobody can lift it') =>
  `Freeze "${name}" until Mon 2026-11-23 ${clock} UTC; ${who}.`;
const peersCan = 'peer can let it through';

describe('a freeze holds back what was merged', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['while it is in force', frozen(freeze('stop', '13:00', '14:00')), '13:30', [until('stop', '14:00')]],
    ['from its first instant on', frozen(freeze('stop', '13:00', '14:00')), '13:00', [until('stop', '14:00')]],
    ['but not before', frozen(freeze('stop', '13:00', '14:00')), '12:59', []],
    ['nor after', frozen(freeze('stop', '13:00', '14:00')), '14:00', []],
    ['nor elsewhere', frozen(freeze('stop', '13:00', '14:00', ', environments: [staging]')), '13:30', []],
    [
      'in the environment of its base',
      frozen(freeze('stop', '13:00', '14:00', ', environments: [production]')),
      '13:30',
      [until('stop', '14:00')],
    ],
    [
      'though it has approvers, who were not asked',
      frozen(freeze('stop', '13:00', '14:00', byPeers)),
      '13:30',
      [until('stop', '14:00', peersCan)],
    ],
    [
      'beside another one',
      frozen(freeze('stop', '13:00', '14:00'), freeze('halt', '13:15', '15:00')),
      '13:30',
      [until('stop', '14:00'), until('halt', '15:00')],
    ],
  ])('%s', (_, text, clock, expected) => {
    expect(messages(held(text, clock))).toEqual(expected);
  });

  test('and is told with its code and its end', () => {
    expect(held(frozen(freeze('stop', '13:00', '14:00')), '13:30')).toEqual([
      { code: 'freeze', message: until('stop', '14:00'), until: time('14:00') },
    ]);
  });

  test('where it is deployed, though it was merged for a stricter environment', () => {
    const text = frozen(freeze('stop', '11:00', '14:00', ', environments: [staging]'));
    expect(recorded(policy(text), facts({ reviews })).decision.state).toBe('approved');
    expect(messages(held(text, '13:30', {}, 'staging'))).toEqual([until('stop', '14:00')]);
    expect(held(text, '13:30', {}, 'production')).toEqual([]);
  });
});

describe('whoever let it through a freeze', () => {
  const both = [...reviews, approval('ana', '11:30')];
  const long = freeze('long', '11:00', '18:00', byPeers);

  test.each<[string, string, Changes, readonly string[]]>([
    ['let it through that one', frozen(long), { reviews: both }, []],
    [
      'did not, before it began',
      frozen(freeze('long', '12:30', '18:00', byPeers)),
      { reviews: both },
      [until('long', '18:00', peersCan)],
    ],
    ['did not, where it was merged past them', frozen(long), {}, [until('long', '18:00', peersCan)]],
    [
      'did not let it through another one that began later',
      frozen(long, freeze('new', '12:30', '17:00', byPeers)),
      { reviews: both },
      [until('new', '17:00', peersCan)],
    ],
    [
      'did not let it through one that nobody can lift',
      frozen(long, freeze('hard', '11:00', '17:00')),
      { reviews: both },
      [until('hard', '17:00')],
    ],
    [
      'let it through none of two, where the approvers of one were missing',
      frozen(long, freeze('other', '11:00', '17:00', byManagers)),
      { reviews: both },
      [until('long', '18:00', peersCan), until('other', '17:00', 'release-manager can let it through')],
    ],
  ])('%s', (_, text, changes, expected) => {
    expect(messages(held(text, '13:30', changes))).toEqual(expected);
  });

  test('let it through that one also where it is prolonged, but not through one that takes its place', () => {
    const merged = recorded(policy(frozen(long)), facts({ reviews: both }));
    const prolonged = effective(frozen(freeze('long', '11:00', '23:00', byPeers)));
    expect(heldNow(prolonged, merged, 'production', time('20:00'))).toEqual([]);
    const renamed = effective(frozen(freeze('longer', '13:00', '23:00', byPeers)));
    expect(messages(heldNow(renamed, merged, 'production', time('20:00')))).toEqual([
      until('longer', '23:00', peersCan),
    ]);
  });
});

describe('a window of the rules that apply', () => {
  const windowed = (rule: string, more = '') =>
    `${twoStages.replace(`  - name: ${rule}\n`, `  - name: ${rule}\n    window: noon\n`)}calendars: { office: { timezone: UTC, hours: { mon: "11:00-13:00" }${more} } }\nwindows: { noon: { calendar: office } }\n`;
  const closed = 'The window "noon" is closed until Mon 2026-11-30 11:00 UTC.';

  test.each<[string, string, string, Changes, readonly Hold[]]>([
    ['is open', windowed('production'), '12:59', {}, []],
    [
      'is closed by now',
      windowed('production'),
      '13:00',
      {},
      [{ code: 'window-closed', message: closed, until: '2026-11-30T11:00:00Z' }],
    ],
    ['is another one’s', windowed('production'), '13:00', { pull: { base: 'develop' } }, []],
  ])('%s', (_, text, clock, changes, expected) => {
    expect(held(text, clock, changes)).toEqual(expected);
  });

  test('stands beside a freeze', () => {
    const text = `${windowed('a peer')}freezes:\n${freeze('stop', '13:00', '14:00')}`;
    expect(messages(held(text, '13:30'))).toEqual([until('stop', '14:00'), closed]);
  });
});

describe('what passes all of them', () => {
  const text = frozen(freeze('stop', '11:00', '18:00'));
  const glass = `${text}break-glass: { roles: [peer], reconcile-within: 1d, require: [ { role: peer } ] }\n`;
  const broken = said('bo', '11:30', { kind: 'break-glass', incident: 'INC-1', reason: 'it burns' });

  test('a broken glass', () => {
    expect(held(glass, '13:30', { reviews: [], interventions: [broken] })).toEqual([]);
    expect(messages(held(glass, '13:30'))).toEqual([until('stop', '18:00')]);
  });

  test('what is no proposal, but not what was one once', () => {
    const governed = { categories: ['remediation'], route: 'approval' as const, since: time('07:00') };
    expect(held(text, '13:30', { labels: [] })).toEqual([]);
    expect(messages(held(text, '13:30', { labels: [], history: { ...noHistory, governed } }))).toEqual([
      until('stop', '18:00'),
    ]);
  });
});

const stop = freeze('stop', '11:00', '18:00', ', environments: [production]');
const own = `version: 1
freezes:
${freeze('own', '11:00', '17:00')}`;

describe('the layers of a policy', () => {
  test('say the same once, and each what it alone says', () => {
    const under = policy(frozen(stop), own);
    const merged = recorded(under, facts({ reviews }));
    const holds = heldNow(effective(frozen(stop), own), merged, 'production', time('13:30'));
    expect(messages(holds)).toEqual([until('stop', '18:00'), until('own', '17:00')]);
  });
});

describe('a freeze of an environment, whatever is deployed to it', () => {
  const other = freeze('other', '11:00', '18:00', ', environments: [staging]');
  const all = freeze('all', '11:00', '16:00');
  const lifted = freeze('lifted', '11:00', '15:00', byPeers);

  test.each<[string, string, string | undefined, string, readonly string[]]>([
    ['is in force', frozen(stop, other), undefined, '13:30', [until('stop', '18:00')]],
    ['may be for all of them', frozen(all), undefined, '13:30', [until('all', '16:00')]],
    ['has approvers who were asked nothing', frozen(lifted), undefined, '13:30', [until('lifted', '15:00', peersCan)]],
    ['is over', frozen(stop, all), undefined, '18:00', []],
    ['has not begun', frozen(stop, all), undefined, '10:59', []],
    ['is not there', twoStages, undefined, '13:30', []],
    [
      'is told once, and beside it the repository’s own',
      frozen(stop),
      own,
      '13:30',
      [until('stop', '18:00'), until('own', '17:00')],
    ],
  ])('%s', (_, text, repository, clock, expected) => {
    expect(messages(frozenNow(effective(text, repository), 'production', time(clock)))).toEqual(expected);
  });
});
