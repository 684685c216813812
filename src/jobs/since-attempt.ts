/** GitHub has a clock of its own, which may be behind ours. */
const SKEW_MS = 600_000;

/** From when on to look for what an attempt may have left on GitHub; null when nothing was attempted. */
export function sinceAttempt(attemptedAt: string | null): string | null {
  return attemptedAt === null ? null : new Date(Date.parse(attemptedAt) - SKEW_MS).toISOString();
}
