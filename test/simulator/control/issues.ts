import { commentShape, issueShape } from '../shapes/pull-request.ts';
import { addComment, deleteComment, editComment, issueByNumber } from '../world/comments.ts';
import {
  addLabel,
  assign,
  editIssue,
  lockIssue,
  openIssue,
  removeLabel,
  setIssueState,
  unassign,
} from '../world/issues.ts';
import { accountById, accountByLogin } from '../world/people.ts';
import { react } from '../world/reactions.ts';
import { repositoryByName } from '../world/repositories.ts';
import type { Issue, IssueComment, Lock, Reactable, ReactionContent } from '../world/types.ts';
import { found, type World } from '../world/world.ts';

/** Numbers are shared by issues and pull requests. */
export interface PullRef {
  readonly repository: string;
  readonly number: number;
}

export interface Acting extends PullRef {
  readonly as: string;
}

export interface OpenIssueInput {
  readonly repository: string;
  readonly as: string;
  readonly title: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
}

/** Who reacted with what, in the order they did. */
export function reactedBy(world: World, subject: Reactable) {
  return subject.reactions.map(({ userId, content }) => ({ login: accountById(world, userId).login, content }));
}

export function issueControl(world: World) {
  const issueOf = (input: PullRef) => issueByNumber(repositoryByName(world, input.repository), input.number);
  const who = (input: { readonly as: string }) => accountByLogin(world, input.as).id;
  const shown = (issue: Issue) => ({
    ...issueShape(world, issue),
    reactedBy: reactedBy(world, issue),
    thread: issue.comments.map((comment) => shownComment(issue, comment)),
  });
  const shownComment = (issue: Issue, comment: IssueComment) => ({
    ...commentShape(world, issue, comment),
    reactedBy: reactedBy(world, comment),
  });
  const commentOf = (input: PullRef & { readonly comment: number }) =>
    found(issueOf(input).comments.find((each) => each.id === input.comment));
  return {
    label: (input: Acting & { readonly name: string }) => addLabel(world, issueOf(input), who(input), input.name),
    unlabel: (input: Acting & { readonly name: string }) => removeLabel(world, issueOf(input), who(input), input.name),
    assign: (input: Acting & { readonly user: string }) =>
      assign(world, issueOf(input), who(input), accountByLogin(world, input.user).id),
    unassign: (input: Acting & { readonly user: string }) =>
      unassign(world, issueOf(input), who(input), accountByLogin(world, input.user).id),
    lock: (input: Acting & { readonly reason?: Lock['reason'] }) =>
      lockIssue(world, issueOf(input), who(input), { reason: input.reason ?? null }),
    unlock: (input: Acting) => lockIssue(world, issueOf(input), who(input), null),
    comment: (input: Acting & { readonly body: string }) => ({
      id: addComment(world, issueOf(input), who(input), input.body).id,
    }),
    editComment: (input: Acting & { readonly comment: number; readonly body: string }) =>
      editComment(world, issueOf(input), commentOf(input), who(input), input.body),
    deleteComment: (input: Acting & { readonly comment: number }) =>
      deleteComment(world, issueOf(input), commentOf(input), who(input)),
    react: (input: Acting & { readonly comment: number; readonly content: ReactionContent }) => ({
      id: react(world, issueOf(input), commentOf(input), who(input), input.content).reaction.id,
    }),
    /** As REST shows them, and who reacted to them. */
    comments: (input: PullRef) => issueOf(input).comments.map((comment) => shownComment(issueOf(input), comment)),
    openIssue: (input: OpenIssueInput) => {
      const { labels = [], assignees = [], body = null } = input;
      const ids = assignees.map((login) => accountByLogin(world, login).id);
      const wanted = { title: input.title, body, labels, assignees: ids };
      return { number: openIssue(world, repositoryByName(world, input.repository), who(input), wanted).number };
    },
    editIssue: (input: Acting & { readonly title?: string; readonly body?: string }) =>
      editIssue(world, issueOf(input), who(input), input),
    setIssueState: (
      input: Acting & { readonly state: 'open' | 'closed'; readonly reason?: 'completed' | 'not_planned' },
    ) => setIssueState(world, issueOf(input), who(input), input.state, input.reason),
    /** A plain issue or the conversation of a pull request, as REST shows it, who reacted to it, and its comments. */
    issue: (input: PullRef) => shown(issueOf(input)),
    /** The plain issues of a repository in the order opened; pull requests are not among them. */
    issues: (input: { readonly repository: string; readonly state?: 'open' | 'closed' }) =>
      [...repositoryByName(world, input.repository).issues.values()]
        .filter((issue) => (input.state ?? issue.state) === issue.state)
        .map(shown),
  };
}
