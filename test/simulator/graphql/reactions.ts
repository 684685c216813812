import type { GraphQLResolveInfo } from 'graphql';
import { accountById } from '../world/people.ts';
import { type Issue, type Reactable, type Reaction, type ReactionContent, reactionContents } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { connection, type PageArgs } from './connection.ts';
import { actorNode, optionalActor } from './people.ts';

const names = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  confused: 'CONFUSED',
  heart: 'HEART',
  hooray: 'HOORAY',
  rocket: 'ROCKET',
  eyes: 'EYES',
} as const satisfies Record<ReactionContent, string>;

export type ReactionName = (typeof names)[ReactionContent];

export function contentNamed(name: ReactionName): ReactionContent | undefined {
  return reactionContents.find((content) => names[content] === name);
}

type Node = () => object;

/** `user` is a User by the schema, so that a reaction of a bot has none. */
export function reactionNode(world: World, reaction: Reaction, reactable: Node): object {
  return {
    __typename: 'Reaction',
    id: nodeId('REA', reaction.id),
    databaseId: reaction.id,
    content: names[reaction.content],
    createdAt: reaction.createdAt,
    user: accountById(world, reaction.userId).type === 'User' ? actorNode(world, reaction.userId) : null,
    reactable,
  };
}

/** One group for each of the eight, whether anybody reacted so or not. */
export function reactionGroups(world: World, subject: Reactable, node: Node): readonly object[] {
  return reactionContents.map((content) => {
    const reactions = subject.reactions.filter((reaction) => reaction.content === content);
    return {
      __typename: 'ReactionGroup',
      content: names[content],
      createdAt: reactions[0]?.createdAt ?? null,
      viewerHasReacted: reactions.some((reaction) => reaction.userId === world.app.botId),
      subject: node,
      reactors: (args: PageArgs, _: unknown, info: GraphQLResolveInfo) =>
        connection(reactions, args, info, (reaction) => optionalActor(world, reaction.userId)),
    };
  });
}

interface ReactionsArgs extends PageArgs {
  readonly content?: ReactionName | null;
}

export function reactableFields(world: World, issue: Issue, subject: Reactable, node: Node) {
  return {
    viewerCanReact: issue.lock === null,
    reactionGroups: () => reactionGroups(world, subject, node),
    reactions: (args: ReactionsArgs, _: unknown, info: GraphQLResolveInfo) => {
      const wanted = subject.reactions.filter(({ content }) => !args.content || names[content] === args.content);
      const viewerHasReacted = subject.reactions.some((reaction) => reaction.userId === world.app.botId);
      return connection(wanted, args, info, (reaction) => reactionNode(world, reaction, node), { viewerHasReacted });
    },
  };
}
