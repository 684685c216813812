import type { Finding } from './messages.ts';
import type { Policy, Role } from './policy.ts';
import type { PolicyFileInput } from './schema.ts';

/** What is valid and yet probably not meant. */
export function warningsOf(file: PolicyFileInput, policy: Policy): readonly Finding[] {
  return [
    ...unreachableProposals(file),
    ...unusedRoles(file, policy),
    ...sharedBranches(file),
    ...idleRules(file),
    ...shortRoles(file, policy),
  ];
}

function unreachableProposals({ proposals = [] }: PolicyFileInput): readonly Finding[] {
  const catchAll = proposals.findIndex(({ when }) => when === undefined || Object.keys(when).length === 0);
  if (catchAll === -1) return [];
  const category = proposals[catchAll]?.category ?? '';
  return proposals.slice(catchAll + 1).map((_, index) => ({
    path: ['proposals', catchAll + 1 + index],
    of: 'value',
    message: `is never reached, since \`${category}\` before it matches everything`,
  }));
}

function unusedRoles({ roles = {} }: PolicyFileInput, policy: Policy): readonly Finding[] {
  const used = new Set([
    ...policy.rules
      .flatMap(({ require }) => require.flatMap(({ seats }) => seats))
      .flatMap((seat) => (seat.kind === 'role' ? seat.role : [])),
    ...policy.freezes.flatMap(({ approvers }) => approvers.map(({ role }) => role)),
    ...(policy.breakGlass?.roles ?? []),
    ...(policy.breakGlass?.require ?? []).map(({ role }) => role),
    ...(policy.accessReview?.reviewers ?? []).map(({ role }) => role),
  ]);
  return Object.keys(roles)
    .filter((name) => !used.has(name))
    .map((name) => ({ path: ['roles', name], of: 'key', message: `the role \`${name}\` fills no seat anywhere` }));
}

function sharedBranches({ environments = {} }: PolicyFileInput): readonly Finding[] {
  const claimed = new Map<string, string>();
  return Object.entries(environments).flatMap(([name, { base = [] }]) =>
    base.flatMap((glob, index): readonly Finding[] => {
      const other = claimed.get(glob);
      if (other === undefined) claimed.set(glob, name);
      if (other === undefined || other === name) return [];
      const message = `\`${glob}\` already belongs to \`${other}\`, which is stricter and names the gate`;
      return [{ path: ['environments', name, 'base', index], of: 'value', message }];
    }),
  );
}

function idleRules({ rules = [] }: PolicyFileInput): readonly Finding[] {
  return rules.flatMap((rule, index): readonly Finding[] => {
    const asks = rule.require ?? rule.evidence ?? rule.window ?? rule.approvals ?? rule.sla;
    return asks === undefined
      ? [{ path: ['rules', index], of: 'value', message: `\`${rule.name}\` asks for nothing` }]
      : [];
  });
}

/** Seats of a role of people only, of whom there are too few even with every backup. Teams cannot be counted here. */
function shortRoles({ rules = [] }: PolicyFileInput, { roles }: Policy): readonly Finding[] {
  const sizes = new Map(roles.map((role) => [role.name, peopleIn(role)]));
  return rules.flatMap(({ require = {} }, index) =>
    Object.entries(require).flatMap(([stage, seats]) =>
      seats.flatMap(({ role, count = 1 }, seat): readonly Finding[] => {
        const people = sizes.get(role ?? '');
        if (people === undefined || people >= count) return [];
        const message = `${count} of \`${role}\` are asked for, and it has ${people} with its backups`;
        return [{ path: ['rules', index, 'require', stage, seat], of: 'value', message }];
      }),
    ),
  );
}

/** How many people a role has with its backups; undefined where it has teams. */
function peopleIn({ members, backups }: Role): number | undefined {
  const people = new Set(
    [...members, ...backups].map((member) => (member.kind === 'user' ? member.login.toLowerCase() : undefined)),
  );
  return people.has(undefined) ? undefined : people.size;
}
