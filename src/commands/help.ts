import type { PolicyInForce } from '../decision/decision.ts';
import { type Entitlements, entitlementsOf } from '../decision/entitlements.ts';
import type { Facts } from '../decision/facts.ts';
import { permissions } from '../decision/lookups.ts';
import { okOf } from '../decision/subject.ts';
import type { Account } from '../decision/values.ts';
import { helpText } from './answers.ts';
import type { CommandWord } from './words.ts';

/** The answer to `/help` for one person on one open pull request. */
export function helpFor(here: { readonly policy: PolicyInForce; readonly facts: Facts }): (account: Account) => string {
  return (account) => {
    const everybody: readonly CommandWord[] = ['explain', 'status', 'help'];
    const permission = okOf(here.facts.lookups.people?.[`${account.id}`])?.permission ?? 'none';
    const writes = permissions.indexOf(permission) >= permissions.indexOf('write');
    const { policy } = here;
    const entitled = policy.kind === 'valid' ? wordsOf(entitlementsOf(policy.effective, here.facts, account)) : [];
    const recheck: readonly CommandWord[] = writes ? ['recheck'] : [];
    return helpText([...everybody, ...recheck, ...entitled]);
  };
}

function wordsOf({ approver, proposer, member, excepted, mayBreakGlass }: Entitlements): readonly CommandWord[] {
  const by: readonly (readonly [boolean, readonly CommandWord[]])[] = [
    [approver, ['reject', 'defer', 'request-validation', 'narrow-scope', 'withdraw']],
    [proposer, ['defer', 'resubmit', 'withdraw']],
    [member, ['delegate', 'away', 'withdraw']],
    [excepted, ['approve-own']],
    [mayBreakGlass, ['break-glass']],
  ];
  return by.flatMap(([holds, words]) => (holds ? words : []));
}
