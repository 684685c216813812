import { describe, expect, test } from 'vitest';
import { approval, type Changes, facts, policy, said, settled, time, twoStages } from '../support/facts.ts';
import { told } from '../support/told.ts';

const reviews = [approval('bo', '10:00'), approval('rita', '11:00')];

/** Mondays only, and every Monday for three years is a holiday. */
const mondays = Array.from({ length: 160 }, (_, week) => {
  const day = new Date(Date.UTC(2026, 10, 23) + week * 7 * 86_400_000);
  return `"${day.toISOString().slice(0, 10)}"`;
});
const shut = `calendars: { shut: { timezone: UTC, hours: { mon: "09:00-17:00" }, holidays: [${mondays.join(', ')}] } }\n`;
const office = 'calendars: { office: { timezone: UTC, hours: { mon-fri: "11:00-17:00" } } }\n';

describe('a calendar that never opens again', () => {
  test('keeps its window closed, and nobody is told when to look again', () => {
    const windowed = policy(
      `${twoStages.replace('    require: { release:', '    window: night\n    require: { release:')}${shut}windows: { night: { calendar: shut } }\n`,
    );
    const decision = settled(windowed, facts({ reviews }));
    expect([...told(decision), decision.reevaluateAt, decision.holds[0]?.until]).toEqual([
      'held: Held: The window "night" never opens.',
      'window-closed: The window "night" never opens.',
      null,
      null,
    ]);
  });

  test('leaves a minimum without an end', () => {
    const open = policy(`${twoStages}approvals: { minimum-open: 1h, calendar: shut }\n${shut}`);
    const decision = settled(open, facts({ reviews }));
    expect([...told(decision), decision.reevaluateAt, decision.holds[0]?.until]).toEqual([
      'held: Held: Its calendar never opens again.',
      'minimum-open: Its calendar never opens again.',
      null,
      null,
    ]);
  });
});

describe('time that is counted in a calendar', () => {
  test.each<[string, string, Changes, string, string | null]>([
    [
      'an approval of before it opened has hardly aged',
      'expire-after: 90m, calendar: office',
      {},
      'approved',
      time('12:30'),
    ],
    ['without it an approval is as old as it is', 'expire-after: 90m', {}, 'waiting', time('12:30')],
    ['a minimum begins when it opens', 'minimum-open: 2h, calendar: office', {}, 'held', time('13:00')],
    ['without it a minimum begins when the pull request does', 'minimum-open: 2h', {}, 'approved', null],
    ['no minimum at all', 'minimum-open: 0m', {}, 'approved', null],
  ])('%s', (_, approvals, changes, state, again) => {
    const decision = settled(
      policy(`${twoStages}approvals: { ${approvals} }\n${office}`),
      facts({ reviews, ...changes }),
    );
    expect([decision.state, decision.reevaluateAt]).toEqual([state, again]);
  });
});

describe('a freeze of an environment', () => {
  const frozen = (environments: string) =>
    policy(
      `${twoStages.replace('staging: { base: [develop] }', 'staging: { base: [develop] }\n  data: { paths: ["data/**"] }')}freezes: [ { name: stop, from: "2026-11-23T11:00", to: "2026-11-23T13:00", timezone: UTC, environments: ${environments} } ]\n`,
    );

  test.each<[string, string, Changes, string]>([
    ['that the base stands for', '[production]', {}, 'held'],
    ['that only the files touch', '[data]', { files: ['data/a'] }, 'held'],
    ['that nothing touches', '[data]', {}, 'approved'],
    ['of another branch', '[staging]', {}, 'approved'],
  ])('%s', (_, environments, changes, state) => {
    expect(settled(frozen(environments), facts({ reviews, ...changes })).state).toBe(state);
  });
});

describe('what a title says is waited for', () => {
  const needing = (require: string, more = '') =>
    policy(`${twoStages.replace('[ { role: peer } ]', `[ ${require} ]`)}${more}`);

  test.each<[string, ReturnType<typeof policy>, Changes, string]>([
    [
      'the one of two seats that is open',
      needing('{ role: peer, count: 2 }'),
      { reviews: [approval('bo')] },
      'Waiting for peer (0 of 2 stages complete)',
    ],
    [
      'every role that is missing',
      needing('{ role: peer, count: 2 }, { role: release-manager }'),
      {},
      'Waiting for 2 × peer, release-manager (0 of 2 stages complete)',
    ],
    [
      'what was asked for when all have signed',
      policy(twoStages),
      { reviews, interventions: [said('ana', '09:00', { kind: 'narrow-scope', what: 'less' })] },
      'Waiting: ana asks for a narrower scope: less',
    ],
  ])('%s', (_, rules, changes, title) => {
    expect(settled(rules, facts(changes)).title).toBe(title);
  });

  test('seats that are filled are nobody’s to approve any more', () => {
    const { next } = settled(
      needing('{ role: peer }, { role: release-manager }'),
      facts({ reviews: [approval('bo')] }),
    );
    expect(next.approvers).toEqual(['Seat "release-manager": ana, rita can approve.']);
  });
});
