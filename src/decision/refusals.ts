import { named } from '../policy/policy.ts';
import type { Refusal } from './decision.ts';
import type { Evaluation } from './evaluation.ts';
import type { Intervention, InterventionOf } from './intervention.ts';
import { refusal } from './interventions.ts';
import { rosterOf } from './roster.ts';
import type { Seat } from './seats.ts';
import { epochOf } from './time.ts';
import type { Account } from './values.ts';

/**
 * Commands without effect that no other rule refuses: an own approval without an exception, a seat handed over by or to somebody outside
 * its role, an absence of somebody who is asked for nothing, and a withdrawal with nothing to withdraw.
 */
export function refusalsOf(evaluation: Evaluation): readonly Refusal[] {
  return evaluation.reader.facts.interventions.flatMap((said): readonly Refusal[] => {
    if (said.taken === true) return [];
    switch (said.kind) {
      case 'approve-own':
        return ownApproval(said, evaluation);
      case 'delegate':
        return delegation(said, evaluation);
      case 'away':
        return absence(said, evaluation);
      case 'withdraw':
        return withdrawal(said, evaluation);
      default:
        return [];
    }
  });
}

function ownApproval(said: InterventionOf<'approve-own'>, { people, classification }: Evaluation): readonly Refusal[] {
  if (people.excepted.has(said.by.id)) return [];
  const where = classification.gate === undefined ? 'here' : `for ${classification.gate}`;
  const message = `The policy has no exception in force ${where} that lets you approve your own change. Somebody else has to approve it with a review.`;
  return [refusal(said, message)];
}

function delegation(said: InterventionOf<'delegate'>, evaluation: Evaluation): readonly Refusal[] {
  const mine = evaluation.seats.filter(({ kind, members }) => kind === 'role' && isAmong(said.by, members));
  if (mine.length === 0)
    return [refusal(said, 'Only a member of a role that this proposal asks for can hand a seat to somebody.')];
  const meant = mine.filter(({ role }) => said.role === null || role === said.role);
  if (meant.length === 0)
    return [refusal(said, `You are not a member of the role "${said.role}"; yours here: ${rolesOf(mine)}.`)];
  if (said.to.id === said.by.id) return [refusal(said, 'You cannot hand your seat to yourself.')];
  if (meant.some((seat) => isInRole(said.to, seat, evaluation))) return [];
  const message = `${said.to.login} is neither a member nor a backup of ${rolesOf(meant)}, and a seat never goes to somebody from outside the role.`;
  return [refusal(said, message)];
}

function rolesOf(seats: readonly Seat[]): string {
  return [...new Set(seats.map(({ role }) => role ?? ''))].join(', ');
}

function isInRole(account: Account, { role, members }: Seat, { layer, reader, bindings }: Evaluation): boolean {
  if (isAmong(account, members)) return true;
  const { backups = [] } = named(layer.policy.roles, role ?? '') ?? {};
  return isAmong(account, rosterOf(backups, reader, bindings).accounts);
}

function absence(said: InterventionOf<'away'>, { seats }: Evaluation): readonly Refusal[] {
  if (seats.some(({ members }) => isAmong(said.by, members))) return [];
  return [refusal(said, 'You are a member of no role that this proposal asks for. Say it where you are one.')];
}

/** What can be taken back by `/withdraw` by any approver, and what only by who said it. */
const requested: readonly Intervention['kind'][] = ['defer', 'request-validation', 'narrow-scope'];
const personal: readonly Intervention['kind'][] = ['reject', 'delegate', 'away', 'break-glass'];

function withdrawal(said: InterventionOf<'withdraw'>, evaluation: Evaluation): readonly Refusal[] {
  const whose = said.whose ?? said.by.id;
  const isOwn = whose === said.by.id;
  const { facts } = evaluation.reader;
  const before = (other: { readonly by: Account; readonly at: string }) =>
    other.by.id === whose && epochOf(other.at) <= epochOf(said.at);
  const spoken = (kinds: readonly Intervention['kind'][]) =>
    facts.interventions.some((other) => kinds.includes(other.kind) && before(other));
  const rejected = [...facts.history.rejections, ...evaluation.rejections.given].some(before);
  if (!spoken(isOwn ? [...requested, ...personal] : requested) && !rejected)
    return [
      refusal(
        said,
        'There is nothing to withdraw: no rejection, deferral or request of that person stands here.',
        'nothing-to-withdraw',
      ),
    ];
  if (isOwn) return [];
  if (!evaluation.approvers.isApprover(said.by))
    return [refusal(said, 'Only an approver who could have said it can lift what somebody else said.')];
  if (spoken(requested) || !evaluation.rejections.standing.some(before)) return [];
  return [refusal(said, 'Only an approver of the same stage can lift a rejection, so it still stands.')];
}

function isAmong({ id }: Account, accounts: readonly Account[]): boolean {
  return accounts.some((account) => account.id === id);
}
