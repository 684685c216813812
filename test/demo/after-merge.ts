import type { Pull } from './checks.ts';
import { oneLine } from './checks.ts';
import { nextSecond, REPOSITORY } from './proposals.ts';
import { APP_ID, type Stage } from './stage.ts';

/** What happens to a change after its merge, in every story that goes so far. */

/** Added to a story's policy: a merged change must be deployed to production and verified there. */
export const AFTER_MERGE = `after-merge:
  - when: { environments: [production] }
    apply: { deployments: [production], within: 2h }
    verify: { workflows: [smoke.yml], within: 1h }
    on-failure: { issue: true }
`;

/** An environment that asks the app before anything is deployed to it. */
export function protectProduction({ github }: Stage): void {
  github.createEnvironment({ repository: REPOSITORY, name: 'production', apps: [APP_ID] });
}

export type Deployed = { readonly deployment: number; readonly sha: string; readonly said: readonly string[] };

/** A workflow wants to deploy the main branch, or a commit; gives what the gate has answered, which must be `expected`. */
export async function deploys(
  stage: Stage,
  expected: 'approved' | 'rejected',
  input: { readonly sha?: string } = {},
): Promise<Deployed> {
  const { github } = stage;
  const { deployment, sha } = github.deploy({ repository: REPOSITORY, environment: 'production', as: 'sam', ...input });
  const ruleOf = () => github.deployment({ deployment }).rules[0];
  const rule = await stage.until(
    'the gate to answer the run that waits',
    async () => (ruleOf()?.state === 'waiting' ? undefined : ruleOf()),
    async () => 'no answer',
  );
  const comment = rule.comments.at(-1)?.comment ?? '';
  if (rule.state !== expected)
    throw new Error(`expected the gate to say ${expected}; it said ${rule.state}: ${comment}`);
  return { deployment, sha, said: comment.split('\n').map((line) => `The gate: ${oneLine(line)}`) };
}

export async function isDeployed(stage: Stage, { deployment }: Deployed): Promise<string> {
  stage.github.finishDeployment({ deployment, state: 'success' });
  await nextSecond();
  return 'It runs in production.';
}

/** The workflow that verifies runs on what was deployed. */
export function smokeTest({ github }: Stage, { sha }: Deployed, conclusion: 'success' | 'failure'): string {
  const path = '.github/workflows/smoke.yml';
  const run = github.startWorkflowRun({ repository: REPOSITORY, path, name: 'Smoke', as: 'sam', branch: 'main', sha });
  github.completeWorkflowRun({ run: run.id, conclusion });
  return `Run ${run.id} of smoke.yml: ${conclusion}.`;
}

/** Waits until the record of a merged change is in a state. */
export async function recordIs(stage: Stage, { number }: Pick<Pull, 'number'>, state: string): Promise<string> {
  const read = async () => {
    const [row] = await stage.database.query<{ readonly state: string }>(
      `select state from countersign.records where pull_number = ${number}`,
    );
    return row?.state;
  };
  await stage.until(
    `the record of #${number} to be ${state}`,
    async () => ((await read()) === state ? true : undefined),
    async () => (await read()) ?? 'no record',
  );
  return `The record of #${number} is ${state}.`;
}
