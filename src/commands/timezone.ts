import type { PolicyInForce } from '../decision/decision.ts';

/** The zone in which dates without one are read: of the calendar that approvals are counted in, or of the first calendar; else UTC. */
export function timezoneOf(policy: PolicyInForce): string {
  if (policy.kind !== 'valid') return 'UTC';
  for (const { policy: one } of policy.effective.layers) {
    const calendar = one.calendars.find(({ name }) => name === one.approvals.calendar) ?? one.calendars[0];
    if (calendar !== undefined) return calendar.timezone;
  }
  return 'UTC';
}
