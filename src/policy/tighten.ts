import { definitionsOf, reserved } from './clashes.ts';
import type { Finding } from './messages.ts';
import { didYouMean } from './nearest.ts';
import { named, type Policy } from './policy.ts';
import type { PolicyFileInput } from './schema.ts';
import { mostHints } from './scope.ts';

/** What a repository may say under an organization policy; everything else is the organization's to say. */
const sections: readonly string[] = [
  'version',
  'environments',
  'systems',
  'classifications',
  'roles',
  'rules',
  'evidence',
  'calendars',
  'windows',
  'freezes',
];

/** What a repository policy says that it may not say. Layers make it harmless; this makes it known. */
export function repositoryFindings(file: PolicyFileInput, organization: Policy): readonly Finding[] {
  return [
    ...foreignSections(file),
    ...environmentFindings(file, organization),
    ...redefinitions(file, organization),
    ...reserved(file),
  ];
}

function foreignSections(file: PolicyFileInput): readonly Finding[] {
  return Object.keys(file)
    .filter((section) => !sections.includes(section))
    .map((section) => ({
      path: [section],
      of: 'key',
      message: `only the organization policy may say \`${section}\`; a repository may add ${sections.slice(1).join(', ')}`,
    }));
}

function environmentFindings(file: PolicyFileInput, { environments }: Policy): readonly Finding[] {
  return Object.entries(file.environments ?? {}).flatMap(([name, { deployments }], index): readonly Finding[] => {
    const path = ['environments', name];
    if (named(environments, name) === undefined) {
      const names = index < mostHints ? environments.map((environment) => environment.name) : [];
      const hint = didYouMean(name, names);
      return [
        {
          path,
          of: 'key',
          message: `the organization policy defines no environment \`${name}\`, and a repository cannot${hint}`,
        },
      ];
    }
    if (deployments === undefined) return [];
    const message = 'only the organization policy may say which deployments belong to an environment';
    return [{ path: [...path, 'deployments'], of: 'key', message }];
  });
}

function redefinitions(file: PolicyFileInput, organization: Policy): readonly Finding[] {
  const taken = new Set(
    (['systems', 'roles', 'calendars', 'windows', 'rules', 'freezes'] as const).flatMap((section) =>
      organization[section].map(({ name }) => `${section}/${name}`),
    ),
  );
  return definitionsOf(file)
    .filter(({ key }) => taken.has(key))
    .map(({ name, path, of }) => ({
      path,
      of,
      message: `\`${name}\` is defined by the organization policy; choose another name`,
    }));
}
