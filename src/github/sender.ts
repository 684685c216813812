import type { Account } from '../decision/values.ts';

/** An account as deliveries and REST name it; `kind` is GitHub's `type`. */
export type Sender = { readonly id: number; readonly login: string; readonly kind: string };

const KINDS: Readonly<Record<string, Account['kind']>> = {
  Bot: 'bot',
  Organization: 'organization',
  Mannequin: 'mannequin',
};

export function accountOfSender({ id, login, kind }: Sender): Account {
  return { id, login, kind: KINDS[kind] ?? 'user' };
}
