import { createInterface } from 'node:readline/promises';
import type { GitHubConfig } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { createRuleset, type NewRuleset, rulesetFor } from '../../github/rulesets.ts';
import { CannotRun } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import type { Report } from './examine.ts';

export type Fix = { readonly owner: string; readonly repository: string; readonly ruleset: NewRuleset };

/** A ruleset for each repository and check that is lacking somewhere. */
export function fixesFor({ repositories }: Report, appId: number): readonly Fix[] {
  return repositories.flatMap(({ repository: full, branches }) => {
    const [owner = '', repository = ''] = full.split('/');
    const open = branches.filter(({ gated }) => !gated);
    const checks = [...new Set(open.map(({ check }) => check))];
    return checks.map((check) => {
      const refs = open.filter((each) => each.check === check).map(({ branch }) => branch);
      return { owner, repository, ruleset: rulesetFor(check, refs, appId) };
    });
  });
}

/** Shows each ruleset and creates those that are agreed to; says how many were not. */
export async function fix(
  fixes: readonly Fix[],
  { githubApiUrl }: GitHubConfig,
  agreed: boolean,
  terminal: Terminal,
): Promise<number> {
  const token = (process.env.GITHUB_TOKEN ?? '').trim();
  let left = 0;
  for (const { owner, repository, ruleset } of fixes) {
    terminal.print(`For ${owner}/${repository}:\n${JSON.stringify(ruleset, null, 2)}`);
    if (!(agreed || (await confirm(`Create this ruleset at ${owner}/${repository}? [y/N] `)))) {
      left += 1;
      continue;
    }
    if (token === '')
      throw new CannotRun(
        'GITHUB_TOKEN is missing: set it to the token of a person who may change the settings of these repositories.',
      );
    try {
      await createRuleset({ apiUrl: githubApiUrl, token }, { owner, repository }, ruleset);
      terminal.print(`Created at ${owner}/${repository}.`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      terminal.complain(`Not created at ${owner}/${repository}: ${error.message}.`);
      left += 1;
    }
  }
  return left;
}

/** Nobody is asked where nobody can answer: that is a no. */
async function confirm(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await reader.question(question)).trim().toLowerCase() === 'y';
  } finally {
    reader.close();
  }
}
