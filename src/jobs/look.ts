import { AppError } from '../errors.ts';
import type { Installation } from '../github/client.ts';
import {
  PULL_QUERY,
  type PullAnswer,
  PullAnswer as PullAnswerShape,
  type PullNode,
  type RepositoryNode,
} from '../github/pull-query.ts';
import type { PullLocator } from './job.ts';

/** A pull request as GitHub shows it at one moment, with the policy files' ids. */
export type Seen = {
  readonly installation: Installation;
  readonly answer: PullAnswer & { readonly repository: RepositoryNode };
  readonly pull: PullNode;
};

export type Looked =
  | { readonly kind: 'unreachable'; readonly reason: string }
  | ({ readonly kind: 'closed' } & Seen)
  | ({ readonly kind: 'open' } & Seen);

export type Address = Pick<PullLocator, 'owner' | 'repository' | 'pull'>;

/** Asks GitHub, as this installation, for the pull request; what the installation cannot see, or is not what was meant, is not there. */
export async function look(
  installation: Installation,
  address: Address,
  policyRepository: string,
  isMeant: (repository: RepositoryNode) => boolean,
): Promise<Looked> {
  const answer = await ask(installation, address, policyRepository);
  if (answer === null) return { kind: 'unreachable', reason: 'the installation may not read this repository' };
  const { repository } = answer;
  if (repository === null) return { kind: 'unreachable', reason: 'the installation cannot see the repository' };
  if (!isMeant(repository)) return { kind: 'unreachable', reason: 'the repository is not the one that was meant' };
  const pull = repository.pullRequest;
  if (pull === null) return { kind: 'unreachable', reason: 'there is no such pull request' };
  return { kind: pull.state === 'OPEN' ? 'open' : 'closed', installation, answer: { ...answer, repository }, pull };
}

async function ask(
  installation: Installation,
  { owner, repository, pull }: Address,
  policyRepository: string,
): Promise<PullAnswer | null> {
  const variables = { owner, name: repository, number: pull, policyRepository };
  try {
    const { data, errors } = await installation.query(PULL_QUERY, variables, 'facts');
    const trouble = errors.find((error) => error.type !== 'NOT_FOUND');
    if (trouble !== undefined)
      throw new AppError('github-unexpected', `GitHub answered in part only: ${trouble.message}`, { retryable: true });
    const parsed = PullAnswerShape.safeParse(data);
    if (!parsed.success)
      throw new AppError(
        'github-unexpected',
        `GitHub answered in an unknown form: ${parsed.error.issues[0]?.path.join('.')}`,
        { retryable: true },
      );
    return parsed.data;
  } catch (error) {
    if (error instanceof AppError && error.code === 'github-not-found') return null;
    throw error;
  }
}
