import type { Period } from '../store/recorded.ts';
import { CannotRun, type Given, option } from './command.ts';

export const PERIOD_OPTIONS = { from: { type: 'string' }, to: { type: 'string' } } as const;

/** The span that `--from` and `--to` name: days or instants, `from` included and `to` not. */
export function periodIn(given: Given): Period {
  const [from, to] = [instantIn(given, 'from'), instantIn(given, 'to')];
  if (from !== null && to !== null && from >= to) throw new CannotRun('--from must be before --to.');
  return { from, to };
}

function instantIn(given: Given, name: 'from' | 'to'): string | null {
  const text = option(given, name);
  if (text === undefined) return null;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = Date.parse(isDay ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(at) || !/^\d{4}-\d{2}-\d{2}/.test(text))
    throw new CannotRun(`--${name} must be a day, 2026-10-01, or an instant, 2026-10-01T00:00:00Z; it is "${text}".`);
  return new Date(at).toISOString();
}

/** The organization's account id, as `--tenant` gives it. */
export function tenantIn(given: Given): number {
  const text = option(given, 'tenant');
  if (text === undefined) throw new CannotRun('--tenant is missing: the organization’s account id.');
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new CannotRun(`--tenant must be an account id, a number; it is "${text}".`);
  return Number(text);
}
