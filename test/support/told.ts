import type { Decision, Reason } from '../../src/decision/decision.ts';

/** What people read of a decision, in the order in which they read it. */
export function told({ state, title, reasons, next }: Decision): readonly string[] {
  return [
    `${state}: ${title}`,
    ...reasons.map(({ code, message }) => `${code}: ${message}`),
    ...next.author.map((step) => `author: ${step}`),
    ...next.approvers.map((step) => `approvers: ${step}`),
  ];
}

/** A decision that is reached only when a test asks for it, and what is told of it. */
export type Told = readonly [name: string, decision: () => Decision, told: readonly string[]];

/** What a decision says about people: whose approval counts and why not, who is set apart (the author aside), whose command had no effect. */
export function toldOfPeople({ state, approvals, setApart, exceptions, refused }: Decision): readonly string[] {
  return [
    state,
    ...approvals.map(({ by, counts, seats, reasons }) =>
      counts ? `${by.login} fills ${seats.join(', ')}` : `${by.login}: ${reasons.map(inOneLine).join(' ')}`,
    ),
    ...setApart
      .filter(({ account }) => account.login !== 'author')
      .map(({ account, reasons }) => `apart: ${account.login}: ${reasons.map(inOneLine).join(' ')}`),
    ...exceptions.map((reason) => `exception: ${inOneLine(reason)}`),
    ...refused.map(({ by, reason }) => `no effect: ${by.login}: ${inOneLine(reason)}`),
  ];
}

function inOneLine({ code, message }: Reason): string {
  return `(${code}) ${message}`;
}
