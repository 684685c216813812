import type { Control } from './control/control.ts';
import type { CreateRepositoryInput } from './control/repositories.ts';
import type { PropertyDefinition, RequiredCheck } from './world/types.ts';

/** An organization in a few lines. What is left out is there in a sensible form. */
export interface Scenario {
  readonly organization?: string;
  readonly owners?: readonly string[];
  /** People by login; members of teams need not be named again. */
  readonly users?: readonly (string | { readonly login: string; readonly name?: string; readonly email?: string })[];
  readonly bots?: readonly string[];
  /** Slug to members, or to a team with a parent. */
  readonly teams?: Readonly<
    Record<string, readonly string[] | { readonly parent?: string; readonly members?: readonly string[] }>
  >;
  readonly properties?: readonly (Pick<PropertyDefinition, 'name'> & Partial<PropertyDefinition>)[];
  /** Name within the organization to what is in it. */
  readonly repositories?: Readonly<
    Record<string, Omit<CreateRepositoryInput, 'name'> & { readonly requiredChecks?: readonly RequiredCheck[] }>
  >;
  /** Repositories the app is given; all of them unless named. */
  readonly installedOn?: readonly string[];
  readonly installed?: boolean;
}

export interface StartedScenario {
  readonly organization: string;
  readonly organizationId: number;
  readonly installation: number | null;
}

function teamsOf(scenario: Scenario) {
  return Object.entries(scenario.teams ?? {}).map(([slug, team]) => {
    const { parent, members = [] } = 'length' in team ? { members: team } : { parent: undefined, ...team };
    return { slug, members, ...(parent === undefined ? {} : { parent }) };
  });
}

function createPeople(control: Control, scenario: Scenario, owners: readonly string[]): void {
  const described = (scenario.users ?? []).map((user) => (typeof user === 'string' ? { login: user } : user));
  const known = new Set(described.map((user) => user.login));
  const named = [...owners, ...teamsOf(scenario).flatMap((team) => team.members)].filter((login) => !known.has(login));
  for (const user of described) control.createUser(user);
  for (const login of new Set(named)) control.createUser({ login });
  for (const login of scenario.bots ?? ['dependabot[bot]']) control.createUser({ login, type: 'Bot' });
}

function createRepositories(control: Control, scenario: Scenario, organization: string): void {
  for (const [name, { requiredChecks, ...repository }] of Object.entries(scenario.repositories ?? {})) {
    control.createRepository({ ...repository, name: `${organization}/${name}` });
    if (requiredChecks) control.addRuleset({ repository: `${organization}/${name}`, requiredChecks });
  }
}

/** Builds the world of a demo or a test: organization `acme` unless named, its people, teams and repositories, the app installed. */
export function startScenario(control: Control, scenario: Scenario): StartedScenario {
  const organization = scenario.organization ?? 'acme';
  const owners = scenario.owners ?? [`${organization}-owner`];
  createPeople(control, scenario, owners);
  const members = (scenario.users ?? []).map((user) => (typeof user === 'string' ? user : user.login));
  const { id } = control.createOrganization({
    login: organization,
    owners,
    members: members.filter((login) => !owners.includes(login)),
  });
  for (const team of teamsOf(scenario)) control.createTeam({ organization, ...team });
  for (const property of scenario.properties ?? []) control.defineProperty({ organization, ...property });
  createRepositories(control, scenario, organization);
  if (scenario.installed === false) return { organization, organizationId: id, installation: null };
  const repositories = scenario.installedOn?.map((name) => `${organization}/${name}`);
  const installation = control.install({ organization, ...(repositories ? { repositories } : {}) });
  return { organization, organizationId: id, installation: installation.id };
}
