import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../../src/policy/load.ts';
import { renderProblem, sortProblems } from '../../src/policy/problem.ts';
import { changeBetween, loadProposed } from '../../src/policy/proposed.ts';
import { effective, policy, problems } from './load.ts';

const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const organizationFile = (text: string) => ({ file: 'countersign.yml', text });
const repositoryFile = (text: string) => ({ file: '.github/countersign.yml', text });
const freeze = 'from: "2026-01-01T00:00", to: "2027-01-01T00:00", timezone: UTC';
const hours = 'timezone: UTC, hours: { mon: "09:00-17:00" }';

describe('policies from an organization and a repository', () => {
  test('with neither there is nothing to load', () => {
    expect(() => loadPolicy({})).toThrow('loadPolicy needs an organization policy, a repository policy, or both');
  });

  test('a repository alone is its own policy', () => {
    const text = 'version: 1\nextends: [countersign:baseline]\nroles: { service-owner: { members: ["user:ada"] } }\n';
    const { layers, sources } = effective(undefined, text);
    expect(layers.map(({ name }) => name)).toEqual(['repository']);
    expect(sources).toEqual([
      { kind: 'repository', file: '.github/countersign.yml', sha256: digest(text) },
      { kind: 'pack', file: 'countersign:baseline', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(effective(text).sources.map(({ kind }) => kind)).toEqual(['organization', 'pack']);
  });

  test('both are named by their digests', () => {
    const [organization, repository] = ['version: 1\n# ä\n', 'version: 1\n'];
    expect(effective(organization, repository).sources).toEqual([
      { kind: 'organization', file: 'countersign.yml', sha256: digest(organization) },
      { kind: 'repository', file: '.github/countersign.yml', sha256: digest(repository) },
    ]);
  });

  test('what is wrong with either is told, the organization’s first', () => {
    const [bad, worse] = ['version: 1\nstages: [a, a]\n', 'version: 2\n'];
    const inOrganization = 'countersign.yml:2:13: the stage `a` is there twice';
    const inRepository = '.github/countersign.yml:1:10: `version` must be `1`';
    expect(problems(bad, worse)).toEqual([inOrganization, inRepository]);
    expect(problems(bad, 'version: 1')).toEqual([inOrganization]);
    expect(problems('version: 1', worse)).toEqual([inRepository]);
    expect(problems(undefined, worse)).toEqual([inRepository]);
  });

  test('warnings of both are kept', () => {
    const idle = 'version: 1\nrules: [ { name: idle } ]\n';
    const own = idle.replace('name: idle', 'name: own');
    const loaded = loadPolicy({ organization: organizationFile(idle), repository: repositoryFile(own) });
    expect(loaded.ok ? loaded.warnings.map(renderProblem) : []).toEqual([
      'countersign.yml:2:10: `idle` asks for nothing',
      '.github/countersign.yml:2:10: `own` asks for nothing',
    ]);
    const alone = loadPolicy({ repository: repositoryFile(idle) });
    expect(alone.ok ? alone.warnings : []).toHaveLength(1);
  });

  test('no more than two hundred faults are told', () => {
    const seats = Array.from({ length: 250 }, (_, index) => `{ role: r${index} }`).join(', ');
    const text = `version: 1\naccess-review: { every: 1d, reviewers: [${seats}] }\n`;
    expect(problems(text)).toHaveLength(200);
    const conditions = Array.from({ length: 250 }, (_, index) => `{ systems: [s${index}] }`).join(', ');
    expect(
      problems('version: 1', `version: 1\nclassifications: { c: { when: { any: [${conditions}] } } }`),
    ).toHaveLength(200);
  });
});

describe('packs that a policy extends', () => {
  const owner = 'roles: { service-owner: { members: ["user:ada"] } }';

  test.each([
    [
      `extends: [countersign:baseline, countersign:baseline]\n${owner}`,
      ['countersign.yml:2:33: `countersign:baseline` is extended twice'],
    ],
    [
      `extends: [nothing]\n${owner}`,
      [
        'countersign.yml:2:11: there is no policy pack `nothing`; one of `countersign:baseline`, `countersign:soc2`, `countersign:pci-dss`, `countersign:dora`',
      ],
    ],
    [
      `extends: [countersign:baselin]\n${owner}`,
      ['countersign.yml:2:11: there is no policy pack `countersign:baselin`; did you mean `countersign:baseline`?'],
    ],
  ])('%s', (text, expected) => {
    expect(problems(`version: 1\n${text}\n`)).toEqual(expected);
  });
});

describe('names that are taken', () => {
  test.each([
    ['stages: [calendar]', '2:10: `calendar` cannot name a stage; `sla` has a key of that name'],
    ['stages: [a, b, a]', '2:16: the stage `a` is there twice'],
    ['proposals: [ { category: change } ]', '2:26: `change` is a reserved category; choose another name'],
    [
      'proposals: [ { category: a }, { category: policy-change } ]',
      '2:43: `policy-change` is a reserved category; choose another name',
    ],
    [
      `freezes: [ { name: f, ${freeze} }, { name: g, ${freeze} }, { name: f, ${freeze} } ]`,
      '2:176: `f` is the name of an earlier one of the `freezes`',
    ],
    ['rules: [ { name: a }, { name: b }, { name: b } ]', '2:44: `b` is the name of an earlier one of the `rules`'],
  ])('%s', (text, expected) => {
    expect(problems(`version: 1\n${text}\n`)).toEqual([`countersign.yml:${expected}`]);
  });

  const organization = `
version: 1
roles: { owner: { members: ["user:ada"] } }
systems: { a: { when: {} } }
calendars: { c: { ${hours} } }
windows: { w: { calendar: c } }
rules: [ { name: r, evidence: [ticket] } ]
freezes: [ { name: f, ${freeze} } ]
environments: { production: { base: [main] } }
`;

  test.each([
    ['roles: { owner: { members: ["user:x"] } }', '2:10: `owner`'],
    ['systems: { b: { when: {} }, a: { when: {} } }', '2:29: `a`'],
    [`calendars: { c: { ${hours} } }`, '2:14: `c`'],
    ['windows: { w: { calendar: c } }', '2:12: `w`'],
    ['rules: [ { name: f, evidence: [ticket] }, { name: r, evidence: [ticket] } ]', '2:51: `r`'],
    [`freezes: [ { name: f, ${freeze} } ]`, '2:20: `f`'],
  ])('a repository cannot redefine: %s', (text, expected) => {
    expect(problems(organization, `version: 1\n${text}\n`)).toEqual([
      `.github/countersign.yml:${expected} is defined by the organization policy; choose another name`,
    ]);
  });

  test.each([
    ['extends: [countersign:baseline]', 'extends', '2:1'],
    ['proposals: [ { category: policy-change } ]', 'proposals', '2:1'],
    ['blast-radius: { high: { files: 1 } }', 'blast-radius', '2:1'],
    ['otherwise: governed', 'otherwise', '2:1'],
    ['notify: { }', 'notify', '2:1'],
  ])('a repository cannot say: %s', (text, section, at) => {
    expect(problems(organization, `version: 1\n${text}\n`)).toContain(
      `.github/countersign.yml:${at}: only the organization policy may say \`${section}\`; a repository may add environments, systems, classifications, roles, rules, evidence, calendars, windows, freezes`,
    );
  });

  test('an environment that nobody defines is not made by a repository', () => {
    expect(problems(organization, 'version: 1\nenvironments: { policy: { base: [x] }, other: {} }')).toEqual([
      '.github/countersign.yml:2:17: the organization policy defines no environment `policy`, and a repository cannot',
      '.github/countersign.yml:2:17: `policy` cannot name an environment, since `countersign/policy` is another check; choose another name',
      '.github/countersign.yml:2:40: the organization policy defines no environment `other`, and a repository cannot',
    ]);
  });
});

describe('problems', () => {
  test('stand in the order of files, lines and columns, each once', () => {
    const at = (file: string, line: number, column: number) => ({ file, line, column, message: 'm' });
    const sorted = [at('a', 1, 2), at('a', 1, 10), at('a', 2, 1), at('b', 1, 1)];
    expect(sortProblems([...sorted].reverse())).toEqual(sorted);
    expect(sortProblems([at('b', 1, 1), at('a', 1, 1), at('b', 1, 1)])).toEqual([at('a', 1, 1), at('b', 1, 1)]);
    expect(renderProblem(at('a', 1, 2))).toBe('a:1:2: m');
  });
});

describe('policy files as somebody proposes them', () => {
  const text = 'version: 1\nrules: [ { name: idle } ]\n';

  test('may not take an organization’s policy away from repositories that are used to it', () => {
    expect(
      loadProposed({ organization: undefined, repository: repositoryFile(text) }, { file: 'countersign.yml' }),
    ).toEqual({
      ok: false,
      errors: [
        {
          file: 'countersign.yml',
          line: 1,
          column: 1,
          message:
            'the organization’s policy would be gone, which fails every proposal in every repository; `version: 1` alone asks for nothing',
        },
      ],
    });
  });

  test('may be none at all, or one, with its warnings; or wrong', () => {
    const none = { organization: undefined, repository: undefined };
    expect(loadProposed(none, undefined)).toEqual({ ok: true, after: undefined, warnings: [] });
    expect(loadProposed({ ...none, organization: organizationFile(text) }, { file: 'countersign.yml' })).toMatchObject({
      ok: true,
      after: effective(text),
      warnings: [{ message: '`idle` asks for nothing' }],
    });
    expect(loadProposed({ ...none, repository: repositoryFile('version: 1') }, undefined)).toMatchObject({
      ok: true,
      after: { layers: [{ name: 'repository', policy: policy('version: 1') }] },
    });
    expect(loadProposed({ ...none, organization: organizationFile('version: 2') }, undefined)).toEqual({
      ok: false,
      errors: [{ file: 'countersign.yml', line: 1, column: 10, message: '`version` must be `1`' }],
    });
  });

  test('change what the fullest layer says', () => {
    const before = effective('version: 1');
    const after = effective('version: 1\notherwise: governed');
    const [was, is] = [['Other pull requests are ungoverned.'], ['Other pull requests are governed.']];
    expect(changeBetween(before, after)).toEqual({ added: is, removed: was });
    expect(changeBetween(undefined, undefined)).toEqual({ added: [], removed: [] });
    expect(changeBetween(undefined, after)).toMatchObject({ added: expect.arrayContaining(is), removed: [] });
    expect(changeBetween(before, undefined)).toMatchObject({ added: [], removed: expect.arrayContaining(was) });
  });
});
