import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Decision, PolicyInForce } from '../../src/decision/decision.ts';
import type { Facts } from '../../src/decision/facts.ts';
import type { Intervention } from '../../src/decision/intervention.ts';
import type { FileFact } from '../../src/decision/listed.ts';
import type { EffectivePolicy } from '../../src/policy/compose.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { renderProblem } from '../../src/policy/problem.ts';
import type { PolicyFileInput } from '../../src/policy/schema.ts';
import { caseCount } from '../support/cases.ts';
import {
  approval,
  bot,
  commit,
  facts,
  head,
  listing,
  manifest,
  now,
  person,
  said,
  settled,
  sha,
  type World,
} from '../support/facts.ts';
import { loosening, organizationPolicy, repositoryPolicy } from '../support/policies.ts';

const paths = ['services/a.ts', 'docs/b.md', 'x/vault/k', 'deploy/c.yml', '.github/countersign.yml', 'README.md'];
const people = ['ana', 'bo', 'rita', 'ruth', 'lee', 'zoe', 'author'];
const evidence = manifest(
  'failure: https://github.com/acme/shop/issues/3\nservices: [payments, own-one, own-two]\ninitiator: zoe\nrollback: Revert.\nticket: CHG-1',
);

const glass = said('rita', '11:30', { kind: 'break-glass', incident: 'INC-1', reason: 'down' });
const own = said('author', '11:31', { kind: 'approve-own', rationale: 'nobody else is there' });
const rejection = said('ana', '11:32', { kind: 'reject', code: 'risk', rationale: 'not today' });

const generatedFacts: fc.Arbitrary<Facts> = fc
  .record({
    at: fc.constantFrom(now, now, now, now, '2026-11-23T20:00:00Z', '2026-12-05T12:00:00Z'),
    author: fc.constantFrom(person('author'), person('author'), bot('fixer[bot]')),
    base: fc.constantFrom('main', 'develop', 'trunk', 'trunk'),
    draft: fc.boolean(),
    body: fc.constantFrom('', evidence, evidence, evidence),
    labels: fc.constantFrom(...Array.from({ length: 6 }, () => ['remediation']), []),
    files: fc.subarray(paths, { minLength: 1, maxLength: 3 }),
    unlisted: fc.constantFrom(0, 0, 0, 0, 0, 1),
    approvers: fc.oneof(fc.constant(people), fc.constant(people), fc.shuffledSubarray(people)),
    delivered: fc.constantFrom(head, head, head, head, sha('b'), null),
    contributor: fc.constantFrom(null, null, 'author', 'bo'),
    interventions: fc.constantFrom<Intervention[][]>([], [], [glass], [glass], [own], [own, glass], [rejection]),
  })
  .map(({ at, author, base, draft, body, labels, files, unlisted, approvers, delivered, contributor, ...rest }) => {
    const given = facts({
      at,
      pull: { author, base, draft, body },
      labels,
      files,
      commits: [commit(author), ...(contributor === null ? [] : [commit(person(contributor))])],
      reviews: approvers
        .filter((login) => login !== 'author')
        .map((login, index) => approval(login, `11:${index + 10}`, { delivered, body: 'See run 1201.' })),
      ...rest,
    });
    return { ...given, files: { ...given.files, total: given.files.total + unlisted } };
  });

/** The rest of GitHub: everything can be read, and what was cut short is there in full. */
function worldOf({ files, pull }: Facts): World {
  const known = files.items.map((file: FileFact) => ({ ...file, blob: sha('c'), patch: null }));
  const rest = Array.from({ length: files.total - known.length }, (_, index) => ({
    path: `services/more-${index}.ts`,
    status: 'modified' as const,
    blob: sha('d'),
    patch: null,
  }));
  return {
    teams: { 'acme/crew': ['lee', 'author'] },
    issues: { 'acme/shop#3': { state: 'open', title: 'Down', url: 'https://github.com/acme/shop/issues/3' } },
    validations: [{ id: 1201 }],
    lookups: {
      files: { [pull.headSha]: { ok: listing([...known, ...rest]), at: now } },
      codeowners: { [pull.baseSha]: { ok: { path: 'CODEOWNERS', text: '/services/ @ana\n' }, at: now } },
    },
  };
}

function inForce(organization: PolicyFileInput, repository?: PolicyFileInput): PolicyInForce {
  const file = 'countersign.yml';
  const text = stringify(organization);
  const alone = loadPolicy({ organization: { file, text } });
  if (!alone.ok) throw new Error(alone.errors.map(renderProblem).join('\n'));
  if (repository === undefined) return { kind: 'valid', effective: alone.effective };
  return added({ file, text }, repository, alone.effective);
}

/** As the app has it: a mistake in the repository's policy leaves the last version that was valid to be mended. */
function added(
  organization: { readonly file: string; readonly text: string },
  repository: PolicyFileInput,
  lastValid: EffectivePolicy,
): PolicyInForce {
  const loaded = loadPolicy({
    organization,
    repository: { file: '.github/countersign.yml', text: stringify(repository) },
  });
  if (loaded.ok) return { kind: 'valid', effective: loaded.effective };
  return { kind: 'invalid', problems: loaded.errors.map(renderProblem), sources: [], lastValid };
}

function passes({ gate }: Decision): boolean {
  return gate.status === 'completed' && gate.conclusion === 'success';
}

describe('T11 whatever the organization alone would not let pass, no repository policy added to it lets pass', () => {
  const many = fc.array(generatedFacts, { minLength: 3, maxLength: 3 });

  test('T11 for all that a repository may say', () => {
    const runs = caseCount(70);
    let passed = 0;
    let stopped = 0;
    fc.assert(
      fc.property(organizationPolicy, repositoryPolicy, many, (organization, repository, cases) => {
        const alone = inForce(organization);
        const both = inForce(organization, repository);
        if (both.kind === 'invalid') throw new Error(both.problems.join('\n'));
        for (const given of cases) {
          const isLetThrough = passes(settled(alone, given, worldOf(given)));
          if (isLetThrough) passed += 1;
          else stopped += 1;
          if (!isLetThrough) expect(passes(settled(both, given, worldOf(given)))).toBe(false);
        }
      }),
      { numRuns: runs },
    );
    expect(passed).toBeGreaterThan(runs / 5);
    expect(stopped).toBeGreaterThan(runs / 5);
  }, 240_000);

  test('T11 what a repository may not say is refused, and lets nothing pass', () => {
    fc.assert(
      fc.property(organizationPolicy, loosening, many, (organization, repository, cases) => {
        const alone = inForce(organization);
        const both = inForce(organization, repository);
        expect(both.kind).toBe('invalid');
        for (const given of cases.filter((each) => !passes(settled(alone, each, worldOf(each)))))
          expect(passes(settled(both, given, worldOf(given)))).toBe(false);
      }),
      { numRuns: caseCount(40) },
    );
  });

  test.each([
    ['the glass', { interventions: [glass] }],
    ['an exception', { interventions: [own] }],
  ])(
    'T11 a branch that only the repository gives to an environment does not bring in %s of that environment',
    (_, more) => {
      const organization: PolicyFileInput = {
        version: 1,
        stages: ['peer'],
        proposals: [{ category: 'remediation', when: { labels: ['remediation'] } }],
        environments: { staging: { base: ['develop'] } },
        roles: { peer: { members: ['user:author', 'user:bo'] }, 'release-manager': { members: ['user:rita'] } },
        rules: [{ name: 'a peer', require: { peer: [{ role: 'peer' }] } }],
        segregation: {
          exceptions: [{ user: 'user:author', 'may-approve-own': 'staging', until: '2027-03-31', reason: 'RISK-42' }],
        },
        'break-glass': {
          roles: ['release-manager'],
          environments: ['staging'],
          'reconcile-within': '2d',
          require: [{ role: 'peer' }],
        },
      };
      const both = inForce(organization, { version: 1, environments: { staging: { base: ['trunk'] } } });
      const stateOn = (base: string, policy: PolicyInForce) =>
        settled(policy, facts({ pull: { base }, ...more })).state;
      expect(['overridden', 'approved']).toContain(stateOn('develop', both));
      expect(stateOn('trunk', inForce(organization))).toBe('waiting');
      expect(stateOn('trunk', both)).toBe('waiting');
    },
  );
});
