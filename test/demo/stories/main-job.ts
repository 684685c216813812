import { createHash } from 'node:crypto';
import {
  type Check,
  checkThat,
  isIncomplete,
  missingOf,
  oneLine,
  type Pull,
  planOf,
  setApart,
  shown,
  waitsFor,
} from '../checks.ts';
import type { Narrator } from '../narrator.ts';
import { APP_ID, type Stage, type Story } from '../stage.ts';

const CHECK = 'countersign/production';
const REPOSITORY = 'acme/shop';
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
`;

const guarded = {
  teams: { 'service-owners': 'write', 'release-managers': 'write' },
  requiredChecks: [{ context: CHECK, integrationId: APP_ID }],
} as const;

export const story: Story = {
  about: 'a remediation by a bot, from the proposal to the merge',
  scenario: {
    bots: ['fixer[bot]'],
    teams: { 'service-owners': ['sam', 'ana', 'bo', 'cy'], 'release-managers': ['rita', 'raj'] },
    repositories: {
      '.github': { files: { 'countersign.yml': POLICY } },
      shop: { ...guarded, files: { 'README.md': '# shop\n', 'src/checkout/stock.ts': 'export const tries = 1;\n' } },
      payments: { ...guarded, files: { 'README.md': '# payments\n' } },
    },
  },
  play: async (stage, narrator) => {
    introduce(narrator);
    const pull = await propose(stage, narrator);
    await giveEvidence(stage, narrator, pull);
    await approve(stage, narrator, pull);
    await approveAgain(stage, narrator, { ...pull, head: await pushMore(stage, narrator, pull) });
    await merge(stage, narrator, pull);
    await readLedger(stage, narrator, pull);
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

async function propose(stage: Stage, narrator: Narrator): Promise<Pull> {
  const { github } = stage;
  let pull: Pull = { repository: REPOSITORY, number: 0, head: '', check: CHECK };
  await narrator.step('fixer[bot] proposes a fix for acme/shop, with no evidence. cy helped to write it.', async () => {
    github.push({
      repository: REPOSITORY,
      branch: BRANCH,
      as: 'fixer[bot]',
      coAuthors: ['cy'],
      files: { 'src/checkout/stock.ts': 'export const tries = 3;\n' },
      message: 'Ask the stock service three times',
    });
    const title = 'Ask the stock service three times';
    const { number, head } = github.openPullRequest({ repository: REPOSITORY, as: 'fixer[bot]', title, head: BRANCH });
    pull = { repository: REPOSITORY, number, head, check: CHECK };
    const check = await checkThat(stage, pull, 'the check to ask for evidence', isIncomplete);
    return [shown(check), ...missingOf(check)];
  });
  await narrator.step('sam, in a hurry, tries to merge it.', async () => {
    const outcome = github.merge({ ...pull, as: 'sam' });
    if (outcome.merged) throw new Error('expected GitHub to refuse the merge; it merged it.');
    return [`GitHub refused (${outcome.status}): ${oneLine(outcome.message)}`];
  });
  return pull;
}

async function giveEvidence(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  const { github } = stage;
  const fine = run(stage, 'success');
  const failed = run(stage, 'failure');
  await narrator.step(`fixer[bot] adds evidence: as the failure, run ${fine.id}, which did not fail.`, async () => {
    github.editPullRequest({ ...pull, as: 'fixer[bot]', body: manifest(fine.url) });
    const isRefused = (check: Check) => isIncomplete(check) && check.summary.includes('did not fail');
    const check = await checkThat(stage, pull, 'the check to see that the run did not fail', isRefused);
    return [shown(check)];
  });
  await narrator.step(`fixer[bot] names the run that failed, ${failed.id}.`, async () => {
    github.editPullRequest({ ...pull, as: 'fixer[bot]', body: manifest(failed.url) });
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
    const check = await checkThat(stage, pull, 'the check to succeed', ({ conclusion }) => conclusion === 'success');
    return [shown(check), ...planOf(check)];
  });
}

async function merge(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step('sam merges.', async () => {
    const outcome = stage.github.merge({ repository: pull.repository, number: pull.number, as: 'sam' });
    if (!outcome.merged) throw new Error(`expected the merge to go through; GitHub said ${oneLine(outcome.message)}`);
    const { sha } = stage.github.branchHead({ repository: pull.repository, branch: 'main' });
    if (sha !== outcome.sha) throw new Error(`expected main to be at ${outcome.sha}; it is at ${sha}.`);
    return [`GitHub merged it: main is at ${sha.slice(0, 12)}.`];
  });
}

type LedgerRow = { readonly kind: string; readonly entry: string; readonly leaf: string };

async function readLedger(stage: Stage, narrator: Narrator, pull: Pull): Promise<void> {
  await narrator.step(
    'An auditor reads the ledger, and hashes every entry again: SHA-256 of 0x00 and the entry.',
    async () => {
      const read = () =>
        stage.database.query<LedgerRow>(
          "select kind, entry, encode(leaf_hash, 'hex') as leaf from countersign.ledger order by entry_id",
        );
      const rows = await stage.until(
        'the merge to be recorded',
        async () => {
          const found = await read();
          return found.some(({ kind }) => kind === 'closed') ? found : undefined;
        },
        async () => `${(await read()).length} entries and none of the kind "closed"`,
      );
      const forged = rows.filter(({ entry, leaf }) => leafOf(entry) !== leaf);
      if (forged.length > 0)
        throw new Error(`expected every hash to agree; ${forged.length} of ${rows.length} did not.`);
      return [...byKind(rows), `All ${rows.length} hashes agree.`, closing(rows, pull)];
    },
  );
}

function leafOf(entry: string): string {
  return createHash('sha256').update(Buffer.of(0)).update(entry, 'utf8').digest('hex');
}

function byKind(rows: readonly LedgerRow[]): readonly string[] {
  return [...new Set(rows.map(({ kind }) => kind))].map((kind) => {
    const of = rows.filter((row) => row.kind === kind);
    const count = `${of.length} ${of.length === 1 ? 'entry,  ' : 'entries,'}`.padStart(11);
    return `· ${kind.padEnd(16)}${count} the last with leaf hash ${of.at(-1)?.leaf.slice(0, 16)}…`.replaceAll(
      '  ',
      '\u00a0\u00a0',
    );
  });
}

/** What the last entry says, and whether the decision that it rests on is there and is of this pull request. */
function closing(rows: readonly LedgerRow[], pull: Pull): string {
  const text = rows.find(({ kind }) => kind === 'closed')?.entry ?? '{}';
  const { details } = JSON.parse(text) as {
    readonly details: {
      readonly by: { readonly login: string } | null;
      readonly permitted: boolean;
      readonly decision: string;
    };
  };
  const decision = rows.find(({ kind, leaf }) => kind === 'decision' && leaf === details.decision);
  const decided = decision === undefined ? undefined : (JSON.parse(decision.entry) as { readonly pull: number | null });
  if (!details.permitted || decided?.pull !== pull.number)
    throw new Error(`expected a merge that a decision permits; the ledger says ${JSON.stringify(details)}`);
  return `The last one says: merged by ${details.by?.login}, as permitted by decision ${details.decision.slice(0, 12)}.`;
}

async function askTheWitness({ simulator }: Stage, narrator: Narrator): Promise<void> {
  await narrator.step(
    "GitHub's side: did every call and webhook fit GitHub's published descriptions and limits?",
    async () => {
      const { calls, deliveries, violations, limitViolations } = simulator;
      const broken = violations.length + limitViolations.length;
      if (broken > 0) {
        const first = JSON.stringify(violations[0] ?? limitViolations[0]);
        throw new Error(`expected nothing to complain of; there were ${broken} violations, the first: ${first}`);
      }
      return [
        `${calls.length} calls and ${deliveries.length} webhooks, ${broken} violations of descriptions or rate limits.`,
      ];
    },
  );
}

async function proposeAnother(stage: Stage, narrator: Narrator): Promise<void> {
  const { github, simulator } = stage;
  const [branch, as] = ['log-stock', 'fixer[bot]'];
  const files = { 'src/checkout/log.ts': 'export const log = true;\n' };
  github.push({ repository: REPOSITORY, branch, as, files, message: 'Log what the stock service says' });
  const title = 'Log what the stock service says';
  const body = manifest(run(stage, 'failure').url);
  const { number, head } = github.openPullRequest({ repository: REPOSITORY, as, title, body, head: branch });
  const pull = { repository: REPOSITORY, number, head, check: CHECK };
  await checkThat(stage, pull, 'the check to wait for a service owner', waitsFor('service-owner'));
  const post = (method: string, input: object) =>
    `curl -s -d '${JSON.stringify(input)}' ${simulator.url}/_control/${method}`;
  narrator.heading(`Now you: fixer[bot] has proposed acme/shop#${number}, with evidence, on behalf of sam`);
  narrator.line('What its check says:');
  narrator.command(`${post('checkRuns', { repository: REPOSITORY, sha: head })} | grep -o '"title":"[^"]*"'`);
  narrator.line('Approve it as ana, then as rita (or as sam, and see it not count); then merge it:');
  narrator.command(post('approve', { repository: REPOSITORY, number, as: 'ana' }));
  narrator.command(post('approve', { repository: REPOSITORY, number, as: 'rita' }));
  narrator.command(post('merge', { repository: REPOSITORY, number, as: 'sam' }));
}

function manifest(failure: string): string {
  return `\`\`\`remediation
failure: ${failure}
services: [checkout]
initiator: sam
rollback: Revert, and deploy the revision before.
\`\`\``;
}

/** A run of the repository's workflow on main, as GitHub Actions would leave it. */
function run({ github }: Stage, conclusion: 'success' | 'failure'): { readonly id: number; readonly url: string } {
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

/** GitHub tells times in whole seconds, so an approval in the second of an edit could be one of what stood there before, and does not count. */
function nextSecond(): Promise<void> {
  return new Promise((done) => setTimeout(done, 1_050 - (Date.now() % 1_000)));
}
