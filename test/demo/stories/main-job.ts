import { AFTER_MERGE, deploys, isDeployed, protectProduction, recordIs, smokeTest } from '../after-merge.ts';
import {
  type Check,
  checkThat,
  isIncomplete,
  missingOf,
  type Pull,
  planOf,
  setApart,
  shown,
  succeeds,
  waitsFor,
} from '../checks.ts';
import { byKind, closing, hasKind, ledgerWith } from '../ledger.ts';
import type { Narrator } from '../narrator.ts';
import {
  CHECK,
  manifest,
  merges,
  nextSecond,
  propose,
  REPOSITORY,
  refusesToMerge,
  requiredChecks,
  run,
} from '../proposals.ts';
import { prove } from '../proving.ts';
import { reportFileOf, reportOn } from '../reporting.ts';
import type { Stage, Story } from '../stage.ts';
import { askTheWitness } from '../witness.ts';

const BRANCH = 'retry-stock';

const POLICY = `version: 1
stages: [peer, release]
proposals:
  - category: remediation
    when: { any: [{ labels: [remediation] }, { author-kind: bot }] }
environments:
  production: { base: [main] }
systems:
  checkout: { when: { repositories: [shop], paths: ["src/checkout/**"] } }
roles:
  service-owner: { members: ["team:acme/service-owners"] }
  release-manager: { members: ["team:acme/release-managers"] }
rules:
  - name: every remediation says what failed, and has a peer
    require: { peer: [{ role: service-owner }] }
    evidence: [failure, services]
  - name: production has a release manager and a way back
    when: { environments: [production] }
    require: { release: [{ role: release-manager }] }
    evidence: [rollback-plan]
segregation: { exclude: [committers, co-authors, pushers, initiator] }
${AFTER_MERGE}`;

const guarded = {
  teams: { 'service-owners': 'write', 'release-managers': 'write' },
  requiredChecks,
} as const;

export const story: Story = {
  about: 'a remediation by a bot, from the proposal to its verification in production',
  scenario: {
    bots: ['fixer[bot]'],
    teams: { 'service-owners': ['sam', 'ana', 'bo', 'cy'], 'release-managers': ['rita', 'raj'] },
    repositories: {
      '.github': { requiredChecks, files: { 'countersign.yml': POLICY } },
      shop: { ...guarded, files: { 'README.md': '# shop\n', 'src/checkout/stock.ts': 'export const tries = 1;\n' } },
      payments: { ...guarded, files: { 'README.md': '# payments\n' } },
    },
  },
  play: async (stage, narrator) => {
    introduce(narrator);
    const pull = await proposeWithout(stage, narrator);
    await giveEvidence(stage, narrator, pull);
    await approve(stage, narrator, pull);
    const head = await pushMore(stage, narrator, pull);
    await approveAgain(stage, narrator, { ...pull, head });
    await merge(stage, narrator, pull);
    await deploy(stage, narrator, pull);
    await readLedger(stage, narrator, pull);
    await prove(stage, narrator, { ...pull, head });
    await reportOn(stage, narrator);
    await askTheWitness(stage, narrator);
  },
  afterwards: proposeAnother,
};

function introduce(narrator: Narrator): void {
  narrator.heading('What acme has put into its policy (acme/.github, countersign.yml)');
  narrator.line(
    'Whatever a bot proposes is a remediation. It must say what failed, which services it touches and how to go back. ' +
      'A service owner (sam, ana, bo, cy) must approve it, then a release manager (rita, raj), and nobody counts ' +
      `who had a hand in it. GitHub lets nothing into main without a success of the check ${CHECK}.`,
  );
}

async function proposeWithout(stage: Stage, narrator: Narrator): Promise<Pull> {
  let pull: Pull = { repository: REPOSITORY, number: 0, head: '', check: CHECK };
  await narrator.step('fixer[bot] proposes a fix for acme/shop, with no evidence. cy helped to write it.', async () => {
    pull = propose(stage, {
      branch: BRANCH,
      as: 'fixer[bot]',
      coAuthors: ['cy'],
      files: { 'src/checkout/stock.ts': 'export const tries = 3;\n' },
      title: 'Ask the stock service three times',
    });
    const check = await checkThat(stage, pull, 'the check to ask for evidence', isIncomplete);
    return [shown(check), ...missingOf(check)];
  });
  await narrator.step('sam, in a hurry, tries to merge it.', async () => [refusesToMerge(stage, pull, 'sam')]);
  return pull;
}

async function giveEvidence(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  const { github } = stage;
  const fine = run(stage, 'success');
  const failed = run(stage, 'failure');
  await narrator.step(`fixer[bot] adds evidence: as the failure, run ${fine.id}, which did not fail.`, async () => {
    github.editPullRequest({ ...pull, as: 'fixer[bot]', body: manifest(fine.url, 'sam') });
    const isRefused = (check: Check) => isIncomplete(check) && check.summary.includes('did not fail');
    const check = await checkThat(stage, pull, 'the check to see that the run did not fail', isRefused);
    return [shown(check)];
  });
  await narrator.step(`fixer[bot] names the run that failed, ${failed.id}.`, async () => {
    github.editPullRequest({ ...pull, as: 'fixer[bot]', body: manifest(failed.url, 'sam') });
    return [shown(await checkThat(stage, pull, 'the check to wait for a service owner', waitsFor('service-owner')))];
  });
}

async function approve(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  const { github } = stage;
  await nextSecond();
  await narrator.step('sam approves. The manifest says that sam asked the bot for it.', async () => {
    github.approve({ ...pull, as: 'sam' });
    return setApart(stage, pull, 'sam', 'initiator', 'service-owner');
  });
  await narrator.step('cy approves, who helped to write it.', async () => {
    github.approve({ ...pull, as: 'cy' });
    return setApart(stage, pull, 'cy', 'co-author', 'service-owner');
  });
  await narrator.step('ana approves, who had no part in it.', async () => {
    github.approve({ ...pull, as: 'ana' });
    return [
      shown(await checkThat(stage, pull, 'the check to wait for a release manager', waitsFor('release-manager'))),
    ];
  });
}

async function pushMore(stage: Stage, narrator: Narrator, pull: Pull): Promise<string> {
  let head = pull.head;
  await narrator.step('bo pushes one more commit. What ana approved is no longer what would be merged.', async () => {
    const files = { 'src/checkout/stock.ts': 'export const tries = 30;\n' };
    const message = 'Thirty times';
    head = stage.github.push({ repository: REPOSITORY, branch: BRANCH, as: 'bo', files, message }).sha;
    return setApart(stage, { ...pull, head }, 'ana', 'stale-commit', 'service-owner');
  });
  return head;
}

async function approveAgain(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  const { github } = stage;
  await narrator.step('ana reads the new commit and approves again: the first stage is complete.', async () => {
    github.approve({ ...pull, as: 'ana' });
    return [
      shown(await checkThat(stage, pull, 'the check to wait for a release manager', waitsFor('release-manager'))),
    ];
  });
  await narrator.step('rita, a release manager, approves: the second stage is complete.', async () => {
    github.approve({ ...pull, as: 'rita' });
    const check = await checkThat(stage, pull, 'the check to succeed', succeeds);
    return [shown(check), ...planOf(check)];
  });
}

async function merge(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step('sam merges.', async () => [merges(stage, pull, 'sam')]);
}

async function deploy(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  protectProduction(stage);
  await narrator.step('A workflow wants to deploy main to production, and waits for the gate.', async () => {
    const deployed = await deploys(stage, 'approved');
    return [...deployed.said, await isDeployed(stage, deployed), await verified(stage, pull, deployed)];
  });
}

async function verified(stage: Stage, pull: Pull, deployed: Awaited<ReturnType<typeof deploys>>): Promise<string> {
  await recordIs(stage, pull, 'verifying');
  const run = smokeTest(stage, deployed, 'success');
  return `${run} ${await recordIs(stage, pull, 'closed')}`;
}

async function readLedger(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step(
    'An auditor reads the ledger, and hashes every entry again: SHA-256 of 0x00 and the entry.',
    async () => {
      const rows = await ledgerWith(stage, 'the merge to be recorded', hasKind('closed'));
      return [...byKind(rows), closing(rows, pull)];
    },
  );
}

async function proposeAnother(stage: Stage, narrator: Narrator): Promise<void> {
  const pull = propose(stage, {
    branch: 'log-stock',
    as: 'fixer[bot]',
    files: { 'src/checkout/log.ts': 'export const log = true;\n' },
    title: 'Log what the stock service says',
    body: manifest(run(stage, 'failure').url, 'sam'),
  });
  const { number, head } = pull;
  await checkThat(stage, pull, 'the check to wait for a service owner', waitsFor('service-owner'));
  const post = (method: string, input: object) =>
    `curl -s -d '${JSON.stringify(input)}' ${stage.simulator.url}/_control/${method}`;
  narrator.heading(`Now you: fixer[bot] has proposed acme/shop#${number}, with evidence, on behalf of sam`);
  narrator.line('What its check says:');
  narrator.command(`${post('checkRuns', { repository: REPOSITORY, sha: head })} | grep -o '"title":"[^"]*"'`);
  narrator.line('Approve it as ana, then as rita (or as sam, and see it not count); then merge it:');
  narrator.command(post('approve', { repository: REPOSITORY, number, as: 'ana' }));
  narrator.command(post('approve', { repository: REPOSITORY, number, as: 'rita' }));
  narrator.command(post('merge', { repository: REPOSITORY, number, as: 'sam' }));
  narrator.line('The report of what was played, for a browser:');
  narrator.command(reportFileOf(stage));
}
