import type { Finding } from './messages.ts';
import type { ReadFile } from './parse.ts';
import type { PolicyFileInput } from './schema.ts';
import { otherwiseCategory, policyChangeCategory, unmapped } from './subject.ts';

/** Sections whose definitions must not be given twice; environments and classifications add up instead. */
const single = ['systems', 'roles', 'calendars', 'windows'] as const;
const listed = ['rules', 'freezes'] as const;

/** Names that a file defines although a pack, or the language itself, already has. */
export function clashes(own: PolicyFileInput, packs: readonly ReadFile[]): readonly Finding[] {
  const inPacks = packs.flatMap((pack) => definitionsOf(pack.written).map(({ key }) => [key, pack.file] as const));
  const owners = new Map(inPacks);
  const twice = definitionsOf(own).flatMap(({ key, name, path, of }): readonly Finding[] => {
    const pack = owners.get(key);
    return pack === undefined
      ? []
      : [{ path, of, message: `\`${name}\` is already defined by \`${pack}\`; choose another name` }];
  });
  return [...twice, ...reserved(own), ...stagesTwice(own)];
}

type Definition = { readonly key: string; readonly name: string } & Pick<Finding, 'path' | 'of'>;

/** Everything that a file defines and that may be defined once only. */
export function definitionsOf(file: PolicyFileInput): readonly Definition[] {
  return [
    ...single.flatMap((section) =>
      Object.keys(file[section] ?? {}).map(
        (name): Definition => ({
          key: `${section}/${name}`,
          name,
          path: [section, name],
          of: 'key',
        }),
      ),
    ),
    ...listed.flatMap((section) =>
      (file[section] ?? []).map(
        ({ name }, index): Definition => ({
          key: `${section}/${name}`,
          name,
          path: [section, index, 'name'],
          of: 'value',
        }),
      ),
    ),
  ];
}

/** Names that the language keeps for itself. */
export function reserved(file: PolicyFileInput): readonly Finding[] {
  const found: Finding[] = [];
  const systems: object = file.systems ?? {};
  if (Object.hasOwn(systems, unmapped)) {
    found.push({
      path: ['systems', unmapped],
      of: 'key',
      message: `\`${unmapped}\` is the reserved name for paths that no system claims`,
    });
  }
  const environments: object = file.environments ?? {};
  for (const name of ['policy', 'unclassified']) {
    if (!Object.hasOwn(environments, name)) continue;
    const message = `\`${name}\` cannot name an environment, since \`countersign/${name}\` is another check; choose another name`;
    found.push({ path: ['environments', name], of: 'key', message });
  }
  for (const [index, { category }] of (file.proposals ?? []).entries()) {
    if (category !== policyChangeCategory && category !== otherwiseCategory) continue;
    found.push({
      path: ['proposals', index, 'category'],
      of: 'value',
      message: `\`${category}\` is a reserved category; choose another name`,
    });
  }
  return found;
}

function stagesTwice(file: PolicyFileInput): readonly Finding[] {
  const seen = new Set<string>();
  return (file.stages ?? []).flatMap((stage, index): readonly Finding[] => {
    const path = ['stages', index];
    const isTwice = seen.has(stage);
    seen.add(stage);
    if (stage === 'calendar')
      return [{ path, of: 'value', message: '`calendar` cannot name a stage; `sla` has a key of that name' }];
    return isTwice ? [{ path, of: 'value', message: `the stage \`${stage}\` is there twice` }] : [];
  });
}
