import { mayChange, mayConverse, maySee } from '../rest/access.ts';
import { react } from '../world/reactions.ts';
import { Refusal } from '../world/world.ts';
import { fail } from './connection.ts';
import type { GraphqlContext } from './execute.ts';
import { contentNamed, type ReactionName, reactionGroups, reactionNode } from './reactions.ts';
import { subjectOf } from './subjects.ts';

/** Refusals of the world, as GraphQL says them. */
function attempted<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return fail(error.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE', error.message);
  }
}

interface AddReaction {
  readonly input: {
    readonly subjectId: string;
    readonly content: ReactionName;
    readonly clientMutationId?: string | null;
  };
}

/** The permission is that of the conversation: `pull_requests` on a pull request, `issues` on an issue. */
function addReaction(context: GraphqlContext, { input }: AddReaction): object {
  const { world, caller } = context;
  const subject = subjectOf(world, input.subjectId);
  const repository = subject && world.repositories.get(subject.issue.repositoryId);
  const content = contentNamed(input.content);
  if (!subject || !repository || !content || !maySee(world, caller, repository))
    return fail('NOT_FOUND', `Could not resolve to a node with the global id of '${input.subjectId}'`);
  const { issue, reactable, node } = subject;
  if (!mayChange(world, caller, repository) || !mayConverse(caller, issue, 'write'))
    return fail('FORBIDDEN', 'Resource not accessible by integration');
  if (repository.archived) return fail('FORBIDDEN', 'Repository was archived so is read-only.');
  const { reaction } = attempted(() => react(world, issue, reactable, world.app.botId, content));
  return {
    __typename: 'AddReactionPayload',
    clientMutationId: input.clientMutationId ?? null,
    reaction: reactionNode(world, reaction, node),
    reactionGroups: reactionGroups(world, reactable, node),
    subject: node,
  };
}

/** Mutation's fields, for an installation's token. */
export function createMutations(context: GraphqlContext): object {
  return { addReaction: (args: AddReaction) => addReaction(context, args) };
}
