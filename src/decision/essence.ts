import type { Decision } from './decision.ts';

/** What makes a decision differ from another: everything but the instant at which it was reached, and what it hands on. */
export function essenceOf(decision: Decision): Omit<Decision, 'at' | 'remember' | 'bindings'> {
  const { at: _at, remember: _remember, bindings: _bindings, ...rest } = decision;
  return rest;
}
