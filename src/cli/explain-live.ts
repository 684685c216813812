import type { GitHubConfig } from '../config.ts';
import type { Decision } from '../decision/decision.ts';
import type { GitHub, InstallationFound } from '../github/client.ts';
import { type Address, type Looked, look, type Seen } from '../jobs/look.ts';
import { type InForce, policyInForce, policySupposed } from '../jobs/policy-in-force.ts';
import { reachDecision } from '../jobs/reach-decision.ts';
import { renderProblem } from '../policy/problem.ts';
import { connect } from '../store/database.ts';
import { type Knowledge, nothingKnown, readOnlyKnowledge } from '../store/knowledge.ts';
import { CannotRun } from './command.ts';
import { withDatabase } from './database.ts';
import { readText } from './files.ts';
import { liveConfig, liveGitHub } from './live-github.ts';
import type { Terminal } from './terminal.ts';

/** A pull request on GitHub, and files that are to stand in for the policy in force. */
export type Live = {
  readonly address: Address;
  readonly policy: string | undefined;
  readonly repository: string | undefined;
};

const UNKNOWN =
  'DATABASE_URL is not set, so history and deliveries are unknown: an approval counts only where GitHub itself proves the commit that it was given on.';

export function addressOf(repo: string, pr: string): Address {
  const [, owner, repository] = /^([\w.-]+)\/([\w.-]+)$/.exec(repo) ?? [];
  if (owner === undefined || repository === undefined)
    throw new CannotRun(`--repo must be a repository such as acme/shop, and is "${repo}".`);
  if (!/^[1-9]\d{0,9}$/.test(pr))
    throw new CannotRun(`--pr must be the number of a pull request, such as 7, and is "${pr}".`);
  return { owner, repository, pull: Number(pr) };
}

/** Decides about an open pull request exactly as the app would now; records and publishes nothing. */
export async function explainLive(live: Live, terminal: Terminal): Promise<Decision> {
  const config = liveConfig();
  const github = liveGitHub(config);
  const found = await installationFor(github, live.address);
  const explain = (knowledge: Knowledge) => decideLive(live, github, found, config, knowledge);
  if ((process.env.DATABASE_URL ?? '').trim() === '') {
    terminal.complain(UNKNOWN);
    return explain(nothingKnown);
  }
  return withDatabase(async (database) => {
    const session = await connect(database);
    return explain(readOnlyKnowledge(session, found.account.id)).finally(() => session.release());
  });
}

async function installationFor(github: GitHub, { owner, repository }: Address): Promise<InstallationFound> {
  const found = await github.installationOf(owner, repository);
  if (found !== null) return found;
  if ((await github.installationAt(owner)) === null) throw new CannotRun(`The App is not installed at ${owner}.`);
  throw new CannotRun(
    `${owner}/${repository}: there is no such repository, or the App's installation at ${owner} does not include it.`,
  );
}

async function decideLive(
  live: Live,
  github: GitHub,
  { id, account }: InstallationFound,
  { policyRepository }: GitHubConfig,
  knowledge: Knowledge,
): Promise<Decision> {
  const installation = github.installation(account.id, id);
  const isThere = ({ owner }: { readonly owner: { readonly databaseId?: number | null | undefined } }) =>
    (owner.databaseId ?? account.id) === account.id;
  const seen = openOnly(live.address, await look(installation, live.address, policyRepository, isThere));
  const force = await supposing(live, seen, knowledge, await policyInForce(knowledge, installation, seen.answer));
  const { decision } = await reachDecision({ knowledge, server: github.server, now: Date.now }, seen, force);
  return decision;
}

function openOnly({ owner, repository, pull }: Address, looked: Looked): Seen {
  const name = `${owner}/${repository}#${pull}`;
  if (looked.kind === 'open') return looked;
  if (looked.kind === 'unreachable') throw new CannotRun(`${name}: ${looked.reason}.`);
  throw new CannotRun(
    `${name} is ${looked.pull.state === 'MERGED' ? 'merged' : 'closed'}; only what is open can still be decided.`,
  );
}

/** What if these files were in force: everything else stays as it is. */
async function supposing(
  { policy, repository }: Live,
  { installation, answer }: Seen,
  knowledge: Knowledge,
  force: InForce,
): Promise<InForce> {
  if (policy === undefined && repository === undefined) return force;
  const fileOf = (file: string | undefined) => (file === undefined ? undefined : { file, text: readText(file) });
  const files = { organization: fileOf(policy), repository: fileOf(repository) };
  const loaded = await policySupposed(knowledge, installation, answer, files);
  if (!loaded.ok) throw new CannotRun(`The policy is invalid.\n${loaded.errors.map(renderProblem).join('\n')}`);
  return { ...force, policy: { kind: 'valid', effective: loaded.effective } };
}
