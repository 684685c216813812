import type { Facts } from '../decision/facts.ts';
import type { RunFact, Want } from '../decision/lookups.ts';
import type { Scenario } from './scenario.ts';
import { HEAD, listing, type People } from './scenario-facts.ts';
import type { Answer } from './settle.ts';

/** Answers what a decision asks for out of the short form. What it does not say is ordinary, but for teams: those must be written down. */
export function answersOf(scenario: Scenario, people: People): Answer {
  return (want, facts) => {
    switch (want.kind) {
      case 'users':
        return { ok: people(want.key) };
      case 'people':
        return { ok: personOf(scenario, people, want) };
      case 'teams':
        return teamOf(scenario, people, want.key);
      case 'properties':
        return { ok: propertiesOf(scenario) };
      case 'codeowners':
        return {
          ok: scenario.codeowners === undefined ? null : { path: '.github/CODEOWNERS', text: scenario.codeowners },
        };
      case 'proposedPolicy':
        return { ok: { kind: touchesPolicy(facts) ? 'valid' : 'untouched' } };
      default:
        return { ok: evidenceOf(scenario, want, facts) };
    }
  };
}

function evidenceOf(scenario: Scenario, { kind, key }: Want, facts: Facts): unknown {
  switch (kind) {
    case 'validations':
      return listing(scenario.runs.map((run) => runOf(run, scenario.repository, facts)));
    case 'runs': {
      const repository = key.slice(0, key.lastIndexOf('/'));
      const run = scenario.runs.find(({ id }) => key.endsWith(`/${id}`));
      return run === undefined ? null : runOf(run, repository, facts);
    }
    case 'issues':
      return stateOf(scenario.issues[key]);
    case 'alerts':
      return stateOf(scenario.alerts[key]);
    case 'files':
      return listing(facts.files.items.map((file) => ({ ...file, blob: null, patch: null, mode: null })));
    case 'pushers':
      return facts.pull.author;
    default:
      return null;
  }
}

function stateOf(state: Scenario['issues'][string] | undefined): unknown {
  return state === undefined ? null : { state, title: 'An issue', url: 'https://github.com' };
}

function personOf(scenario: Scenario, people: People, { key, login }: Want): unknown {
  const account = people(login ?? key);
  return { account, permission: scenario.permissions[account.login] ?? 'write', suspended: false };
}

function teamOf({ teams }: Scenario, people: People, key: string): { ok: unknown } | { error: string } {
  const index = Object.keys(teams).findIndex((name) => name.toLowerCase() === key);
  const members = Object.values(teams)[index];
  if (members === undefined) return { error: `Who is in team ${key} is not written down: add it under \`teams\`.` };
  return { ok: { id: index + 1, members: members.map(people) } };
}

function propertiesOf({ properties }: Scenario): unknown {
  return Object.entries(properties).map(([name, value]) => ({
    name,
    values: typeof value === 'string' ? [value] : value,
    editableBy: 'organization',
  }));
}

function touchesPolicy({ files, repository }: Facts): boolean {
  return files.items.some(({ path }) => repository.policyPaths.includes(path));
}

function runOf(run: Scenario['runs'][number], repository: string, facts: Facts): RunFact {
  return {
    id: run.id,
    repository,
    workflow: `.github/workflows/${run.workflow}`,
    headSha: HEAD,
    attempt: 1,
    status: 'completed',
    conclusion: run.conclusion,
    startedAt: run.at ?? facts.pull.createdAt,
    url: `https://github.com/${repository}/actions/runs/${run.id}`,
  };
}
