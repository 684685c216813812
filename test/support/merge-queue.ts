import type { Scenario } from '../simulator/scenario.ts';
import { APP_ID } from './app-process.ts';
import { type Proposed, sign } from './attacks.ts';
import { checkThat, propose, SCENARIO, type World, waits } from './world.ts';

/** What tests of the merge queue need: a queue before main, which waits for our check and for a build, and one before develop. */

export const REPOSITORY = 'acme/shop';

/** In develop a green head merges all before it. */
export const QUEUES = {
  main: { context: 'countersign/production', strategy: 'ALLGREEN' },
  develop: { context: 'countersign/staging', strategy: 'HEADGREEN' },
} as const;
export type Branch = keyof typeof QUEUES;

/** The usual world, but for the usual ruleset. */
export function queuedScenario(): Scenario {
  const { shop, ...others } = SCENARIO.repositories ?? {};
  const { requiredChecks: _, ...repository } = shop ?? {};
  return { ...SCENARIO, repositories: { ...others, shop: repository } };
}

/** Both rulesets require our check, pinned to the app, and a build, so that a group waits in the queue until a test lets it build. */
export function withQueues({ github }: World): void {
  github.push({ repository: REPOSITORY, branch: 'develop', as: 'sam', files: { 'develop.md': 'develop\n' } });
  for (const [branch, { context, strategy }] of Object.entries(QUEUES)) {
    const requiredChecks = [
      { context, integrationId: APP_ID },
      { context: 'build', integrationId: null },
    ];
    const mergeQueue = { grouping_strategy: strategy };
    github.addRuleset({ repository: REPOSITORY, name: branch, branches: [branch], requiredChecks, mergeQueue });
  }
}

export type Group = {
  readonly repository: string;
  readonly head: string;
  readonly branch: string;
  readonly name: string;
};

/** The build of a commit is done. */
export function build({ github }: World, sha: string): void {
  github.createCheckRun({ repository: REPOSITORY, app: 'ci', sha, name: 'build', conclusion: 'success' });
}

/** A remediation that may be put into the queue. */
export async function signed(world: World): Promise<Proposed & { readonly branch: string }> {
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await sign(world, pull);
  return pull;
}

/** Puts a pull request into the queue, and gives the commit on which checks are asked for. */
export function enqueue(world: World, pull: Proposed, base: Branch = 'main'): Group {
  build(world, pull.head);
  const { headSha, branch } = world.github.enqueue({ ...pull, as: 'sam' });
  if (headSha === null || branch === null) throw new Error(`no checks were asked for on #${pull.number}`);
  return { repository: REPOSITORY, head: headSha, branch, name: QUEUES[base].context };
}

/** Who is in a queue. */
export function queued({ github }: World, branch: Branch = 'main'): readonly number[] {
  return github.mergeQueue({ repository: REPOSITORY, branch }).map(({ number }) => number);
}

export type GroupEntry = { readonly leaf: string; readonly details: Readonly<Record<string, unknown>> };

/** What the ledger says about a group, oldest first. */
export async function groupEntries({ database }: World, head: string): Promise<readonly GroupEntry[]> {
  const rows = await database.query<{ readonly entry: string; readonly leaf: string }>(
    `select entry, encode(leaf_hash, 'hex') as leaf from countersign.ledger
      where kind = 'merge-group' and entry::jsonb->>'head' = $1 order by entry_id`,
    [head],
  );
  return rows.map(({ entry, leaf }) => ({
    leaf,
    details: (JSON.parse(entry) as { details: GroupEntry['details'] }).details,
  }));
}
