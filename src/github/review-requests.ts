import { RequestError } from '@octokit/request-error';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Installation } from './client.ts';
import type { Thread } from './comments.ts';

const ROUTE = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
const Requested = z.object({ users: z.array(z.object({ id: z.number() })) });

/** Ids of the people whose review is requested now, by whomever. */
export async function requestedReviewers(installation: Installation, pull: Thread): Promise<ReadonlySet<number>> {
  const answer = await installation.read(`GET ${ROUTE}`, placeOf(pull), 'asking');
  return new Set(Requested.parse(answer).users.map(({ id }) => id));
}

/**
 * Requests the reviews of these people. False when GitHub refuses, which it does for all of them when one is no collaborator of the
 * repository (docs: 422).
 */
export async function requestReviewers(
  installation: Installation,
  pull: Thread,
  logins: readonly string[],
): Promise<boolean> {
  try {
    await installation.write(`POST ${ROUTE}`, { ...placeOf(pull), reviewers: logins }, 'asking');
    return true;
  } catch (error) {
    if (error instanceof AppError && error.cause instanceof RequestError && error.cause.status === 422) return false;
    throw error;
  }
}

export async function withdrawReviewers(
  installation: Installation,
  pull: Thread,
  logins: readonly string[],
): Promise<void> {
  await installation.write(`DELETE ${ROUTE}`, { ...placeOf(pull), reviewers: logins }, 'asking');
}

function placeOf({ owner, repository, number }: Thread) {
  return { owner, repo: repository, pull_number: number };
}
