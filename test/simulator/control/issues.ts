import { commentShape, issueShape } from '../shapes/pull-request.ts';
import { addComment, deleteComment, editComment, issueByNumber, openIssue, setIssueState } from '../world/comments.ts';
import { accountById, accountByLogin } from '../world/people.ts';
import { react } from '../world/reactions.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { Reactable, ReactionContent } from '../world/types.ts';
import { found, type World } from '../world/world.ts';

/** Numbers are shared by issues and pull requests. */
export interface PullRef {
  readonly repository: string;
  readonly number: number;
}

export interface Acting extends PullRef {
  readonly as: string;
}

/** Who reacted with what, in the order they did. */
export function reactedBy(world: World, subject: Reactable) {
  return subject.reactions.map(({ userId, content }) => ({ login: accountById(world, userId).login, content }));
}

export function issueControl(world: World) {
  const issueOf = (input: PullRef) => issueByNumber(repositoryByName(world, input.repository), input.number);
  const who = (input: { readonly as: string }) => accountByLogin(world, input.as).id;
  const appOf = (actorId: number) => [...world.appsById.values()].find((app) => app.botId === actorId)?.id ?? null;
  const commentOf = (input: PullRef & { readonly comment: number }) =>
    found(issueOf(input).comments.find((each) => each.id === input.comment));
  return {
    comment: (input: Acting & { readonly body: string }) => {
      const actorId = who(input);
      return { id: addComment(world, issueOf(input), actorId, input.body, appOf(actorId)).id };
    },
    editComment: (input: Acting & { readonly comment: number; readonly body: string }) =>
      editComment(world, issueOf(input), commentOf(input), who(input), input.body),
    deleteComment: (input: Acting & { readonly comment: number }) =>
      deleteComment(world, issueOf(input), commentOf(input), who(input)),
    react: (input: Acting & { readonly comment: number; readonly content: ReactionContent }) => ({
      id: react(world, commentOf(input), who(input), input.content).reaction.id,
    }),
    /** As REST shows them, and who reacted to them. */
    comments: (input: PullRef) =>
      issueOf(input).comments.map((comment) => ({
        ...commentShape(world, issueOf(input), comment),
        reactedBy: reactedBy(world, comment),
      })),
    openIssue: (input: {
      readonly repository: string;
      readonly as: string;
      readonly title: string;
      readonly body?: string;
    }) => ({
      number: openIssue(world, repositoryByName(world, input.repository), who(input), input.title, input.body ?? null)
        .number,
    }),
    /** A plain issue or the conversation of a pull request, as REST shows it, and who reacted to it. */
    issue: (input: PullRef) => ({ ...issueShape(world, issueOf(input)), reactedBy: reactedBy(world, issueOf(input)) }),
    setIssueState: (input: Acting & { readonly state: 'open' | 'closed' }) =>
      setIssueState(world, issueOf(input), who(input), input.state),
  };
}
