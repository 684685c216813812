import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PolicyFile } from '../../src/policy/schema.ts';
import { problems } from './load.ts';

/** A rule’s condition, a comparison, … with one value in it; what is said of the value when it is wrong. */
const places = {
  name: 'stages: [HERE]',
  text: 'freezes: [ { name: HERE, from: "2026-01-01T00:00", to: "2027-01-01T00:00", timezone: UTC } ]',
  duration: 'approvals: { minimum-open: HERE }',
  long: 'approvals: { expire-after: HERE }',
  comparison: 'blast-radius: { high: { files: HERE } }',
  radius: 'rules: [ { name: x, evidence: [ticket], when: { blast-radius: HERE } } ]',
  glob: 'blast-radius: { high: { paths: [HERE] } }',
  pattern: 'evidence: { ticket: HERE }',
  member: 'systems: { s: { when: {}, owners: [HERE] } }',
  user: 'segregation: { exceptions: [ { user: HERE, may-approve-own: e, until: 2027-03-31, reason: x } ] }\nenvironments: { e: {} }',
  team: 'blast-radius: { high: { author-teams: [HERE] } }',
  author: 'blast-radius: { high: { authors: [HERE] } }',
  workflow: 'evidence: { validation: { workflows: [HERE] } }',
  zone: 'calendars: { c: { timezone: HERE, hours: { mon: "09:00-17:00" } } }',
  hours: 'calendars: { c: { timezone: UTC, hours: { mon: HERE } } }',
  days: 'calendars: { c: { timezone: UTC, hours: { HERE: "09:00-17:00" } } }',
  date: 'calendars: { c: { timezone: UTC, hours: { mon: "09:00-17:00" }, holidays: [HERE] } }',
  time: 'freezes: [ { name: x, from: HERE, to: "9999-01-01T00:00", timezone: UTC } ]',
  count: 'access-review: { every: 1d, reviewers: [ { role: r, count: HERE } ] }\nroles: { r: { members: ["user:a"] } }',
  secret: 'notify: { channels: { a: { slack: HERE } } }',
  property: 'blast-radius: { high: { properties: { HERE: x } } }',
} as const;

const said = (place: keyof typeof places, value: string) =>
  problems(`version: 1\n${places[place].replace('HERE', value)}\n`).map((problem) => problem.replace(/^[^ ]* /, ''));

const names = 'a name starts with a letter and holds letters, digits, `-`, `_` and `.`';
const durations = 'must be a duration such as `30m`, `4h`, `2d` or `1w`';
const comparisons = 'must be a comparison such as `">= 20"`';
const radii = 'must be `low`, `medium`, `high` or `critical`, or a comparison such as `">= high"`';
const members = 'must be `user:login` or `team:org/slug`; a bot fills no seat';
const logins = 'must be a login such as `sam`, `svc-*` or `dependabot[bot]`';
const workflows = 'must be the file name of a workflow, such as `ci.yml`';
const local = 'must be a local date and time such as `2026-12-18T00:00`, without a zone (that is `timezone`)';
const secrets = 'must be the name of a configured secret, such as `ONCALL` or `ON_CALL`, never a URL';
const spans = 'must be hours such as `09:00-17:00`';
const long = (count: number) => 'x'.repeat(count);

describe('values that are accepted', () => {
  test.each([
    ['name', ['a', 'A', 'a.b_c-9', long(100)]],
    ['text', ['x', '"  x"', long(1000)]],
    ['duration', ['0m', '1h', '99999d', '10w']],
    ['long', ['1m', '99999w']],
    ['comparison', ['0', '999999999', '"<1"', '"<= 1"', '"=1"', '">= 999999999"', '"> 0"']],
    ['radius', ['low', 'medium', 'high', 'critical', '">= high"', '"<critical"', '"= low"']],
    ['glob', ['a', long(500)]],
    ['pattern', ['a', long(300), '"(a{9}){9}"', '"x{,3}"', '"a{2,}"']],
    ['member', ['"user:a"', '"user:A-9_acme"', '"team:acme/a"', '"team:acme/0-a_b"', `"user:${long(39)}"`]],
    ['user', ['"user:a"', '"user:A-9"']],
    ['team', ['"team:acme/a"']],
    ['author', ['sam', 's*m', '"*"', '"dependabot[bot]"', 'a_b', `a${long(60)}`]],
    ['workflow', ['ci.yml', 'c.yaml', `${long(196)}.yml`]],
    ['zone', ['UTC', 'Europe/Zurich', 'Etc/GMT+1', 'America/Argentina/Buenos_Aires']],
    ['hours', ['"00:00-24:00"', '"09:00-09:01"', '["08:00-12:00", "19:59-23:59"]']],
    ['days', ['mon', 'sun', 'mon-fri', 'sat-tue']],
    ['date', ['2026-12-25', '2028-02-29']],
    ['time', ['"2026-12-18T00:00"', '"2026-12-18T23:59"']],
    ['count', ['1', '20']],
    ['secret', ['A', 'A9_B', long(64).toUpperCase()]],
    ['property', ['a', 'A_$#-9', long(75)]],
  ] as const)('a %s: %j', (place, values) => {
    expect(values.map((value) => said(place, value))).toEqual(values.map(() => []));
  });
});

describe('values that are refused', () => {
  test.each([
    ['name', ['9a', '"a b"', '""', long(101), '-a'], `\`stages\`: ${names}`],
    ['name', ['3'], '`stages` must be text, not `3`'],
    ['text', ['" "', '""'], '`name` must not be blank'],
    ['text', [long(1001)], '`name` must be at most 1000 characters long'],
    ['text', ['3'], '`name` must be text, not `3`'],
    ['duration', ['1', '1s', '01h', '100000m', '"1 h"', '-1h', '1hh', 'x1h'].slice(1), `\`minimum-open\` ${durations}`],
    ['duration', ['3'], `\`minimum-open\` ${durations}, not \`3\``],
    ['long', ['0m', '0w'], '`expire-after` must be longer than zero'],
    ['comparison', ['"1"', '"=> 1"', '">=  1"', '"> 1 "', '"> 1000000000"', '"x > 1"'], `\`files\` ${comparisons}`],
    ['comparison', ['-1'], '`files` must be at least 0'],
    ['comparison', ['1000000000'], '`files` must be at most 999999999'],
    ['comparison', ['1.5'], `\`files\` ${comparisons}, not \`1.5\``],
    ['radius', ['huge', 'highest', '"> > low"', '"x low"'], `\`blast-radius\` ${radii}`],
    ['radius', ['3'], `\`blast-radius\` ${radii}, not \`3\``],
    ['glob', ['""'], '`paths` must not be blank'],
    ['glob', [long(501)], '`paths` must be at most 500 characters long'],
    ['pattern', ['""'], '`ticket` must not be blank'],
    ['pattern', [long(301)], '`ticket` must be at most 300 characters long'],
    [
      'pattern',
      ['"(((aa{9}){9}){9})"', '"xx{,0}y{1000}"', '"a{3,900}"'].slice(0, 1),
      '`ticket` is not an expression that may be used: its counted repetitions come to too much',
    ],
    [
      'member',
      [
        'ada',
        '"user:"',
        '"user:-a"',
        '"team:acme"',
        '"team:acme/-"',
        '"team:acme/A"',
        '"user:a b"',
        '"xuser:a"',
        `"user:${long(40)}"`,
      ],
      `\`owners\` ${members}`,
    ],
    ['user', ['"team:acme/a"', 'ada', '"user:a[bot]"', '"xuser:a"'], '`user` must be a person, `user:login`'],
    [
      'team',
      ['"user:a"', '"team:acme"', '"team:acme/a/b"', '"xteam:acme/a"'],
      '`author-teams` must be a team, `team:org/slug`',
    ],
    ['author', ['-a', '"a b"', '"[bot]"', '"a[bot]b"', `a${long(61)}`], `\`authors\` ${logins}`],
    ['workflow', ['ci', 'a/ci.yml', '" ci.yml"', 'ci.yml.md', 'ciyml'], `\`workflows\` ${workflows}`],
    ['workflow', [`${long(197)}.yml`], '`workflows` must be at most 200 characters long'],
    ['zone', ['"+01:00"', '"Europe Zurich"'], '`timezone` must be an IANA time zone such as `Europe/Zurich`'],
    [
      'hours',
      ['"9:00-17:00"', '"24:00-24:00"', '"09:00-24:01"', '"09:60-17:00"', '"09:00-17:00x"', '"x09:00-17:00"'],
      `\`mon\` ${spans}`,
    ],
    ['hours', ['"09:00-09:00"'], '`mon` must end after it begins; write hours across midnight as two days'],
    ['hours', ['[]'], '`mon` must not be an empty list; leave the key out instead'],
    ['date', ['2026-1-1', '2026-12-25x', 'x2026-12-25'], '`holidays` must be a date such as `2026-12-25`'],
    ['date', ['2027-02-29', '2026-13-01'], '`holidays` is not a date that exists'],
    [
      'time',
      ['"2026-12-18"', '"2026-12-18T00:00Z"', '"2026-12-18T00:00:00"', '"x2026-12-18T00:00"'],
      `\`from\` ${local}`,
    ],
    ['time', ['"2026-02-30T00:00"', '"2026-12-18T25:00"'], '`from` is not a time that exists'],
    ['time', ['"9999-01-01T00:00"'], '`to` must be later than `from`'],
    ['count', ['0'], '`count` must be at least 1'],
    ['count', ['21'], '`count` must be at most 20'],
    ['count', ['1.5'], '`count` must be a whole number, not `1.5`'],
    ['count', ['two'], '`count` must be a number, not text'],
    ['secret', ['oncall', 'A__B', '_A', 'A_', '"A B"', '9A'], `\`slack\` ${secrets}`],
    ['secret', [long(65).toUpperCase()], '`slack` must be at most 64 characters long'],
    ['property', ['"a b"', long(76), '""'], undefined],
  ] as const)('a %s: %j', (place, values, message) => {
    for (const value of values) {
      const bare = value.replace(/^"|"$/g, '');
      const expected = message ?? `\`${bare}\`: is not a name that a custom property can have`;
      expect([value, ...said(place, value)]).toEqual([value, expected]);
    }
  });

  test.each(['monday', 'mon-', 'mon-fri-sun', 'xmon', 'Mon'])('a day: %s', (day) => {
    expect(said('days', day)).toEqual([`\`${day}\`: must be a day or days: \`mon\`, \`mon-fri\``]);
  });
});

describe('what values become', () => {
  const file = (text: string) => PolicyFile.parse(parse(`version: 1\n${text}`));
  const when = (text: string) => file(`blast-radius: { high: { ${text} } }`)['blast-radius']?.high;

  test.each([
    ['files: 3', { kind: 'count', key: 'files', operator: '=', value: 3 }],
    ['lines: "<=30"', { kind: 'count', key: 'lines', operator: '<=', value: 30 }],
    ['additions: "> 4"', { kind: 'count', key: 'additions', operator: '>', value: 4 }],
    ['blast-radius: high', { kind: 'level', key: 'blast-radius', operator: '=', level: 'high' }],
    ['blast-radius: "<medium"', { kind: 'level', key: 'blast-radius', operator: '<', level: 'medium' }],
    ['blast-radius: ">= low"', { kind: 'level', key: 'blast-radius', operator: '>=', level: 'low' }],
    ['author-teams: ["team:Acme/core"]', { kind: 'names', key: 'author-teams', names: ['acme/core'] }],
    ['properties: { a: x }', { kind: 'property', name: 'a', values: ['x'] }],
    ['author-kind: bot', { kind: 'kind', key: 'author-kind', value: 'bot' }],
    ['fork: false', { kind: 'flag', key: 'fork', value: false }],
    ['title: x', { kind: 'pattern', key: 'title', pattern: 'x' }],
    ['base: [a]', { kind: 'globs', key: 'base', globs: ['a'] }],
    ['any: [ { draft: true } ]', { kind: 'any', of: [{ kind: 'flag', key: 'draft', value: true }] }],
    ['not: { }', { kind: 'not', of: { kind: 'all', of: [] } }],
  ])('the condition %s', (text, condition) => {
    expect(when(text)).toEqual(condition);
  });

  test.each([
    ['mon', [1]],
    ['sun', [7]],
    ['tue-thu', [2, 3, 4]],
    ['mon-sun', [1, 2, 3, 4, 5, 6, 7]],
    ['sat-mon', [6, 7, 1]],
    ['fri-fri', [5]],
  ])('the days %s', (span, days) => {
    const [calendar] = file(`calendars: { c: { timezone: UTC, hours: { ${span}: "09:05-24:00" } } }`).calendars ?? [];
    expect(calendar?.hours).toEqual(days.map((day) => ({ day, from: 545, to: 1440 })));
  });

  test('members, seats and deadlines', () => {
    const made = file(`
roles: { r: { members: ["user:Ada", "team:acme/core"] } }
rules: [ { name: x, require: { peer: [ { role: r }, { role: r, count: 2 }, { owners: code } ] }, sla: { peer: 4h, calendar: c, late: 1w } } ]
segregation: { exceptions: [ { user: "user:Sam", may-approve-own: e, until: 2027-03-31, reason: x } ] }
`);
    expect(made.roles?.[0]?.members).toEqual([
      { kind: 'user', login: 'Ada' },
      { kind: 'team', organization: 'acme', slug: 'core' },
    ]);
    expect(made.rules?.[0]?.require?.[0]?.seats).toEqual([
      { kind: 'role', role: 'r', count: 1 },
      { kind: 'role', role: 'r', count: 2 },
      { kind: 'owners', of: 'code' },
    ]);
    expect(made.rules?.[0]?.sla).toEqual({
      calendar: 'c',
      stages: [
        { stage: 'peer', within: { amount: 4, unit: 'h' } },
        { stage: 'late', within: { amount: 1, unit: 'w' } },
      ],
    });
    expect(made.segregation?.exceptions?.[0]?.user).toEqual({ login: 'Sam' });
  });
});
