import { describe, expect, test } from 'vitest';
import { changeBetween } from '../../src/policy/proposed.ts';
import { effective } from './load.ts';

const organization = `
version: 1
stages: [peer]
environments: { production: { base: [main] }, staging: { base: [dev] } }
systems: { a: { when: { paths: ["a/**"] } } }
classifications: { secret: { when: { draft: true } } }
roles: { owner: { members: ["user:ada"] } }
rules: [ { name: all, require: { peer: [ { role: owner } ] } } ]
evidence: { validation: { workflows: [ci.yml] }, ticket: CHG }
calendars: { c: { timezone: UTC, hours: { mon: "09:00-17:00" } } }
windows: { w: { calendar: c } }
freezes: [ { name: f, from: "2026-01-01T00:00", to: "2027-01-01T00:00", timezone: UTC } ]
`;

describe('what a repository adds to its organization', () => {
  const changed = (text: string) =>
    changeBetween(effective(organization), effective(organization, `version: 1\n${text}\n`));

  test.each([
    [
      'environments: { staging: { base: [trunk], paths: ["x/**"] } }',
      ['Branch trunk belongs to staging.', 'Path x/** belongs to staging.'],
      [],
    ],
    ['systems: { b: { when: { paths: [b] } } }', ['System b: paths: b.'], []],
    [
      'classifications: { secret: { when: { fork: true } }, own: {} }',
      ['Classification secret: draft; or fork.', 'Classification own: always.'],
      ['Classification secret: draft.'],
    ],
    ['roles: { extra: { members: ["user:cy"] } }', ['user:cy is a member of extra.'], []],
    ['rules: [ { name: own, evidence: [ticket] } ]', ['Always: evidence of ticket.'], []],
    [
      'evidence: { validation: { workflows: [own.yml] } }',
      ['Runs of own.yml count as validation.'],
      ['Runs of ci.yml count as validation.'],
    ],
    ['evidence: { ticket: INC }', ['A ticket matches INC.'], ['A ticket matches CHG.']],
    [
      'calendars: { d: { timezone: UTC, hours: { tue: "10:00-11:00" } } }\nwindows: { x: { calendar: d }, y: { calendar: c }, z: { calendar: c, hours: { wed: "12:00-13:00" } } }',
      [
        'Calendar d (UTC): tue 10:00-11:00.',
        'Window x (calendar d): tue 10:00-11:00.',
        'Window y (calendar c): mon 09:00-17:00.',
        'Window z (calendar c): wed 12:00-13:00.',
      ],
      [],
    ],
    [
      'freezes: [ { name: g, from: "2026-01-01T00:00", to: "2028-01-01T00:00", timezone: UTC } ]',
      [
        'Freeze g from 2026-01-01T00:00 to 2028-01-01T00:00 (UTC) in every environment; nobody may let a proposal through.',
      ],
      [],
    ],
    ['', [], []],
  ])('%s', (text, added, removed) => {
    expect(changed(text)).toEqual({ added, removed });
  });

  test.each([
    ['', ['organization']],
    ['environments: { staging: { base: [trunk] } }', ['organization', 'organization-with-repository-environments']],
    ['rules: [ { name: own, evidence: [ticket] } ]', ['organization', 'organization-with-repository']],
    [
      'environments: { staging: { base: [trunk] } }\nroles: { extra: { members: ["user:cy"] } }',
      ['organization', 'organization-with-repository-environments', 'organization-with-repository'],
    ],
  ])('makes a layer only of what it adds: %s', (text, layers) => {
    const made = effective(organization, `version: 1\n${text}\n`);
    expect(made.layers.map(({ name }) => name)).toEqual(layers);
    expect(made.sources.map(({ kind, file: source }) => `${kind} ${source}`)).toEqual([
      'organization countersign.yml',
      'repository .github/countersign.yml',
    ]);
  });
});
