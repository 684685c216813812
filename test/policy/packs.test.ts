import { describe, expect, test } from 'vitest';
import { packNames, packText } from '../../src/policy/packs/packs.ts';
import { policy, problems } from './load.ts';

const roles = ['service-owner', 'security', 'release-manager', 'incident-commander'];
const organization = (packs: readonly string[], defined: readonly string[]) =>
  [
    'version: 1',
    `extends: [${packs.map((pack) => `"${pack}"`).join(', ')}]`,
    'environments: { production: { base: [main] } }',
    `roles: {${defined.map((role) => `${role}: { members: ["user:ada"] }`).join(', ')}}`,
    'rules: [ { name: own } ]',
    '',
  ].join('\n');

describe('packs', () => {
  test.each(packNames)('%s is a valid policy underneath an organization that defines its roles', (pack) => {
    expect(problems(organization([pack], roles))).toEqual([]);
    expect(policy(organization([pack], roles)).rules.map(({ source }) => source)).toContain(pack);
  });

  test('add up', () => {
    const all = policy(organization(packNames, roles));
    expect(all.stages).toEqual(['peer', 'specialist', 'release']);
    expect(all.rules[0]?.name).toBe('own');
    expect(new Set(all.rules.map(({ source }) => source)).size).toBe(packNames.length + 1);
    expect(all.segregation.exclude).toEqual(['committers', 'co-authors', 'pushers', 'initiator']);
    expect(all.accessReview?.every).toEqual({ amount: 90, unit: 'd' });
    expect(all.breakGlass?.roles).toEqual(['incident-commander']);
  });

  test('say which role is missing, at the pack that needs it', () => {
    expect(problems(organization(['countersign:soc2'], ['service-owner', 'secruity', 'release-manager']))).toEqual([
      'countersign.yml:2:11: `countersign:soc2` needs the role `security`; define it under `roles`; is it the same as `secruity`?',
    ]);
  });

  test('cannot be redefined', () => {
    const text = organization(['countersign:baseline'], roles).replace('name: own', 'name: "baseline: one peer"');
    expect(problems(text)).toEqual([
      'countersign.yml:5:18: `baseline: one peer` is already defined by `countersign:baseline`; choose another name',
    ]);
  });

  test('every rule names the control that it serves', () => {
    for (const name of packNames.filter((pack) => pack !== 'countersign:baseline')) {
      const text = packText(name) ?? '';
      const rules = text
        .split('\n')
        .flatMap((line, index, lines) => (line.startsWith('  - name:') ? [lines[index - 1]] : []));
      expect(rules.every((comment) => comment?.startsWith('  # '))).toBe(true);
    }
  });
});
