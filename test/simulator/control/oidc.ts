import { randomUUID } from 'node:crypto';
import { fullName } from '../shapes/repository.ts';
import type { Transport } from '../transport/http.ts';
import { accountByLogin } from '../world/people.ts';
import { repositoryByName } from '../world/repositories.ts';
import { rulesetsFor } from '../world/rules.ts';
import type { Account, Repository, WorkflowRun } from '../world/types.ts';
import { found, takeId, type World } from '../world/world.ts';

export interface OidcTokenInput {
  readonly repository: string;
  /** A branch or a full ref; the default branch unless given. */
  readonly ref?: string;
  readonly sha?: string;
  readonly environment?: string;
  /** The address of the owner unless given, as the documents say. */
  readonly audience?: string;
  /** Who started the run; the owner unless given. */
  readonly as?: string;
  readonly event?: string;
  /** Path of the workflow, and of the reusable one its job is in. */
  readonly workflow?: string;
  readonly jobWorkflowRef?: string;
  /** A workflow run of the simulator's; an id nobody has unless given. */
  readonly run?: number;
  /** By the machine's clock, as whoever checks a token does. */
  readonly expiresInSeconds?: number;
  readonly issuedAgoSeconds?: number;
  /** Says something else than GitHub would. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** docs: an environment comes first, then a pull request, then the ref; colons of an environment's name are escaped. */
function subjectOf(name: string, input: OidcTokenInput, ref: string): string {
  if (input.environment !== undefined) return `repo:${name}:environment:${input.environment.replaceAll(':', '%3A')}`;
  return input.event === 'pull_request' ? `repo:${name}:pull_request` : `repo:${name}:ref:${ref}`;
}

function runClaims(world: World, run: WorkflowRun | null) {
  return {
    run_id: String(run?.id ?? takeId(world)),
    run_number: String(run?.runNumber ?? 1),
    run_attempt: String(run?.runAttempt ?? 1),
  };
}

function refClaims(world: World, repository: Repository, ref: string, sha: string) {
  const branch = ref.replace(/^refs\/heads\//, '');
  return {
    ref,
    sha,
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: String(rulesetsFor(world, repository, branch).length > 0),
    head_ref: '',
    base_ref: '',
  };
}

/** Every value is a string but the times, ids and numbers too. */
function claimsOf(world: World, input: OidcTokenInput) {
  const repository = repositoryByName(world, input.repository);
  const run = input.run === undefined ? null : found(world.workflowRuns.get(input.run));
  const name = fullName(world, repository);
  const owner: Account = found(world.accounts.get(repository.ownerId));
  const actor = input.as === undefined ? owner : accountByLogin(world, input.as);
  const short = input.ref ?? run?.headBranch ?? repository.defaultBranch;
  const ref = short.startsWith('refs/') ? short : `refs/heads/${short}`;
  const sha = input.sha ?? run?.headSha ?? found(repository.branches.get(short.replace(/^refs\/heads\//, '')));
  const path = input.workflow ?? run?.workflow.path ?? '.github/workflows/deploy.yml';
  const workflowRef = `${name}/${path}@${ref}`;
  return {
    jti: randomUUID(),
    sub: subjectOf(name, input, ref),
    aud: input.audience ?? `${world.webUrl}/${owner.login}`,
    ...refClaims(world, repository, ref, sha),
    repository: name,
    repository_id: String(repository.id),
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    repository_visibility: repository.visibility,
    ...runClaims(world, run),
    actor: actor.login,
    actor_id: String(actor.id),
    event_name: input.event ?? run?.event ?? 'push',
    workflow: run?.workflow.name ?? path,
    workflow_ref: workflowRef,
    workflow_sha: sha,
    job_workflow_ref: input.jobWorkflowRef ?? workflowRef,
    job_workflow_sha: sha,
    runner_environment: 'github-hosted',
    ...(input.environment === undefined ? {} : { environment: input.environment }),
  };
}

export function oidcControl({ world, oidc }: Transport) {
  return {
    /** What `core.getIDToken(audience)` gives a job of GitHub Actions. Good for five minutes, and from ten minutes before. */
    oidcToken: (input: OidcTokenInput) => {
      const issued = Math.floor(world.machineClock() / 1000) - (input.issuedAgoSeconds ?? 0);
      const times = { iat: issued, nbf: issued - 600, exp: issued + (input.expiresInSeconds ?? 300) };
      const claims = { ...claimsOf(world, input), iss: oidc.issuer(), ...times, ...input.claims };
      return { token: oidc.sign(claims), claims };
    },
    /** A new key signs from now on. The old ones are withdrawn when `keepOld` is false. */
    rotateOidcKeys: (input: { readonly keepOld?: boolean } = {}) => oidc.rotate(input.keepOld ?? true),
  };
}
