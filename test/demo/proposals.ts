import type { Pull } from './checks.ts';
import { oneLine } from './checks.ts';
import { APP_ID, type Stage } from './stage.ts';

/** What all stories do: open a pull request with evidence in a repository of acme, and merge it, or be refused. */

export const REPOSITORY = 'acme/shop';
export const CHECK = 'countersign/production';

/** GitHub lets nothing into the default branch without a success of the check, and takes it from nobody but the app. */
export const requiredChecks = [{ context: CHECK, integrationId: APP_ID }] as const;

export type Proposal = {
  readonly branch: string;
  readonly as: string;
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly coAuthors?: readonly string[];
  readonly body?: string;
  readonly labels?: readonly string[];
};

/** Pushes a branch and opens a pull request for it. */
export function propose({ github }: Stage, proposal: Proposal): Pull {
  const { branch, as, title, files, coAuthors = [], ...rest } = proposal;
  github.push({ repository: REPOSITORY, branch, as, coAuthors, files, message: title });
  const { number, head } = github.openPullRequest({ repository: REPOSITORY, as, title, head: branch, ...rest });
  return { repository: REPOSITORY, number, head, check: CHECK };
}

/** The block in which a proposal carries its evidence. */
export function manifest(failure: string, initiator?: string): string {
  return [
    '```remediation',
    `failure: ${failure}`,
    'services: [checkout]',
    ...(initiator === undefined ? [] : [`initiator: ${initiator}`]),
    'rollback: Revert, and deploy the revision before.',
    '```',
  ].join('\n');
}

/** A run of the repository's workflow on main, as GitHub Actions would leave it. */
export function run(
  { github }: Stage,
  conclusion: 'success' | 'failure',
): { readonly id: number; readonly url: string } {
  const started = github.startWorkflowRun({
    repository: REPOSITORY,
    path: '.github/workflows/smoke.yml',
    name: 'Smoke',
    as: 'sam',
    branch: 'main',
    event: 'push',
  });
  github.completeWorkflowRun({ run: started.id, conclusion });
  return started;
}

/** Somebody tries to merge it, and GitHub must refuse. */
export function refusesToMerge({ github }: Stage, { repository, number }: Pull, as: string): string {
  const outcome = github.merge({ repository, number, as });
  if (outcome.merged) throw new Error('expected GitHub to refuse the merge; it merged it.');
  return `GitHub refused (${outcome.status}): ${oneLine(outcome.message)}`;
}

/** Somebody merges it, and GitHub must let them. */
export function merges({ github }: Stage, { repository, number }: Pull, as: string): string {
  const outcome = github.merge({ repository, number, as });
  if (!outcome.merged) throw new Error(`expected the merge to go through; GitHub said ${oneLine(outcome.message)}`);
  const { sha } = github.branchHead({ repository, branch: 'main' });
  if (sha !== outcome.sha) throw new Error(`expected main to be at ${outcome.sha}; it is at ${sha}.`);
  return `GitHub merged it: main is at ${sha.slice(0, 12)}.`;
}

/** GitHub tells times in whole seconds, so an approval in the second of an edit could be one of what stood there before, and does not count. */
export function nextSecond(): Promise<void> {
  return new Promise((done) => setTimeout(done, 1_050 - (Date.now() % 1_000)));
}
