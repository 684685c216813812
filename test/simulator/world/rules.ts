import { isAncestor } from './git.ts';
import type { CheckRun, PullRequest, Repository, RequiredCheck, Ruleset } from './types.ts';
import type { World } from './world.ts';

function matches(pattern: string, repository: Repository, branch: string): boolean {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') return branch === repository.defaultBranch;
  const plain = pattern.replace(/^refs\/heads\//, '');
  const source = plain
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(branch);
}

export function rulesetsFor(repository: Repository, branch: string): readonly Ruleset[] {
  return repository.rulesets.filter(
    (ruleset) =>
      ruleset.enforcement === 'active' && ruleset.branches.some((pattern) => matches(pattern, repository, branch)),
  );
}

/** The latest run of a name counts; runs of other apps are not looked at when the source is pinned. */
export function latestRun(repository: Repository, sha: string, check: RequiredCheck): CheckRun | undefined {
  const runs = repository.checkRunsBySha.get(sha) ?? [];
  return runs.findLast(
    (run) => run.name === check.context && (check.integrationId === null || run.appId === check.integrationId),
  );
}

/** GitHub docs, "About status checks": success, skipped and neutral satisfy a required check. */
const satisfying = new Set<string | null>(['success', 'neutral', 'skipped']);

function complaint(repository: Repository, pull: PullRequest, check: RequiredCheck): string | null {
  const run = latestRun(repository, pull.headSha, check);
  const name = `Required status check "${check.context}"`;
  if (!run) return `${name} is expected.`;
  if (run.status !== 'completed') return `${name} is in progress.`;
  return satisfying.has(run.conclusion) ? null : `${name} is failing.`;
}

export function ruleViolations(world: World, repository: Repository, pull: PullRequest): readonly string[] {
  return rulesetsFor(repository, pull.baseRef).flatMap((ruleset) => {
    const complaints = ruleset.requiredChecks.flatMap((check) => complaint(repository, pull, check) ?? []);
    const tip = repository.branches.get(pull.baseRef);
    const behind = ruleset.strict && tip !== undefined && !isAncestor(world, tip, pull.headSha);
    return behind ? [...complaints, 'The branch must be up to date with the base branch.'] : complaints;
  });
}
