import type { Contributor } from './history.ts';
import type { ParsedManifest } from './manifest.ts';
import type { Reader } from './reader.ts';
import { isMachine } from './subject.ts';
import { type Account, webFlow } from './values.ts';

/**
 * The human who asked a machine for the proposal: whom the manifest names, who assigned the agent, and any human
 * co-author of a machine's commit. Without one, a machine's proposal is incomplete (T44).
 */
export type Initiators = {
  readonly accounts: readonly Account[];
  /** A login in the manifest that is no person's. */
  readonly unknown: string | undefined;
};

export function initiatorsOf(manifest: ParsedManifest, reader: Reader): Initiators {
  const { pull, commits } = reader.facts;
  const named = manifest.kind === 'valid' ? manifest.manifest.initiator : undefined;
  const account = named === undefined ? undefined : reader.read('users', named.toLowerCase());
  const coAuthors = isMachine(pull.author) ? commits.items.flatMap(({ authors }) => authors.filter(isPerson)) : [];
  const found = [account ?? null, ...pull.requestedBy, ...coAuthors].filter(isPerson);
  return {
    accounts: [...new Map(found.map((person) => [person.id, person])).values()],
    unknown: named !== undefined && account !== undefined && !isPerson(account) ? named : undefined,
  };
}

export function asContributors({ accounts }: Initiators): readonly Contributor[] {
  return accounts.map((account) => ({ account, as: 'initiator' }));
}

function isPerson(account: Account | null): account is Account {
  return account !== null && account.kind === 'user' && account.id !== webFlow;
}
