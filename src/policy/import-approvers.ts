import { entryOf, isTrue, itemsOf, shortened, textOf } from './import-read.ts';
import type { Placed } from './placed.ts';
import { LoginPattern, Member, Team } from './schema/values.ts';

/** A set of people in a file of policy-bot: `users`, `teams`, `organizations` and permissions, any of which is enough. */
export type Actors = {
  readonly users: readonly string[];
  /** As `org/team`. */
  readonly teams: readonly string[];
  /** What names people in a way that has no counterpart here. */
  readonly beyond: readonly { readonly at: number; readonly message: string }[];
};

export const actorKeys = [
  'users',
  'teams',
  'organizations',
  'permissions',
  'admins',
  'write_collaborators',
  'codeowners',
] as const;

export function actorsOf(placed: Placed | undefined): Actors {
  return {
    users: textsOf(entryOf(placed, 'users')),
    teams: textsOf(entryOf(placed, 'teams')),
    beyond: beyondOf(placed),
  };
}

/** Those who can be members of a role; the others are named in `beyond` with the reason. */
export function membersOf(
  placed: Placed | undefined,
): Pick<Actors, 'beyond'> & { readonly members: readonly string[] } {
  const named = [
    ...itemsOf(entryOf(placed, 'users')).map((item) => ({ item, member: `user:${textOf(item)}` })),
    ...itemsOf(entryOf(placed, 'teams')).map((item) => ({ item, member: `team:${textOf(item)?.toLowerCase()}` })),
  ];
  const isMember = (member: string) => Member.safeParse(member).success;
  const wrong = named.flatMap(({ item, member }) =>
    isMember(member)
      ? []
      : [
          {
            at: item.at,
            message: `\`${shortened(textOf(item) ?? '')}\` is neither a person nor a team, and fills no seat`,
          },
        ],
  );
  const members = named.map(({ member }) => member).filter(isMember);
  return { members: [...new Set(members)].sort(), beyond: [...wrong, ...beyondOf(placed)] };
}

/** Logins that a condition can name. */
export function loginsOf({ users }: Actors): readonly string[] {
  return users.filter((user) => !user.includes('*') && LoginPattern.safeParse(user).success);
}

export function teamsOf({ teams }: Actors): readonly string[] {
  return teams.map((team) => `team:${team.toLowerCase()}`).filter((team) => Team.safeParse(team).success);
}

function textsOf(list: Placed | undefined): readonly string[] {
  return itemsOf(list).flatMap((item) => textOf(item) ?? []);
}

function beyondOf(placed: Placed | undefined): Actors['beyond'] {
  const organizations = itemsOf(entryOf(placed, 'organizations'));
  const permissions = itemsOf(entryOf(placed, 'permissions'));
  const flags = (['admins', 'write_collaborators', 'codeowners'] as const).flatMap((key) => {
    const value = entryOf(placed, key);
    return value !== undefined && isTrue(value) ? [{ at: value.at, message: `\`${key}\` ${reasons[key]}` }] : [];
  });
  return [
    ...organizations.map(({ at }) => ({ at, message: `\`organizations\` ${reasons.organizations}` })),
    ...permissions.map(({ at }) => ({ at, message: `\`permissions\` ${reasons.admins}` })),
    ...flags,
  ];
}

const reasons = {
  organizations: 'cannot be said: approvers are people and teams; name a team that has everybody in it',
  admins: 'cannot be said: approvers are named, and a permission only narrows them (`approvals: { permission: … }`)',
  write_collaborators:
    'cannot be said: approvers are named, and a permission only narrows them (`approvals: { permission: … }`)',
  codeowners:
    'cannot be said: `{ owners: code }` asks an owner of each changed path that has any, and nobody where none has',
} as const;
