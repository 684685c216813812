import { commitShape } from '../shapes/commit.ts';
import { repositoryUrl } from '../shapes/repository.ts';
import { announce } from '../world/events.ts';
import { commitOf } from '../world/git.ts';
import { accountByLogin } from '../world/people.ts';
import { repositoryByName } from '../world/repositories.ts';
import { now, takeId, type World } from '../world/world.ts';

export interface StatusInput {
  readonly repository: string;
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly as: string;
}

export function statusControl(world: World) {
  return {
    /** Somebody writes a commit status. Only the event is simulated: rules here look at check runs. */
    createStatus: (input: StatusInput) => {
      const repository = repositoryByName(world, input.repository);
      const id = takeId(world);
      const at = now(world);
      announce(world, repository, accountByLogin(world, input.as).id, ['status', null], () => ({
        id,
        sha: input.sha,
        name: input.repository,
        avatar_url: null,
        target_url: null,
        context: input.context,
        description: null,
        state: input.state,
        commit: statusCommit(world, input),
        branches: [...repository.branches]
          .filter(([, sha]) => sha === input.sha)
          .map(([name, sha]) => ({
            name,
            commit: { sha, url: `${repositoryUrl(world, repository)}/commits/${sha}` },
            protected: false,
          })),
        created_at: at,
        updated_at: at,
      }));
      return { id };
    },
  };
}

/** As REST shows a commit, but for when it was verified, which this event does not tell. */
function statusCommit(world: World, { repository, sha }: StatusInput) {
  const shape = commitShape(world, repositoryByName(world, repository), commitOf(world, sha));
  const { verified_at: _, ...verification } = shape.commit.verification;
  return { ...shape, commit: { ...shape.commit, verification } };
}
