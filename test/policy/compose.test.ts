import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { classify } from '../../src/policy/classify.ts';
import { gateEnvironment, readings } from '../../src/policy/gate.ts';
import { layersOf } from '../../src/policy/layers.ts';
import type { ConditionInput } from '../../src/policy/schema/condition.ts';
import { PolicyFile, type PolicyFileInput } from '../../src/policy/schema.ts';
import type { Subject } from '../../src/policy/subject.ts';
import { caseCount } from '../support/cases.ts';
import { effective, policy, problems } from './load.ts';
import { subject } from './subject.ts';

const organization = `
version: 1
stages: [peer, release]
proposals:
  - { category: copy-fix, route: standard, when: { only-paths: ["docs/**"], not: { classifications: [secret] } } }
  - { category: remediation, when: { labels: [remediation] } }
environments:
  production: { base: [main] }
  staging: { base: [develop] }
systems:
  payments: { when: { paths: ["services/payments/**"] } }
classifications:
  secret: { when: { paths: ["vault/**"] } }
roles:
  owner: { members: ["user:ada"], backups: ["user:cy"] }
rules:
  - { name: unmapped, when: { systems: [unmapped] }, require: { peer: [ { role: owner } ] } }
  - { name: not tooling, when: { not: { systems: [payments] } }, require: { release: [ { role: owner } ] } }
  - { name: narrow, when: { systems-touched: "= 1" }, require: { release: [ { role: owner } ] } }
  - { name: small, when: { blast-radius: low }, evidence: [failure] }
  - { name: nowhere, when: { not: { environments: [production, staging] } }, evidence: [ticket] }
  - { name: production, when: { environments: [production] }, evidence: [validation] }
blast-radius:
  high: { systems-touched: ">= 2" }
evidence: { validation: { workflows: [ci.yml] } }
`;

/** The names of all rules that some layer applies. */
function asked(repository: string | undefined, about: Subject): readonly string[] {
  const names = readings(effective(organization, repository), about).flatMap(({ classification }) =>
    classification.rules.map(({ rule }) => rule.name),
  );
  return [...new Set(names)].sort();
}

describe('T11 a repository policy that loosens only tightens', () => {
  test.each([
    ['a system takes paths away from `unmapped`', 'systems: { all: { when: { paths: ["**"] } } }', 'unmapped'],
    ['a system raises how many are touched', 'systems: { all: { when: {} } }', 'narrow'],
    ['a branch is given to an environment to escape a `not`', 'environments: { staging: { base: ["x"] } }', 'nowhere'],
    ['a system raises the blast radius past `low`', 'systems: { a: { when: {} }, b: { when: {} } }', 'small'],
  ])('%s', (_, addition, rule) => {
    const about = subject({ base: 'x', paths: rule === 'narrow' ? ['services/payments/a'] : ['tools/a'] });
    expect(asked(undefined, about)).toContain(rule);
    expect(asked(`version: 1\n${addition}\n`, about)).toContain(rule);
  });

  test('a branch that the organization claims keeps its gate, and gains the stricter environment', () => {
    const both = effective(organization, 'version: 1\nenvironments: { production: { base: [develop, trunk] } }');
    expect(gateEnvironment(both, 'develop')).toBe('staging');
    expect(gateEnvironment(both, 'main')).toBe('production');
    expect(gateEnvironment(both, 'trunk')).toBe('production');
    expect(gateEnvironment(both, 'elsewhere')).toBeUndefined();
    const [, second] = readings(both, subject({ base: 'develop' }));
    expect(second?.classification.environments.map(({ name }) => name)).toEqual(['production', 'staging']);
    expect(second?.classification.rules.map(({ rule }) => rule.name)).toContain('production');
  });

  test('T45 a gate named by a repository has met what the organization asks for there, whatever else the repository adds', () => {
    const repository = 'version: 1\nenvironments: { production: { base: [trunk] } }\nsystems: { tools: { when: {} } }';
    const layers = readings(effective(organization, repository), subject({ base: 'trunk', paths: ['a'] }));
    expect(layers.map(({ layer }) => layer.name)).toEqual([
      'organization',
      'organization-with-repository-environments',
      'organization-with-repository',
    ]);
    const [alone, places, full] = layers.map(({ classification }) => classification.rules.map(({ rule }) => rule.name));
    expect(alone).toEqual(['unmapped', 'not tooling', 'small', 'nowhere']);
    expect(places).toEqual(['unmapped', 'not tooling', 'small', 'production']);
    expect(full).toEqual(['not tooling', 'narrow', 'small', 'production']);
  });

  test('a classification that a repository adds makes the route stricter, never laxer', () => {
    const about = subject({ paths: ['docs/a'] });
    const repository = 'version: 1\nclassifications: { secret: { when: { paths: ["docs/**"] } } }';
    const [alone, full] = readings(effective(organization, repository), about);
    expect(alone?.classification.proposal.route).toBe('standard');
    expect(full?.classification.proposal).toMatchObject({ route: 'approval', governed: true });
  });

  test("evidence that a repository narrows is asked for besides the organization's", () => {
    const repository = 'version: 1\nevidence: { validation: { workflows: [own.yml] } }';
    const both = effective(organization, repository);
    expect(both.layers.map((layer) => layer.policy.evidence.validationWorkflows)).toEqual([['ci.yml'], ['own.yml']]);
  });

  test('without an organization policy a repository may say everything', () => {
    expect(effective(undefined, organization).layers.map(({ name }) => name)).toEqual(['repository']);
  });

  test.each([
    [
      'stages: [peer]',
      '2:1: only the organization policy may say `stages`; a repository may add environments, systems, classifications, roles, rules, evidence, calendars, windows, freezes',
    ],
    [
      'roles: { owner: { members: ["user:mallory"] } }',
      '2:10: `owner` is defined by the organization policy; choose another name',
    ],
    [
      'systems: { payments: { when: {} } }',
      '2:12: `payments` is defined by the organization policy; choose another name',
    ],
    [
      'rules: [ { name: production } ]',
      '2:18: `production` is defined by the organization policy; choose another name',
    ],
    [
      'environments: { productoin: { base: [x] } }',
      '2:17: the organization policy defines no environment `productoin`, and a repository cannot; did you mean `production`?',
    ],
    [
      'environments: { staging: { deployments: [production] } }',
      '2:28: only the organization policy may say which deployments belong to an environment',
    ],
    ['systems: { unmapped: { when: {} } }', '2:12: `unmapped` is the reserved name for paths that no system claims'],
    [
      'rules: [ { name: x, require: { peer: [ { role: ownr } ] } } ]',
      '2:48: the role `ownr` is not defined; did you mean `owner`?',
    ],
  ])('is told so: %s', (text, error) => {
    expect(problems(organization, `version: 1\n${text}\n`)).toEqual([`.github/countersign.yml:${error}`]);
  });

  const names = ['one', 'two', 'three'];
  const globs = ['a/**', '**/x', 'docs/**', '*', '**'];
  const leaf = fc.oneof(
    fc.subarray(globs, { minLength: 1 }).map((paths): ConditionInput => ({ paths })),
    fc.subarray(['payments', 'unmapped', ...names], { minLength: 1 }).map((systems): ConditionInput => ({ systems })),
    fc.constantFrom('>= 1', '= 1', '< 2').map((compared): ConditionInput => ({ 'systems-touched': compared })),
    fc.constantFrom('staging', 'production').map((name): ConditionInput => ({ environments: [name] })),
    fc.constant<ConditionInput>({ classifications: ['secret'] }),
    fc.constantFrom('low', '>= high').map((level): ConditionInput => ({ 'blast-radius': level })),
  );
  const condition = fc.oneof(
    leaf,
    leaf.map((not): ConditionInput => ({ not })),
    fc.tuple(leaf, leaf).map((any): ConditionInput => ({ any })),
  );
  const addition: fc.Arbitrary<PolicyFileInput> = fc.record(
    {
      environments: fc.dictionary(
        fc.constantFrom('production', 'staging'),
        fc.record({ base: fc.subarray(['main', 'develop', 'x', '**'], { minLength: 1 }) }),
      ),
      systems: fc.dictionary(
        fc.constantFrom(...names),
        fc.record({
          when: fc.subarray(globs, { minLength: 1 }).map((paths) => ({ paths })),
          classifications: fc.constant(['secret']),
        }),
      ),
      classifications: fc.constant({ secret: { when: { paths: ['**/x'] } } }),
      rules: fc
        .array(condition, { minLength: 1, maxLength: 3 })
        .map((conditions) => conditions.map((when, index) => ({ name: `own ${index}`, when }))),
      version: fc.constant(1 as const),
    },
    { requiredKeys: ['version'] },
  );
  const change = fc
    .record({
      base: fc.constantFrom('main', 'develop', 'x'),
      paths: fc.subarray(['a/x', 'docs/y', 'services/payments/z', 'q', 'vault/k']),
      complete: fc.boolean(),
      labels: fc.constantFrom([], ['remediation']),
    })
    .map(subject);

  test("whatever it adds, the organization's own reading is among the layers, untouched", () => {
    fc.assert(
      fc.property(addition, change, (added, about) => {
        const alone = policy(organization);
        const layers = layersOf(alone, PolicyFile.parse(added), 'x');
        const sources: [] = [];
        expect(classify(layers[0].policy, about)).toEqual(classify(alone, about));
        const gate = gateEnvironment({ layers: [layers[0]], sources }, about.change.base);
        if (gate !== undefined) expect(gateEnvironment({ layers, sources }, about.change.base)).toBe(gate);
      }),
    );
  });

  test("even a file that was never checked reaches no section that is the organization's", () => {
    const hostile = PolicyFile.parse({
      version: 1,
      stages: ['none'],
      proposals: [{ category: 'all', route: 'standard' }],
      otherwise: 'ungoverned',
      environments: { production: { base: ['y'], deployments: ['prod'] }, own: { base: ['main'] } },
      roles: { owner: { members: ['user:mallory'] } },
      approvals: { permission: 'read' },
      segregation: { 'unattributed-commits': 'ignore' },
      'break-glass': { roles: ['owner'], 'reconcile-within': '1w', require: [{ role: 'owner' }] },
    });
    const alone = policy(organization);
    for (const { policy: layer } of layersOf(alone, hostile, 'x')) {
      const { environments, roles, ...rest } = layer;
      const { environments: _environments, roles: _roles, ...expected } = alone;
      expect(rest).toEqual(expected);
      expect(environments.map(({ name, deployments }) => [name, deployments])).toEqual([
        ['production', []],
        ['staging', []],
      ]);
      expect(roles[0]).toEqual(alone.roles[0]);
    }
  });

  test('generated additions are valid policies', () => {
    fc.assert(
      fc.property(addition, (added) => {
        const undefinedNames = problems(organization, stringify(added)).filter(
          (problem) => !problem.includes('is not defined'),
        );
        expect(undefinedNames).toEqual([]);
      }),
      { numRuns: caseCount(30) },
    );
  });
});
