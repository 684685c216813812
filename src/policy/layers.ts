import type { EffectivePolicy, Layer } from './compose.ts';
import type { Policy } from './policy.ts';
import { environmentOf, mergeClassifications, mergeEnvironments, resolve } from './resolve.ts';
import type { PolicyFile } from './schema.ts';

/**
 * The layers of an organization's policy and what a repository adds. Only sections that a repository may write are read
 * here, so even a file that was never checked could not reach another.
 */
export function layersOf(organization: Policy, repository: PolicyFile, source: string): EffectivePolicy['layers'] {
  const first: Layer = { name: 'organization', policy: organization };
  const places = withEnvironments(organization, repository);
  const full = withAdditions(places, repository, source);
  const second: Layer = { name: 'organization-with-repository-environments', policy: places };
  const last: Layer = { name: 'organization-with-repository', policy: full };
  const addsMore = Object.keys(repository).some((section) => section !== 'version' && section !== 'environments');
  return [first, ...(places === organization ? [] : [second]), ...(addsMore ? [last] : [])];
}

/** Branches and paths for environments that exist; nothing for any other. */
function withEnvironments(organization: Policy, { environments }: PolicyFile): Policy {
  const known = new Set(organization.environments.map(({ name }) => name));
  const added = (environments ?? []).filter(({ name }) => known.has(name));
  if (added.length === 0) return organization;
  const additions = added.map((environment) => ({ ...environmentOf(environment), deployments: [] }));
  return { ...organization, environments: mergeEnvironments([...organization.environments, ...additions]) };
}

function withAdditions(base: Policy, repository: PolicyFile, source: string): Policy {
  const own = resolve([{ source, file: repository }]);
  const { evidence } = own;
  const calendars = [...base.calendars, ...own.calendars];
  const hoursOf = new Map(calendars.map((calendar) => [calendar.name, calendar.hours]));
  return {
    ...base,
    systems: [...base.systems, ...own.systems],
    classifications: mergeClassifications([...base.classifications, ...own.classifications]),
    roles: [...base.roles, ...own.roles],
    rules: [...base.rules, ...own.rules],
    evidence: {
      validationWorkflows:
        evidence.validationWorkflows.length > 0 ? evidence.validationWorkflows : base.evidence.validationWorkflows,
      ticket: evidence.ticket ?? base.evidence.ticket,
    },
    calendars,
    windows: [
      ...base.windows,
      ...(repository.windows ?? []).map(({ name, calendar, hours }) => ({
        name,
        calendar,
        hours: hours ?? hoursOf.get(calendar) ?? [],
      })),
    ],
    freezes: [...base.freezes, ...own.freezes],
  };
}
