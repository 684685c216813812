import { type Check, checkThat, type Pull, planOf, says, shown, succeeds, waitsFor } from '../checks.ts';
import { answered, asksFor, say, thumbUp } from '../comments.ts';
import { byKind, closing, commandsIn, hasKind, ledgerWith } from '../ledger.ts';
import type { Narrator } from '../narrator.ts';
import { CHECK, manifest, merges, nextSecond, propose, REPOSITORY, requiredChecks, run } from '../proposals.ts';
import type { Stage, Story } from '../stage.ts';
import { askTheWitness } from '../witness.ts';

const BRANCH = 'retry-stock';

const POLICY = `version: 1
stages: [peer, release]
proposals:
  - { category: remediation, when: { labels: [remediation] } }
environments:
  production: { base: [main] }
systems:
  checkout: { when: { repositories: [shop], paths: ["src/checkout/**"] } }
roles:
  service-owner: { members: ["team:acme/service-owners"] }
  release-manager: { members: ["user:rita"], backups: ["user:ruth"] }
rules:
  - name: every remediation says what failed, and has a peer and a release manager
    require: { peer: [{ role: service-owner }], release: [{ role: release-manager }] }
    evidence: [failure, services, rollback-plan]
`;

export const story: Story = {
  about: 'what people say about a proposal: rejected, mended, put off, handed over',
  scenario: {
    users: ['dana', 'rita', 'ruth', 'mallory', 'sam'],
    teams: { 'service-owners': ['ana', 'bo'] },
    repositories: {
      '.github': { requiredChecks, files: { 'countersign.yml': POLICY } },
      shop: {
        teams: { 'service-owners': 'write' },
        collaborators: { dana: 'write', rita: 'write', ruth: 'write', mallory: 'write', sam: 'write' },
        requiredChecks,
        files: { 'README.md': '# shop\n', 'src/checkout/stock.ts': 'export const tries = 1;\n' },
      },
    },
  },
  play: async (stage, narrator) => {
    introduce(narrator);
    const pull = await proposeFix(stage, narrator);
    await reject(stage, narrator, pull);
    const mended = await mend(stage, narrator, pull);
    await putOff(stage, narrator, mended);
    await handOver(stage, narrator, mended);
    await end(stage, narrator, mended);
    await askTheWitness(stage, narrator);
  },
};

function introduce(narrator: Narrator): void {
  narrator.heading('What acme has put into its policy (acme/.github, countersign.yml)');
  narrator.line(
    'Whatever carries the label remediation needs a service owner (ana, bo) and then a release manager: rita, for whom ruth ' +
      'stands in where she has to. People talk to Countersign in comments, a command on a line of its own.',
  );
}

async function proposeFix(stage: Stage, narrator: Narrator): Promise<Pull> {
  let pull: Pull = { repository: REPOSITORY, number: 0, head: '', check: CHECK };
  await narrator.step('dana proposes a fix for acme/shop, with evidence.', async () => {
    pull = propose(stage, {
      branch: BRANCH,
      as: 'dana',
      title: 'Ask the stock service again',
      files: { 'src/checkout/stock.ts': 'export const tries = 300;\n' },
      body: manifest(run(stage, 'failure').url),
      labels: ['remediation'],
    });
    const check = await checkThat(stage, pull, 'the check to wait for a service owner', waitsFor('service-owner'));
    return [shown(check), await asksFor(stage, pull, 'ana', 'bo')];
  });
  return pull;
}

async function reject(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await nextSecond();
  await narrator.step('mallory may write to acme/shop, and has no seat: “/reject risk I do not like it”', async () => {
    const comment = say(stage, pull, 'mallory', '/reject risk I do not like it');
    const answer = await answered(stage, pull, comment, 'Only an eligible approver of this proposal can reject it.');
    const check = await checkThat(stage, pull, 'the check to wait as before', waitsFor('service-owner'));
    return [answer, shown(check)];
  });
  await narrator.step(
    'ana is asked for a review: “/reject scope three hundred tries keep every till waiting”',
    async () => {
      const comment = say(stage, pull, 'ana', '/reject scope three hundred tries keep every till waiting');
      const check = await checkThat(stage, pull, 'the check to fail with what ana says', isRejected);
      return [shown(check), await thumbUp(stage, pull, comment)];
    },
  );
}

const isRejected = says('failure', 'ana rejected it (scope): three hundred tries keep every till waiting');

async function mend(stage: Stage, narrator: Narrator, pull: Pull): Promise<Pull> {
  let mended = pull;
  await narrator.step(
    'dana pushes three tries instead of three hundred. The rejection stands all the same.',
    async () => {
      const files = { 'src/checkout/stock.ts': 'export const tries = 3;\n' };
      const { sha } = stage.github.push({
        repository: REPOSITORY,
        branch: BRANCH,
        as: 'dana',
        files,
        message: 'Three',
      });
      mended = { ...pull, head: sha };
      return [shown(await checkThat(stage, mended, 'the rejection to stand on the new head', isRejected))];
    },
  );
  await narrator.step(
    'dana tells those who wait for it: “/resubmit three tries, and a pause between them”',
    async () => {
      const comment = say(stage, mended, 'dana', '/resubmit three tries, and a pause between them');
      const answer = await answered(
        stage,
        mended,
        comment,
        '@ana: dana says that this is ready to be looked at again.',
      );
      return [answer, shown(await checkThat(stage, mended, 'the rejection to stand', isRejected))];
    },
  );
  await nextSecond();
  await narrator.step(
    'ana looks at it again and approves, which lifts her rejection and fills the first seat.',
    async () => {
      stage.github.approve({ ...mended, as: 'ana' });
      const isNext = waitsFor('release-manager');
      const check = await checkThat(stage, mended, 'the check to wait for a release manager', isNext);
      return [shown(check), await asksFor(stage, mended, 'rita')];
    },
  );
  return mended;
}

async function putOff(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step('rita: “/defer until tomorrow 09:00 because the stock service moves tonight”', async () => {
    const morning = tomorrow();
    const comment = say(stage, pull, 'rita', '/defer until tomorrow 09:00 because the stock service moves tonight');
    const isDeferred = (check: Check) =>
      says('action_required', 'rita deferred it until ')(check) && check.title.includes(morning);
    const check = await checkThat(stage, pull, `the check to be deferred until ${morning}`, isDeferred);
    return [shown(check), await answered(stage, pull, comment, `Deferred until ${morning}`)];
  });
  await nextSecond();
  await narrator.step('The stock service does not move after all. rita: “/withdraw”', async () => {
    const comment = say(stage, pull, 'rita', '/withdraw');
    const isNext = waitsFor('release-manager');
    const check = await checkThat(stage, pull, 'the check to wait for a release manager again', isNext);
    return [shown(check), await thumbUp(stage, pull, comment), await asksFor(stage, pull, 'rita')];
  });
}

/** As Countersign writes it: `Wed 2026-11-25 09:00 UTC`. */
function tomorrow(): string {
  const day = new Date(Date.now() + 86_400_000);
  return `${day.toUTCString().slice(0, 3)} ${day.toISOString().slice(0, 10)} 09:00 UTC`;
}

async function handOver(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step(
    'rita has to leave: “/delegate @ruth until friday”. From now on ruth is asked, and rita is not.',
    async () => {
      const comment = say(stage, pull, 'rita', '/delegate @ruth until friday');
      const answer = await answered(stage, pull, comment, 'ruth is asked in your place until Fri ');
      return [answer, await asksFor(stage, pull, 'ruth')];
    },
  );
  await narrator.step('ruth approves: both stages are complete.', async () => {
    stage.github.approve({ ...pull, as: 'ruth' });
    const check = await checkThat(stage, pull, 'the check to succeed', succeeds);
    return [shown(check), ...planOf(check), await asksFor(stage, pull)];
  });
}

async function end(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step('dana merges.', async () => [merges(stage, pull, 'dana')]);
  await narrator.step('An auditor reads the ledger: what was said is in it, what was refused too.', async () => {
    const rows = await ledgerWith(stage, 'the merge to be recorded', hasKind('closed'));
    const commands = commandsIn(rows, [
      'mallory /reject refused',
      'ana /reject taken',
      'dana /resubmit taken',
      'rita /defer taken',
      'rita /withdraw taken',
      'rita /delegate taken',
    ]);
    return [...byKind(rows), commands, closing(rows, pull)];
  });
}
