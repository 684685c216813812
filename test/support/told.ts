import type { Decision } from '../../src/decision/decision.ts';

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
