const MINUTE = 60_000;

/** How long something took, for people: `12 min`, `3.5 h`, `2.1 d`; `never` for what has no end. */
export function spanInWords(milliseconds: number | null): string {
  if (milliseconds === null) return 'never';
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 6) / 10;
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 2.4) / 10} d`;
}
