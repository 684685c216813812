import type { Reader } from '../decision/reader.ts';
import { type Bindings, rosterOf } from '../decision/roster.ts';
import type { Account } from '../decision/values.ts';
import type { Role } from '../policy/policy.ts';
import type { Member } from '../policy/schema/values.ts';
import type { How, Remark } from './line.ts';

/** Who holds a role now, and in which ways. */
export type Holder = { readonly person: Account; readonly how: readonly How[] };
export type Unheld = { readonly name: string; readonly backup: boolean; readonly remark: Remark };
export type Held = { readonly role: string; readonly holders: readonly Holder[]; readonly unheld: readonly Unheld[] };

/** Reads each name of a role by itself, so that it can be said which of them lets somebody in. What is not known yet becomes a want. */
export function holdersOf({ name: role, members, backups }: Role, reader: Reader, bindings: Bindings): Held {
  const found = new Map<number, { person: Account; how: How[] }>();
  const unheld: Unheld[] = [];
  const all = [
    ...members.map((member) => ({ member, backup: false })),
    ...backups.map((member) => ({ member, backup: true })),
  ];
  for (const { member, backup } of all) {
    const { accounts, broken, known } = rosterOf([member], reader, bindings);
    for (const person of accounts) {
      const known = found.get(person.id) ?? { person, how: [] };
      known.how.push(howOf(member, backup));
      found.set(person.id, known);
    }
    if (accounts.length === 0)
      unheld.push({ name: nameOf(member), backup, remark: whyNobody(known, broken.length > 0) });
  }
  return { role, holders: [...found.values()], unheld };
}

/** Holds it as a backup only. */
export function isBackup({ how }: Pick<Holder, 'how'>): boolean {
  return how.every((one) => one.kind !== 'delegate' && one.backup);
}

/** As the policy writes it. */
export function nameOf(member: Member): string {
  return member.kind === 'user' ? `user:${member.login}` : `team:${member.organization}/${member.slug}`;
}

function howOf(member: Member, backup: boolean): How {
  return member.kind === 'user'
    ? { kind: 'user', backup }
    : { kind: 'team', team: `${member.organization}/${member.slug}`, backup };
}

function whyNobody(isKnown: boolean, isBroken: boolean): Remark {
  if (!isKnown)
    return {
      code: 'unread',
      text: 'GitHub could not be asked who this is, so it is not known who may sign through it.',
    };
  return isBroken
    ? {
        code: 'nobody',
        text: 'Nobody may sign through it: there is no such account or team, the app may not see it, or it is held by somebody else than when the policy was written.',
      }
    : { code: 'nobody', text: 'Nobody is in this team.' };
}
