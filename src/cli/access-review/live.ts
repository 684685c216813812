import { nextOpening } from '../../access-review/schedule.ts';
import type { GitHubConfig } from '../../config.ts';
import type { PolicyInForce } from '../../decision/decision.ts';
import { instantOf } from '../../decision/time.ts';
import type { GitHub, InstallationFound } from '../../github/client.ts';
import { type RepositoryAnswer, readRepository } from '../../github/repository-query.ts';
import { isReviewedIn } from '../../jobs/access-review/policy.ts';
import { takeStock } from '../../jobs/access-review/take-stock.ts';
import { policyInForce } from '../../jobs/policy-in-force.ts';
import type { Policy } from '../../policy/policy.ts';
import { connect } from '../../store/database.ts';
import { type Knowledge, nothingKnown, readOnlyKnowledge } from '../../store/knowledge.ts';
import { CannotRun } from '../command.ts';
import { withDatabase } from '../database.ts';
import { liveConfig, liveGitHub } from '../live-github.ts';
import type { Terminal } from '../terminal.ts';
import type { Shown } from './last.ts';

const UNKNOWN = 'DATABASE_URL is not set, so what people have done by their roles is not known.';
/** Where the policy asks for no reviews, an exception is near its end so long before it. */
const NEAR = { amount: 90, unit: 'd' } as const;

/** Who may sign what at this moment. */
export async function liveReview(organization: string, repo: string | undefined, terminal: Terminal): Promise<Shown> {
  const config = liveConfig();
  const github = liveGitHub(config);
  const found = await github.installationAt(organization);
  if (found === null) throw new CannotRun(`The App is not installed at ${organization}.`);
  const name = repo?.split('/')[1] ?? config.policyRepository;
  const show = (knowledge: Knowledge) => shownLive(github, config, found, name, knowledge);
  if ((process.env.DATABASE_URL ?? '').trim() === '') {
    terminal.complain(UNKNOWN);
    return show(nothingKnown);
  }
  return withDatabase(async (database) => {
    const session = await connect(database);
    return show(readOnlyKnowledge(session, found.account.id)).finally(() => session.release());
  });
}

async function shownLive(
  github: GitHub,
  { policyRepository }: GitHubConfig,
  { id, account }: InstallationFound,
  name: string,
  knowledge: Knowledge,
): Promise<Shown> {
  const installation = github.installation(account.id, id);
  const place = { owner: account.login, repository: name };
  const answer = await readRepository(installation, place, policyRepository, 'facts');
  if (answer === null)
    throw new CannotRun(
      `${account.login}/${name}: there is no such repository, or the App's installation does not include it. Name the one that the policy is in with --repo.`,
    );
  const force = await policyInForce(knowledge, installation, answer);
  if (!isReviewedIn(answer, force))
    throw new CannotRun(
      `The organization's policy, in ${account.login}/${policyRepository}, is in force here, and is reviewed there: leave --repo out.`,
    );
  const policy = policyOf(force.policy, `${account.login}/${name}`);
  const now = Date.now();
  const at = instantOf(now);
  const nextAt = nextOpening({ since: at, last: null }, policy.accessReview?.every ?? NEAR);
  const repository = { id: answer.repository.databaseId, server: github.server, owner: account.login, name };
  const subject = { repository, policy, head: headOf(answer), now, nextAt, resumes: false };
  const { lines } = await takeStock(knowledge, installation, subject, 'facts');
  const asked = policy.accessReview !== undefined;
  return {
    title: `Who may sign what at ${account.login}, under the policy in ${account.login}/${name}, at ${at}`,
    lines,
    objected: 0,
    answersOf: () => [],
    ending: asked ? [] : ['The policy asks for no access review: add `access-review` to it.'],
    data: {
      organization: account.login,
      repository: `${account.login}/${name}`,
      at,
      policy: force.blobs,
      reviewed: asked,
      lines,
    },
  };
}

function headOf({ repository }: RepositoryAnswer): string {
  const head = repository.defaultBranchRef?.target?.oid;
  if (head === undefined) throw new CannotRun(`${repository.owner.login}/${repository.name} is empty.`);
  return head;
}

function policyOf(policy: PolicyInForce, where: string): Policy {
  switch (policy.kind) {
    case 'none':
      throw new CannotRun(`No policy is in force in ${where}: name the repository that it is in with --repo.`);
    case 'invalid':
      throw new CannotRun(`The policy in ${where} is invalid.\n${policy.problems.join('\n')}`);
    case 'valid':
      return policy.effective.layers[0].policy;
  }
}
