import type { Policy } from './policy.ts';
import type { Condition } from './schema/condition.ts';
import type { Member } from './schema/values.ts';

/** What the shell has to look up for a policy before it can be decided under. */

/** Teams, as `org/slug`, that conditions ask whether the author is in. */
export function authorTeamsIn(policy: Policy): readonly string[] {
  const conditions = [
    ...policy.proposals,
    ...policy.systems,
    ...policy.classifications,
    ...policy.blastRadius,
    ...policy.rules,
    ...policy.afterMerge,
  ].map(({ when }) => when);
  return [...new Set(conditions.flatMap(teamsIn))];
}

function teamsIn(condition: Condition): readonly string[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.flatMap(teamsIn);
  if (condition.kind === 'not') return teamsIn(condition.of);
  return condition.kind === 'names' && condition.key === 'author-teams' ? condition.names : [];
}

/** Every user and team that a policy gives a role or a system, once: the names that are bound to ids. */
export function membersIn(policy: Policy): readonly Member[] {
  const members = [
    ...policy.roles.flatMap((role) => [...role.members, ...role.backups]),
    ...policy.systems.flatMap(({ owners }) => owners),
    ...policy.segregation.exceptions.map(({ login }): Member => ({ kind: 'user', login })),
  ];
  return [...new Map(members.map((member) => [memberText(member).toLowerCase(), member])).values()];
}

/** `user:login` or `team:org/slug`, as written. */
export function memberText(member: Member): string {
  return member.kind === 'user' ? `user:${member.login}` : `team:${member.organization}/${member.slug}`;
}
