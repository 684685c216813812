import type { Reactable, Reaction, ReactionContent } from './types.ts';
import { now, takeId, type World } from './world.ts';

/** The same reaction by the same account is answered 200 with the one that is there. Reactions send no webhook. */
export function react(
  world: World,
  subject: Reactable,
  userId: number,
  content: ReactionContent,
): { readonly reaction: Reaction; readonly created: boolean } {
  const known = subject.reactions.find((reaction) => reaction.userId === userId && reaction.content === content);
  if (known) return { reaction: known, created: false };
  const reaction: Reaction = { id: takeId(world), userId, content, createdAt: now(world) };
  subject.reactions.push(reaction);
  return { reaction, created: true };
}
