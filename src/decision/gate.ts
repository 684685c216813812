import type { Gate, State } from './decision.ts';

/** What each state shows. Neutral and skipped satisfy a required check, so they are never used. */
const gates: Readonly<Record<State, Gate>> = {
  'policy-invalid': { status: 'completed', conclusion: 'failure' },
  'facts-incomplete': { status: 'completed', conclusion: 'failure' },
  misrouted: { status: 'completed', conclusion: 'failure' },
  incomplete: { status: 'completed', conclusion: 'action_required' },
  rejected: { status: 'completed', conclusion: 'failure' },
  deferred: { status: 'completed', conclusion: 'action_required' },
  unfillable: { status: 'completed', conclusion: 'action_required' },
  waiting: { status: 'in_progress' },
  held: { status: 'in_progress' },
  overridden: { status: 'completed', conclusion: 'success' },
  approved: { status: 'completed', conclusion: 'success' },
  ungoverned: { status: 'completed', conclusion: 'success' },
};

export function gateOf(state: State): Gate {
  return gates[state];
}

/** The check is named after the environment that the base branch belongs to (T13). */
export function checkName(environment: string | undefined): string {
  return `countersign/${environment ?? 'unclassified'}`;
}
