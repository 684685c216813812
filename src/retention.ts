const UNITS = { d: 86_400_000, w: 7 * 86_400_000 } as const;

/**
 * GitHub sends what failed again for three days, an Enterprise Server for seven, and calls checks stale after fourteen: nothing of what is
 * purged is needed for longer than that.
 */
const SHORTEST_DAYS = 14;
const LONGEST_DAYS = 3_660;

/** For how many milliseconds raw payloads are kept; null for ever. A sentence into `problems` where it cannot be that. */
export function readRetention(text: string, problems: string[]): number | null {
  if (text === 'off') return null;
  const [, amount = '', unit = ''] = /^([1-9]\d{0,4})([dw])$/.exec(text) ?? [];
  const milliseconds = amount === '' ? Number.NaN : Number(amount) * UNITS[unit === 'w' ? 'w' : 'd'];
  const days = milliseconds / UNITS.d;
  if (!(days >= SHORTEST_DAYS && days <= LONGEST_DAYS)) {
    problems.push(
      `PAYLOAD_RETENTION is "${text}": expected days or weeks, such as 90d or 12w, of at least ${SHORTEST_DAYS}d and at most ${LONGEST_DAYS}d, or off.`,
    );
    return null;
  }
  return milliseconds;
}
