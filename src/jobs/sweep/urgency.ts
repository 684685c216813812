/** Nobody but the delivery knows on which commit a review was given, who pushed, or what was said before it was edited. */
const ONLY_TOLD: Readonly<Record<string, readonly string[] | undefined>> = {
  pull_request_review: ['submitted'],
  pull_request: ['synchronize', 'closed'],
  issue_comment: ['created'],
};
/** Somebody waits for the answer. */
const WAITED_FOR = new Set(['deployment_protection_rule', 'merge_group']);
/** What CI says of itself, which comes by the thousand: what of it matters is read from GitHub when pull requests are gone through. */
const READ_ANYWAY = new Set(['check_run', 'check_suite', 'workflow_run', 'workflow_job', 'status', 'ping']);

/** How urgent it is to have a missed delivery again, the lowest first; null where it is not worth a call. */
export function urgencyOf({
  event,
  action,
}: {
  readonly event: string;
  readonly action: string | null;
}): number | null {
  if (WAITED_FOR.has(event)) return 0;
  if (event === 'push' || ONLY_TOLD[event]?.includes(action ?? '') === true) return 1;
  return READ_ANYWAY.has(event) ? null : 2;
}
