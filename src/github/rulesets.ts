import { Octokit } from '@octokit/core';
import { AppError } from '../errors.ts';
import { classifyFailure } from './failure.ts';

/** A ruleset as GitHub takes it: these branches ask for this check, from this app alone, and nobody is let past. */
export type NewRuleset = {
  readonly name: string;
  readonly target: 'branch';
  readonly enforcement: 'active';
  readonly bypass_actors: readonly never[];
  readonly conditions: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  };
  readonly rules: readonly {
    readonly type: 'required_status_checks';
    readonly parameters: {
      readonly strict_required_status_checks_policy: boolean;
      readonly required_status_checks: readonly { readonly context: string; readonly integration_id: number }[];
    };
  }[];
};

export function rulesetFor(check: string, branches: readonly string[], appId: number): NewRuleset {
  return {
    name: `Signed off (${check})`,
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [],
    conditions: { ref_name: { include: branches.map((branch) => `refs/heads/${branch}`), exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: [{ context: check, integration_id: appId }],
        },
      },
    ],
  };
}

/** Creates it as the person whose token it is: the App may change no settings. Throws {@link AppError} when that person may not either. */
export async function createRuleset(
  { apiUrl, token }: { readonly apiUrl: string; readonly token: string },
  { owner, repository }: { readonly owner: string; readonly repository: string },
  ruleset: NewRuleset,
): Promise<void> {
  const octokit = new Octokit({ auth: token, baseUrl: apiUrl, userAgent: 'countersign' });
  try {
    await octokit.request('POST /repos/{owner}/{repo}/rulesets', { owner, repo: repository, ...ruleset } as never);
  } catch (thrown) {
    const { error } = classifyFailure(thrown, 'rest', Date.now());
    if (error.code !== 'github-not-found') throw error;
    throw new AppError(
      'github-refused',
      `whoever owns GITHUB_TOKEN may not change the settings of ${owner}/${repository}`,
    );
  }
}
