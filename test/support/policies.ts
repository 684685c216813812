import fc from 'fast-check';
import type { PolicyFileInput } from '../../src/policy/schema.ts';
import {
  allNames,
  approvals,
  branches,
  derived,
  environmentNames,
  freezes,
  globs,
  long,
  nested,
  organizationNames,
  plain,
  rules,
  type Section,
  seldom,
  some,
  stages,
  written,
} from './policy-parts.ts';

/** Generated policies, of an organization and of a repository under it, whose own names begin with `own`. */

const workdays = { timezone: 'Europe/Zurich', hours: { 'mon-fri': '09:00-17:00' } };
const owners = ['user:ana', 'user:lee', 'team:acme/crew'];
const system = fc
  .record({ when: plain, classifications: seldom(fc.constant<string[]>(['secret'])), owners: seldom(some(owners)) })
  .map(written);

const proposals: fc.Arbitrary<Section<'proposals'>> = fc
  .record({
    copy: seldom(
      nested(
        fc.oneof(
          plain,
          derived(organizationNames).filter((given) => given.categories === undefined),
        ),
      ),
    ),
    route: fc.constantFrom('standard' as const, 'engineering-only' as const),
    initiator: seldom(fc.constant('none' as const)),
  })
  .map(({ copy, route, initiator }) => [
    ...(copy === undefined ? [] : [{ category: 'copy-fix', route, when: copy }]),
    written({ category: 'remediation', when: { labels: ['remediation'] }, initiator }),
  ]);

const exception = fc.record({
  user: fc.constant('user:author'),
  'may-approve-own': fc.constantFrom(...environmentNames),
  until: fc.constantFrom('2026-11-01', '2027-03-31'),
  reason: fc.constant('sole maintainer, RISK-42'),
});

/** An organization's policy. It defines every name that it could use, and uses some. */
export const organizationPolicy: fc.Arbitrary<PolicyFileInput> = fc
  .record({
    version: fc.constant(1 as const),
    stages: fc.constant(stages),
    proposals,
    otherwise: seldom(fc.constant('governed' as const)),
    environments: fc.constant<Section<'environments'>>({
      production: { base: ['main'], paths: ['deploy/**'] },
      staging: { base: ['develop'] },
    }),
    systems: fc.record({ payments: system }),
    classifications: fc.record({ secret: fc.record({ when: plain }) }),
    'blast-radius': seldom(
      fc.constant<Section<'blast-radius'>>({ high: { any: [{ 'systems-touched': '>= 2' }, { files: '>= 3' }] } }),
    ),
    roles: fc.constant<Section<'roles'>>({
      peer: { members: ['user:ana', 'user:bo', 'user:author'] },
      'release-manager': { members: ['user:rita', 'user:ana'], backups: ['user:ruth'] },
    }),
    rules: rules(organizationNames, 'rule'),
    approvals: seldom(approvals(organizationNames)),
    segregation: seldom(
      fc
        .record({
          exclude: seldom(some(['committers', 'pushers', 'initiator'] as const)),
          'unattributed-commits': seldom(fc.constant('ignore' as const)),
          exceptions: seldom(exception.map((only) => [only])),
        })
        .map(written),
    ),
    evidence: fc.constant<Section<'evidence'>>({ validation: { workflows: ['ci.yml'] }, ticket: '^CHG-[0-9]+$' }),
    calendars: fc.constant({ business: workdays }),
    windows: fc.constant({ office: { calendar: 'business' } }),
    freezes: seldom(freezes(organizationNames, 'the')),
    'break-glass': fc.option(
      fc.record({
        roles: fc.constant<string[]>(['release-manager']),
        environments: seldom(some(environmentNames)),
        'reconcile-within': long,
        require: fc.constant<{ role: string }[]>([{ role: 'peer' }]),
      }),
      { nil: undefined },
    ),
  })
  .map(written);

/** Whatever a repository may say under it. It defines all of its own names, or none of them and uses none. */
const additions: fc.Arbitrary<PolicyFileInput> = fc
  .record({
    version: fc.constant(1 as const),
    environments: fc.option(
      fc.dictionary(
        fc.constantFrom(...environmentNames),
        fc.record({ base: seldom(some(branches)), paths: seldom(some(globs)) }),
      ),
      { nil: undefined },
    ),
    systems: fc.record({ 'own-one': system, 'own-two': system }),
    classifications: fc.record({
      'own-label': fc.record({ when: plain }),
      secret: fc.record({ when: nested(plain) }),
    }),
    roles: fc.record({
      'own-role': fc
        .record({ members: some(owners), backups: seldom(fc.constant<string[]>(['user:zoe'])) })
        .map(written),
    }),
    rules: seldom(rules(allNames, 'own')),
    evidence: seldom(
      fc.constantFrom<Section<'evidence'>[]>({ ticket: '.*' }, { validation: { workflows: ['own.yml'] } }),
    ),
    calendars: fc.constant({ 'own-calendar': { ...workdays, hours: { 'mon-sat': '00:00-24:00' } } }),
    windows: fc.constant({ 'own-window': { calendar: 'own-calendar' } }),
    freezes: seldom(freezes(allNames, 'own')),
  })
  .map(written);

export const repositoryPolicy: fc.Arbitrary<PolicyFileInput> = fc.oneof(
  { weight: 3, arbitrary: additions },
  additions.map(({ version, environments = { staging: { base: ['trunk'] } } }) => ({ version, environments })),
);

/** What a repository may not say, each of which would loosen something. */
const forbidden = fc.constantFrom<Partial<PolicyFileInput>[]>(
  { stages: ['release'] },
  { otherwise: 'ungoverned' },
  { proposals: [{ category: 'all', route: 'standard' }] },
  { 'blast-radius': { medium: {} } },
  { approvals: { permission: 'read', stale: 'on-content-change' } },
  { segregation: { exclude: ['initiator'], 'unattributed-commits': 'ignore' } },
  { 'break-glass': { roles: ['peer'], 'reconcile-within': '1w', require: [{ role: 'peer' }] } },
  { 'access-review': { every: '1w', reviewers: [{ role: 'peer' }] } },
  { extends: ['countersign:baseline'] },
  { roles: { peer: { members: ['user:author', 'user:lee'] } } },
  { rules: [{ name: 'rule 0' }] },
  { systems: { payments: { when: { paths: ['nowhere'] } } } },
  { systems: { unmapped: { when: {} } } },
  { windows: { office: { calendar: 'business', hours: { 'mon-sun': '00:00-24:00' } } } },
  { calendars: { business: workdays } },
  { environments: { production: { deployments: ['prod'] } } },
  { environments: { sandbox: { base: ['main'] } } },
);

export const loosening: fc.Arbitrary<PolicyFileInput> = fc
  .tuple(repositoryPolicy, forbidden)
  .map(([added, more]) => ({ ...added, ...more }));
