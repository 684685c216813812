import type { Member } from './schema/values.ts';

/** `user:login` or `team:org/slug`, as written. */
export function memberText(member: Member): string {
  return member.kind === 'user' ? `user:${member.login}` : `team:${member.organization}/${member.slug}`;
}
