import { checkThat, inTheWayOf, type Pull, says, shown, waitsFor } from '../checks.ts';
import { answered, say, type Thread } from '../comments.ts';
import { byKind, closing, commandsIn, entriesOf, hasKind, ledgerWith } from '../ledger.ts';
import type { Narrator } from '../narrator.ts';
import { CHECK, manifest, merges, propose, REPOSITORY, refusesToMerge, requiredChecks, run } from '../proposals.ts';
import { createReceiver } from '../receiver.ts';
import { findIssue, reconcile } from '../reconciling.ts';
import type { Stage, Story } from '../stage.ts';
import { askTheWitness } from '../witness.ts';

const BRANCH = 'skip-loyalty';
const DAY_MS = 86_400_000;

/** Whenever the story is played, it is in the middle of this freeze. */
const midnight = (days: number): string => `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T00:00`;

const POLICY = `version: 1
stages: [peer, release]
proposals:
  - { category: remediation, when: { author-kind: bot } }
environments:
  production: { base: [main] }
systems:
  checkout: { when: { repositories: [shop], paths: ["src/checkout/**"] } }
roles:
  service-owner: { members: ["user:ana", "user:bo"] }
  release-manager: { members: ["user:rita"] }
  security: { members: ["user:sec"] }
  incident-commander: { members: ["user:cora", "user:sam"] }
rules:
  - name: every remediation says what failed, and has a peer and a release manager
    require: { peer: [{ role: service-owner }], release: [{ role: release-manager }] }
    evidence: [failure, services, rollback-plan]
segregation: { exclude: [committers, co-authors, pushers, initiator] }
freezes:
  - { name: sale, from: "${midnight(-1)}", to: "${midnight(2)}", timezone: UTC, environments: [production] }
break-glass:
  roles: [incident-commander]
  environments: [production]
  reconcile-within: 2d
  require: [{ role: service-owner }, { role: security }]
notify:
  channels: { oncall: { webhook: ONCALL } }
  on: { break-glass: [oncall] }
`;

const receiver = createReceiver();

export const story: Story = {
  about: 'an incident in a freeze: the glass is broken, and reconciled by others',
  scenario: {
    users: ['ana', 'bo', 'rita', 'sec', 'cora', 'sam'],
    bots: ['fixer[bot]'],
    repositories: {
      '.github': { requiredChecks, files: { 'countersign.yml': POLICY } },
      shop: {
        collaborators: { ana: 'write', bo: 'write', rita: 'write', sec: 'write', cora: 'write', sam: 'write' },
        requiredChecks,
        files: { 'README.md': '# shop\n', 'src/checkout/loyalty.ts': 'export const loyalty = true;\n' },
      },
    },
  },
  environment: async (cleanup) => ({
    NOTIFY_ACME__ONCALL: await receiver.open(cleanup),
    NOTIFY_ACME__ONCALL__SECRET: receiver.secret,
  }),
  play: async (stage, narrator) => {
    introduce(narrator);
    const pull = await proposeFix(stage, narrator);
    const broken = await breakTheGlass(stage, narrator, pull);
    await beTold(stage, narrator, pull);
    await tryAnotherHead(stage, narrator, pull);
    await narrator.step('cora merges.', async () => [merges(stage, pull, 'cora')]);
    const issue = await findIssue(stage, narrator, pull, broken);
    await reconcile(stage, narrator, issue);
    await readLedger(stage, narrator, pull, issue);
    await askTheWitness(stage, narrator);
  },
};

function introduce(narrator: Narrator): void {
  narrator.heading('What acme has put into its policy (acme/.github, countersign.yml)');
  narrator.line(
    'Whatever a bot proposes needs a service owner (ana, bo) and a release manager (rita), and during the sale nothing goes to ' +
      'production. An incident commander (cora, sam) may break the glass; a service owner and security (sec) look at it ' +
      'afterwards. A program of acme takes notifications of it.',
  );
}

async function proposeFix(stage: Stage, narrator: Narrator): Promise<Pull> {
  let pull: Pull = { repository: REPOSITORY, number: 0, head: '', check: CHECK };
  await narrator.step(
    'Nobody can pay in acme/shop. sam has fixer[bot] propose a way around, with evidence.',
    async () => {
      pull = propose(stage, {
        branch: BRANCH,
        as: 'fixer[bot]',
        title: 'Let people pay without loyalty points',
        files: { 'src/checkout/loyalty.ts': 'export const loyalty = false;\n' },
        body: manifest(run(stage, 'failure').url, 'sam'),
      });
      const check = await checkThat(stage, pull, 'the check to wait for a service owner', waitsFor('service-owner'));
      const inTheWay = inTheWayOf(check);
      if (!inTheWay.some((line) => line.includes('(freeze)')))
        throw new Error('expected the freeze to stand in the way.');
      return [shown(check), ...inTheWay, refusesToMerge(stage, pull, 'cora')];
    },
  );
  return pull;
}

const isBroken = says('success', 'The glass was broken by cora for INC-7');

async function breakTheGlass(stage: Stage, narrator: Narrator, pull: Pull): Promise<number> {
  await narrator.step(
    'sam asked for the change and commands the incident too: “/break-glass INC-7 nobody can pay”',
    async () => {
      const comment = say(stage, pull, 'sam', '/break-glass INC-7 nobody can pay');
      const refusal = 'Whoever helped to make a change cannot break the glass for it.';
      return [await answered(stage, pull, comment, refusal), refusesToMerge(stage, pull, 'sam')];
    },
  );
  let comment = 0;
  await narrator.step('cora had no part in it, reads it and says: “/break-glass INC-7 nobody can pay”', async () => {
    comment = say(stage, pull, 'cora', '/break-glass INC-7 nobody can pay');
    const check = await checkThat(stage, pull, 'the check to succeed, titled as what it is', isBroken);
    const answer = `The glass is broken for the head ${pull.head.slice(0, 10)} and for no other.`;
    return [shown(check), ...inTheWayOf(check), await answered(stage, pull, comment, answer)];
  });
  return comment;
}

async function beTold(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step("acme's own program is told, and checks who has signed the message.", async () => {
    const { letter, message } = await receiver.message(stage, 'countersign.break-glass');
    const { title, lines, pull: number } = message.data;
    if (number !== pull.number) throw new Error(`expected to be told of #${pull.number}; it was ${letter.body}`);
    const forged = { ...letter, body: letter.body.replaceAll('cora', 'rita') };
    if (receiver.believes(forged)) throw new Error('expected the signature not to fit a message that was changed.');
    return [
      `received ${letter.headers['webhook-id']}, signed as Standard Webhooks: ${title}`,
      ...lines.map((line) => `· ${line}`),
      'With another name in it, it is not believed.',
    ];
  });
}

/** The branch is put back afterwards, and the decision about the first head is made anew before anybody merges. */
async function tryAnotherHead(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  const branch = { repository: REPOSITORY, branch: BRANCH, as: 'fixer[bot]' };
  await narrator.step(
    'fixer[bot] pushes one more commit, which cora has not seen. The glass is whole for that one.',
    async () => {
      const files = { 'src/checkout/points.ts': 'export const points = 0;\n' };
      const { sha } = stage.github.push({ ...branch, files, message: 'No points either' });
      const later = { ...pull, head: sha };
      const check = await checkThat(
        stage,
        later,
        'the new head to wait for a service owner',
        waitsFor('service-owner'),
      );
      return [shown(check), refusesToMerge(stage, later, 'cora')];
    },
  );
  await narrator.step('fixer[bot] puts the branch back to the head that cora has seen.', async () => {
    stage.github.push({ ...branch, to: pull.head, force: true });
    await ledgerWith(stage, 'a decision about the first head again', (rows) => {
      const last = entriesOf<{ readonly decision: { readonly state: string } }>(rows, 'decision').at(-1);
      return last?.head === pull.head && last.details.decision.state === 'overridden';
    });
    return [shown(await checkThat(stage, pull, 'the check to succeed', isBroken))];
  });
}

async function readLedger(stage: Stage, narrator: Narrator, pull: Pull, issue: Thread): Promise<void> {
  await narrator.step('An auditor reads the ledger, and hashes every entry again.', async () => {
    const rows = await ledgerWith(
      stage,
      'the notification and the merge to be recorded',
      (all) => hasKind('notification-sent')(all) && hasKind('closed')(all) && hasKind('reconciliation')(all),
    );
    const [glass] = entriesOf<{ readonly incident: string; readonly reason: string }>(rows, 'glass-broken');
    const [sent] = entriesOf<{ readonly event: string; readonly outcome: string }>(rows, 'notification-sent');
    const [reconciled] = entriesOf<{ readonly issue: number; readonly outcome: string }>(rows, 'reconciliation');
    if (glass?.head !== pull.head || sent?.details.outcome !== 'delivered')
      throw new Error(
        `expected a glass broken for ${pull.head} and its notification; there is ${glass?.head}, ${sent}`,
      );
    if (reconciled?.details.outcome !== 'approved' || reconciled.details.issue !== issue.number)
      throw new Error(`expected a reconciliation on #${issue.number}; there is ${JSON.stringify(reconciled)}`);
    return [
      ...byKind(rows),
      `The glass in it: ${glass.actor.login}, ${glass.details.incident}, “${glass.details.reason}”, for ${pull.head.slice(0, 10)}.`,
      `Who was told: ${sent.details.event}, ${sent.details.outcome}. Reconciled: ${reconciled.details.outcome}.`,
      commandsIn(rows, [
        'sam /break-glass refused',
        'cora /break-glass taken',
        'cora /reconcile refused',
        'sam /reconcile refused',
        'ana /reconcile taken',
        'sec /reconcile taken',
      ]),
      closing(rows, pull),
    ];
  });
}
