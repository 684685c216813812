import type { Issue, Reactable, Reaction, ReactionContent } from './types.ts';
import { now, Refusal, takeId, type World } from './world.ts';

/**
 * docs: "Reactions and votes in a locked conversation are disabled for all users." In what words is not documented.
 * The same reaction by the same account is answered 200 with the one that is there. Reactions send no webhook.
 */
export function react(
  world: World,
  issue: Issue,
  subject: Reactable,
  userId: number,
  content: ReactionContent,
): { readonly reaction: Reaction; readonly created: boolean } {
  if (issue.lock !== null) throw new Refusal(403, 'Unable to create reaction because issue is locked.');
  const known = subject.reactions.find((reaction) => reaction.userId === userId && reaction.content === content);
  if (known) return { reaction: known, created: false };
  const reaction: Reaction = { id: takeId(world), userId, content, createdAt: now(world) };
  subject.reactions.push(reaction);
  return { reaction, created: true };
}
