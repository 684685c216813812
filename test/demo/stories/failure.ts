import {
  AFTER_MERGE,
  type Deployed,
  deploys,
  isDeployed,
  protectProduction,
  recordIs,
  smokeTest,
} from '../after-merge.ts';
import { checkThat, type Pull, shown, succeeds, waitsFor } from '../checks.ts';
import { byKind, hasKind, ledgerWith } from '../ledger.ts';
import type { Narrator } from '../narrator.ts';
import { merges, nextSecond, propose, REPOSITORY, requiredChecks } from '../proposals.ts';
import type { Stage, Story } from '../stage.ts';
import { askTheWitness } from '../witness.ts';

const POLICY = `version: 1
stages: [peer]
proposals:
  - category: remediation
    when: { author-kind: bot }
    initiator: none
environments:
  production: { base: [main] }
systems:
  checkout: { when: { repositories: [shop] }, owners: ["team:acme/service-owners"] }
roles:
  service-owner: { members: ["team:acme/service-owners"] }
rules:
  - name: every remediation has a peer
    require: { peer: [{ role: service-owner }] }
${AFTER_MERGE}`;

export const story: Story = {
  about: 'a remediation that fails after its merge, a change that rides along, and the way back',
  scenario: {
    bots: ['fixer[bot]'],
    users: ['dora'],
    teams: { 'service-owners': ['sam', 'ana', 'bo'] },
    repositories: {
      '.github': { requiredChecks, files: { 'countersign.yml': POLICY } },
      shop: {
        teams: { 'service-owners': 'write' },
        collaborators: { dora: 'admin' },
        requiredChecks,
        files: { 'README.md': '# shop\n', 'src/stock.ts': 'export const tries = 1;\n' },
      },
    },
  },
  play: async (stage, narrator) => {
    introduce(narrator);
    protectProduction(stage);
    const pull = await signedAndMerged(stage, narrator);
    const deployed = await deployedAndFailed(stage, narrator, pull);
    await rideAlong(stage, narrator);
    await rollBack(stage, narrator, pull, deployed);
    await readLedger(stage, narrator);
    await askTheWitness(stage, narrator);
  },
};

function introduce(narrator: Narrator): void {
  narrator.heading('What acme has put into its policy (acme/.github, countersign.yml)');
  narrator.line(
    'What a bot proposes needs a service owner (sam, ana, bo). After the merge it must be deployed to production, and the workflow ' +
      'smoke.yml must succeed there within an hour. If it does not, its owners are called. Dora is an administrator, and may push past rules.',
  );
}

async function signedAndMerged(stage: Stage, narrator: Narrator): Promise<Pull> {
  const pull = propose(stage, {
    branch: 'retry',
    as: 'fixer[bot]',
    files: { 'src/stock.ts': 'export const tries = 30;\n' },
    title: 'Ask the stock service thirty times',
  });
  await narrator.step('fixer[bot] proposes to ask thirty times; ana signs, and sam merges.', async () => {
    await checkThat(stage, pull, 'the check to wait for a service owner', waitsFor('service-owner'));
    await nextSecond();
    stage.github.approve({ ...pull, as: 'ana' });
    const check = await checkThat(stage, pull, 'the check to succeed', succeeds);
    return [shown(check), merges(stage, pull, 'sam')];
  });
  return pull;
}

async function deployedAndFailed(stage: Stage, narrator: Narrator, pull: Pull): Promise<Deployed> {
  let deployed: Deployed = { deployment: 0, sha: '', said: [] };
  await narrator.step('A workflow wants to deploy it, and waits for the gate.', async () => {
    deployed = await deploys(stage, 'approved');
    return [...deployed.said, await isDeployed(stage, deployed), await recordIs(stage, pull, 'verifying')];
  });
  await narrator.step('The smoke test fails in production.', async () => {
    const run = smokeTest(stage, deployed, 'failure');
    return [run, await recordIs(stage, pull, 'escalated'), ...(await issueAbout(stage, pull))];
  });
  return deployed;
}

async function issueAbout(stage: Stage, { number }: Pull): Promise<readonly string[]> {
  const mentions = () =>
    stage.github.issues({ repository: REPOSITORY }).filter(({ title }) => title.includes(`#${number}`));
  const [issue] = await stage.until(
    'an issue that calls the owners',
    async () => (mentions().length > 0 ? mentions() : undefined),
    async () => 'no issue',
  );
  return [`An issue calls its owners: "${issue?.title}"`];
}

async function rideAlong(stage: Stage, narrator: Narrator): Promise<void> {
  await narrator.step(
    'In a hurry, dora pushes a change of her own to main, and somebody tries to deploy it.',
    async () => {
      const files = { 'src/timeout.ts': 'export const timeout = 1;\n' };
      stage.github.push({ repository: REPOSITORY, branch: 'main', as: 'dora', files, message: 'Shorter timeout' });
      return (await deploys(stage, 'rejected')).said;
    },
  );
}

async function rollBack(stage: Stage, narrator: Narrator, pull: Pull, before: Deployed): Promise<void> {
  await narrator.step('bo says on the pull request what went wrong.', async () => {
    stage.github.comment({ ...pull, as: 'bo', body: '/rollback thirty tries take the stock service down' });
    await ledgerWith(stage, 'the failure to be reported', hasKind('failure-reported'));
    return ['It is on record; the owners are called on one issue, not on two.'];
  });
  await narrator.step(
    'What ran before is deployed again: a commit that was let through before is let through.',
    async () => {
      const back = await deploys(stage, 'approved', { sha: before.sha });
      return back.said;
    },
  );
  await narrator.step(
    "GitHub's revert button makes a pull request that undoes it; sam's own change needs nobody, and bo merges.",
    async () => {
      const { number } = stage.github.revertPullRequest({ ...pull, as: 'sam' });
      await stage.until(
        'the revert to be merged',
        async () => (stage.github.merge({ repository: REPOSITORY, number, as: 'bo' }).merged ? true : undefined),
        async () => 'GitHub refuses',
      );
      await ledgerWith(stage, 'the revert to be recognised', hasKind('revert-linked'));
      return [`#${number} is recognised as what undoes #${pull.number}.`];
    },
  );
}

async function readLedger(stage: Stage, narrator: Narrator): Promise<void> {
  await narrator.step('An auditor reads the ledger, and hashes every entry again.', async () =>
    byKind(await ledgerWith(stage, 'the finding to be recorded', hasKind('finding'))),
  );
}
