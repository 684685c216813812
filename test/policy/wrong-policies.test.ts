import { expect, test } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { renderProblem } from '../../src/policy/problem.ts';

/** What a person reads when their policy is wrong: where, what, and what would be right. */
const cases: readonly { readonly title: string; readonly text: string; readonly errors: readonly string[] }[] = [
  {
    title: 'T12 a blank file',
    text: '',
    errors: ['countersign.yml:1:1: the policy is blank; it must at least say `version: 1`'],
  },
  {
    title: 'T12 nothing but comments',
    text: '# nothing\n',
    errors: ['countersign.yml:1:1: the policy is blank; it must at least say `version: 1`'],
  },
  {
    title: 'not a mapping',
    text: '- a\n',
    errors: ['countersign.yml:1:1: the policy must be a mapping, not a list'],
  },
  {
    title: 'no version',
    text: 'roles: {}\n',
    errors: ['countersign.yml:1:1: `version` is missing'],
  },
  {
    title: 'T46 an environment whose check would be the one of policies, or of branches that no environment claims',
    text: 'version: 1\nenvironments:\n  policy: { base: [main] }\n  unclassified: { base: [dev] }\n',
    errors: [
      'countersign.yml:3:3: `policy` cannot name an environment, since `countersign/policy` is another check; choose another name',
      'countersign.yml:4:3: `unclassified` cannot name an environment, since `countersign/unclassified` is another check; choose another name',
    ],
  },
  {
    title: 'another version',
    text: 'version: 2\n',
    errors: ['countersign.yml:1:10: `version` must be `1`'],
  },
  {
    title: 'an unknown section',
    text: 'version: 1\nenviroments: {}\n',
    errors: ['countersign.yml:2:1: `enviroments` is not a key that may stand here; did you mean `environments`?'],
  },
  {
    title: 'an unknown key of a rule',
    text: 'version: 1\nrules:\n  - name: x\n    whem: {}\n',
    errors: ['countersign.yml:4:5: `whem` is not a key that may stand here; did you mean `when`?'],
  },
  {
    title: 'T12 a role defined twice',
    text: 'version: 1\nroles:\n  a: { members: ["user:a"] }\n  a: { members: ["user:b"] }\n',
    errors: ['countersign.yml:4:3: `a` is there twice'],
  },
  {
    title: 'T12 a rule named twice',
    text: 'version: 1\nrules:\n  - name: one\n  - name: one\n',
    errors: ['countersign.yml:4:11: `one` is the name of an earlier one of the `rules`'],
  },
  {
    title: 'an undefined role',
    text: 'version: 1\nstages: [peer]\nroles: { release-manager: { members: ["user:r"] } }\nrules:\n  - name: x\n    require: { peer: [ { role: relese-manager } ] }\n',
    errors: ['countersign.yml:6:32: the role `relese-manager` is not defined; did you mean `release-manager`?'],
  },
  {
    title: 'an undefined stage',
    text: 'version: 1\nstages: [peer]\nroles: { a: { members: ["user:r"] } }\nrules:\n  - name: x\n    require: { per: [ { role: a } ] }\n',
    errors: ['countersign.yml:6:16: the stage `per` is not defined; did you mean `peer`?'],
  },
  {
    title: 'an undefined window',
    text: 'version: 1\nrules:\n  - { name: x, window: prod }\n',
    errors: ['countersign.yml:3:24: the window `prod` is not defined; define it under `windows`'],
  },
  {
    title: 'an unknown pack',
    text: 'version: 1\nextends: [countersign:soc]\n',
    errors: ['countersign.yml:2:11: there is no policy pack `countersign:soc`; did you mean `countersign:soc2`?'],
  },
  {
    title: 'a role that a pack needs',
    text: 'version: 1\nextends: [countersign:baseline]\n',
    errors: ['countersign.yml:2:11: `countersign:baseline` needs the role `service-owner`; define it under `roles`'],
  },
  {
    title: 'a bot as a member',
    text: 'version: 1\nroles: { a: { members: ["user:dependabot[bot]"] } }\n',
    errors: ['countersign.yml:2:25: `members` must be `user:login` or `team:org/slug`; a bot fills no seat'],
  },
  {
    title: 'a duration in words',
    text: 'version: 1\nrules:\n  - { name: x, approvals: { expire-after: 3 days } }\n',
    errors: ['countersign.yml:3:43: `expire-after` must be a duration such as `30m`, `4h`, `2d` or `1w`'],
  },
  {
    title: 'a number for a duration',
    text: 'version: 1\nrules:\n  - { name: x, approvals: { expire-after: 3 } }\n',
    errors: ['countersign.yml:3:43: `expire-after` must be a duration such as `30m`, `4h`, `2d` or `1w`, not `3`'],
  },
  {
    title: 'an empty list in a condition',
    text: 'version: 1\nrules:\n  - { name: x, when: { labels: [] } }\n',
    errors: ['countersign.yml:3:32: `labels` must not be an empty list; leave the key out instead'],
  },
  {
    title: 'an unreadable comparison',
    text: 'version: 1\nblast-radius: { high: { files: "~ 3" } }\n',
    errors: ['countersign.yml:2:32: `files` must be a comparison such as `">= 20"`'],
  },
  {
    title: 'a comparison of another type',
    text: 'version: 1\nblast-radius: { high: { files: true } }\n',
    errors: ['countersign.yml:2:32: `files` must be a comparison such as `">= 20"`, not `true`'],
  },
  {
    title: 'T28 a regular expression that is not RE2',
    text: 'version: 1\nproposals:\n  - { category: a, when: { title: "(?=x)" } }\n',
    errors: [
      'countersign.yml:3:35: `title` is not an RE2 regular expression (error parsing regexp: invalid or unsupported Perl syntax: `(?=`); RE2 has no look-around and no back-references',
    ],
  },
  {
    title: 'an unfinished glob',
    text: 'version: 1\nproposals:\n  - { category: a, when: { paths: ["a["] } }\n',
    errors: ['countersign.yml:3:36: `paths`: `[` has no fitting `]`; write `\\[` for the character itself'],
  },
  {
    title: 'a negated glob',
    text: 'version: 1\nproposals:\n  - { category: a, when: { paths: ["!docs/**"] } }\n',
    errors: ['countersign.yml:3:36: `paths`: a glob cannot be negated with `!`; use `not` around the condition'],
  },
  {
    title: 'a condition that looks forward',
    text: 'version: 1\nsystems: { a: { when: { blast-radius: high } } }\n',
    errors: [
      'countersign.yml:2:25: `blast-radius` is derived only after a system condition is judged; the order is systems, classifications, environments, blast radius, category, rules',
    ],
  },
  {
    title: 'the reserved system',
    text: 'version: 1\nsystems: { unmapped: { when: { paths: [a] } } }\n',
    errors: ['countersign.yml:2:12: `unmapped` is the reserved name for paths that no system claims'],
  },
  {
    title: 'a reserved category',
    text: 'version: 1\nproposals: [ { category: policy-change } ]\n',
    errors: ['countersign.yml:2:26: `policy-change` is a reserved category; choose another name'],
  },
  {
    title: 'an unknown time zone',
    text: 'version: 1\ncalendars: { b: { timezone: Europe/Zurch, hours: { mon: "09:00-17:00" } } }\n',
    errors: [
      'countersign.yml:2:29: `timezone` is not a known IANA time zone; write one such as `Europe/Zurich` or `UTC`',
    ],
  },
  {
    title: 'hours across midnight',
    text: 'version: 1\ncalendars: { b: { timezone: UTC, hours: { mon: "22:00-02:00" } } }\n',
    errors: ['countersign.yml:2:48: `mon` must end after it begins; write hours across midnight as two days'],
  },
  {
    title: 'a day of another name',
    text: 'version: 1\ncalendars: { b: { timezone: UTC, hours: { monday: "09:00-17:00" } } }\n',
    errors: ['countersign.yml:2:43: `monday`: must be a day or days: `mon`, `mon-fri`'],
  },
  {
    title: 'a date that does not exist',
    text: 'version: 1\ncalendars: { b: { timezone: UTC, hours: { mon: "09:00-17:00" }, holidays: [2026-02-30] } }\n',
    errors: ['countersign.yml:2:76: `holidays` is not a date that exists'],
  },
  {
    title: 'a freeze that ends before it begins',
    text: 'version: 1\nfreezes: [ { name: x, from: "2027-01-01T00:00", to: "2026-01-01T00:00", timezone: UTC } ]\n',
    errors: ['countersign.yml:2:53: `to` must be later than `from`'],
  },
  {
    title: 'owners of something else',
    text: 'version: 1\nstages: [p]\nrules:\n  - { name: x, require: { p: [ { owners: system } ] } }\n',
    errors: ['countersign.yml:4:42: `owners` must be one of `systems`, `code`; did you mean `systems`?'],
  },
  {
    title: 'a seat for nobody',
    text: 'version: 1\nstages: [p]\nrules:\n  - { name: x, require: { p: [ { count: 2 } ] } }\n',
    errors: ['countersign.yml:4:32: `p`: a seat names either a `role` or `owners`'],
  },
  {
    title: 'a seat of no people',
    text: 'version: 1\nstages: [p]\nrules:\n  - { name: x, require: { p: [ { role: a, count: 0 } ] } }\n',
    errors: ['countersign.yml:4:50: `count` must be at least 1'],
  },
  {
    title: 'a misspelt route',
    text: 'version: 1\nproposals: [ { category: a, route: standart } ]\n',
    errors: [
      'countersign.yml:2:36: `route` must be one of `standard`, `approval`, `engineering-only`; did you mean `standard`?',
    ],
  },
  {
    title: 'a misspelt kind of evidence',
    text: 'version: 1\nrules:\n  - { name: x, evidence: [valdation] }\n',
    errors: [
      'countersign.yml:3:27: `evidence` must be one of `failure`, `validation`, `services`, `verification-plan`, `rollback-plan`, `ticket`; did you mean `validation`?',
    ],
  },
  {
    title: 'a URL where a secret is named',
    text: 'version: 1\nnotify: { channels: { a: { slack: "https://hooks.example" } } }\n',
    errors: [
      'countersign.yml:2:35: `slack` must be the name of a configured secret, such as `ONCALL` or `ON_CALL`, never a URL',
    ],
  },
  {
    title: 'a secret whose name could be read as another organization’s',
    text: 'version: 1\nnotify: { channels: { a: { webhook: INC__ONCALL } } }\n',
    errors: [
      'countersign.yml:2:37: `webhook` must be the name of a configured secret, such as `ONCALL` or `ON_CALL`, never a URL',
    ],
  },
  {
    title: 'a kind of channel that nothing delivers to',
    text: 'version: 1\nnotify: { channels: { a: { email: MANAGERS } } }\n',
    errors: [
      'countersign.yml:2:26: `a` must name exactly one of `slack` and `webhook`',
      'countersign.yml:2:28: `email` is not a key that may stand here; one of `slack`, `webhook`',
    ],
  },
  {
    title: 'a misspelt event',
    text: 'version: 1\nnotify: { on: { waitin: [a] } }\n',
    errors: ['countersign.yml:2:17: `waitin` is not a key that may stand here; did you mean `waiting`?'],
  },
  {
    title: 'a YAML syntax error',
    text: 'version: 1\nroles: [\n',
    errors: [
      'countersign.yml:3:1: is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    title: 'a tab',
    text: 'version: 1\nroles:\n\ta: 1\n',
    errors: ['countersign.yml:3:1: is not YAML: tabs are not allowed as indentation'],
  },
  {
    title: 'several documents',
    text: 'version: 1\n---\nversion: 1\n',
    errors: ['countersign.yml:2:1: a policy file holds one YAML document, not several'],
  },
  {
    title: 'a merge key',
    text: 'version: 1\nroles:\n  <<: { }\n',
    errors: ['countersign.yml:3:3: merge keys (`<<`) are not supported; write the keys out'],
  },
  {
    title: 'a tag',
    text: 'version: 1\notherwise: !!str governed\n',
    errors: ['countersign.yml:2:18: YAML tags such as `tag:yaml.org,2002:str` have no place here'],
  },
  {
    title: 'a key that is a list',
    text: 'version: 1\n? [a]\n: 1\n',
    errors: ['countersign.yml:2:3: a key must be plain text'],
  },
  {
    title: 'a key that is a number',
    text: 'version: 1\n1: 2\n',
    errors: ['countersign.yml:2:1: a key must be plain text'],
  },
  {
    title: 'an alias of nothing',
    text: 'version: 1\nrules: *nope\n',
    errors: ['countersign.yml:2:8: `*nope` refers to no anchor that is complete before it'],
  },
  {
    title: 'a section left empty',
    text: 'version: 1\nrules:\n',
    errors: ['countersign.yml:2:7: `rules` must be a list, not nothing'],
  },
  {
    title: 'a name that starts with a digit',
    text: 'version: 1\nroles: { "1a": { members: ["user:a"] } }\n',
    errors: ['countersign.yml:2:10: `1a`: a name starts with a letter and holds letters, digits, `-`, `_` and `.`'],
  },
  {
    title: 'no value for a property',
    text: 'version: 1\nproposals:\n  - { category: a, when: { properties: { x: [] } } }\n',
    errors: ['countersign.yml:3:45: `x` must not be an empty list; leave the key out instead'],
  },
  {
    title: 'a misspelt visibility',
    text: 'version: 1\nproposals:\n  - { category: a, when: { visibility: [privat] } }\n',
    errors: [
      'countersign.yml:3:41: `visibility` must be one of `public`, `private`, `internal`; did you mean `private`?',
    ],
  },
  {
    title: 'two faults at once, in the order of the text',
    text: 'version: 1\nsegregation: { exceptions: [ { user: "team:acme/x", may-approve-own: staging, until: 2027-03-31, reason: "" } ] }\n',
    errors: [
      'countersign.yml:2:38: `user` must be a person, `user:login`',
      'countersign.yml:2:106: `reason` must not be blank',
    ],
  },
  {
    title: 'T12 a stage named twice',
    text: 'version: 1\nstages: [a, a]\n',
    errors: ['countersign.yml:2:13: the stage `a` is there twice'],
  },
];

test.each(cases)('$title', ({ text, errors }) => {
  const result = loadPolicy({ organization: { file: 'countersign.yml', text } });
  expect(result.ok ? [] : result.errors.map(renderProblem)).toEqual(errors);
});
