import { announce } from './events.ts';
import { accountById } from './people.ts';
import type { Label, PropertyDefinition, PropertyValue, Repository } from './types.ts';
import { found, now, Refusal, takeId, type World } from './world.ts';

export interface RepositoryInput {
  readonly name: string;
  readonly visibility?: Repository['visibility'];
  readonly defaultBranch?: string;
  readonly topics?: readonly string[];
  readonly description?: string;
  readonly forkOf?: Repository;
}

export function createRepository(world: World, ownerId: number, input: RepositoryInput): Repository {
  const key = `${accountById(world, ownerId).login}/${input.name}`.toLowerCase();
  if (world.repositoryNames.has(key)) throw new Refusal(422, `repository ${key} exists`);
  const id = takeId(world);
  const at = now(world);
  const repository: Repository = {
    id,
    ownerId,
    networkId: input.forkOf?.networkId ?? id,
    forkOf: input.forkOf?.id ?? null,
    name: input.name,
    description: input.description ?? null,
    visibility: input.visibility ?? 'private',
    defaultBranch: input.defaultBranch ?? input.forkOf?.defaultBranch ?? 'main',
    topics: [...(input.topics ?? [])],
    archived: false,
    branches: new Map(input.forkOf?.branches ?? []),
    collaborators: new Map(),
    teamPermissions: new Map(),
    properties: new Map(),
    labels: new Map(),
    pulls: new Map(),
    issues: new Map(),
    rulesets: [],
    protections: [],
    ruleSuites: [],
    mergeQueues: new Map(),
    activities: [],
    checkRunsBySha: new Map(),
    suitesBySha: new Map(),
    workflows: new Map(),
    pullsByHead: new Map(),
    lastNumber: 0,
    createdAt: at,
    updatedAt: at,
    pushedAt: at,
  };
  world.repositories.set(id, repository);
  world.repositoryNames.set(key, id);
  return repository;
}

export function repositoryByName(world: World, fullName: string): Repository {
  return found(world.repositories.get(world.repositoryNames.get(fullName.toLowerCase()) ?? -1));
}

/** GitHub redirects the old name; the simulator answers 404 for it, which is what happens once the name is taken again. */
export function renameRepository(world: World, repository: Repository, name: string, actorId: number): void {
  const owner = accountById(world, repository.ownerId).login;
  const from = repository.name;
  const key = `${owner}/${name}`.toLowerCase();
  if (world.repositoryNames.has(key)) throw new Refusal(422, `repository ${key} exists`);
  world.repositoryNames.delete(`${owner}/${from}`.toLowerCase());
  world.repositoryNames.set(key, repository.id);
  repository.name = name;
  announce(world, repository, actorId, ['repository', 'renamed'], () => ({
    changes: { repository: { name: { from } } },
  }));
}

export function editRepository(
  world: World,
  repository: Repository,
  actorId: number,
  input: { readonly defaultBranch?: string; readonly topics?: readonly string[] },
): void {
  const changes = {
    ...(input.defaultBranch === undefined ? {} : { default_branch: { from: repository.defaultBranch } }),
    ...(input.topics === undefined ? {} : { topics: { from: repository.topics } }),
  };
  if (input.defaultBranch !== undefined) {
    found(repository.branches.get(input.defaultBranch), `no branch ${input.defaultBranch}`);
    repository.defaultBranch = input.defaultBranch;
  }
  if (input.topics !== undefined) repository.topics = [...input.topics];
  repository.updatedAt = now(world);
  announce(world, repository, actorId, ['repository', 'edited'], () => ({ changes }));
}

/** Labels are told apart whatever their case, and are made when first named. */
export function labelOf(world: World, repository: Repository, name: string): Label {
  const known = [...repository.labels.values()].find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (known) return known;
  const label: Label = { id: takeId(world), name, color: 'ededed' };
  repository.labels.set(name, label);
  return label;
}

export function defineProperty(world: World, organizationId: number, definition: PropertyDefinition): void {
  found(world.organizations.get(organizationId)).propertyDefinitions.set(definition.name, definition);
}

function describeProperty([property_name, value]: readonly [string, PropertyValue]) {
  return { property_name, value };
}

export function setProperties(
  world: World,
  repository: Repository,
  values: Readonly<Record<string, PropertyValue>>,
  actorId: number,
): void {
  const definitions = world.organizations.get(repository.ownerId)?.propertyDefinitions;
  const old: (readonly [string, PropertyValue])[] = [];
  for (const [name, value] of Object.entries(values)) {
    const definition = definitions?.get(name);
    if (!definition) throw new Refusal(422, `property ${name} is not defined`);
    old.push([name, repository.properties.get(name) ?? definition.defaultValue]);
    if (value === null) repository.properties.delete(name);
    else repository.properties.set(name, value);
  }
  announce(world, repository, actorId, ['custom_property_values', 'updated'], () => ({
    new_property_values: Object.entries(values).map(describeProperty),
    old_property_values: old.map(describeProperty),
  }));
}
