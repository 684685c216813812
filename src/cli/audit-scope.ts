import { readOrigin } from '../audit/checkpoint.ts';
import type { Database, Session } from '../store/database.ts';
import { checkpointOf, pageOfPeriod, sizesNear, tenantsOfLogin } from '../store/exports.ts';
import { newestCheckpoint } from '../store/tree.ts';
import { CannotRun, type Given, option } from './command.ts';
import type { Progress } from './progress.ts';

export const SCOPE_OPTIONS = { org: { type: 'string' }, tenant: { type: 'string' } } as const;
export const PERIOD_OPTIONS = { from: { type: 'string' }, to: { type: 'string' } } as const;

/** The organization that --org or --tenant names, by the number of its account. */
export async function tenantGiven(given: Given, database: Database): Promise<number> {
  const [org, tenant] = [option(given, 'org'), option(given, 'tenant')];
  if ((org === undefined) === (tenant === undefined))
    throw new CannotRun('Which organization? Give --org or --tenant.');
  if (tenant !== undefined) {
    if (!/^\d{1,15}$/.test(tenant)) throw new CannotRun(`--tenant is the id of an account, and not "${tenant}".`);
    return Number(tenant);
  }
  const found = await tenantsOfLogin(database, org ?? '');
  const [first] = found;
  if (first === undefined) throw new CannotRun(`The app is not installed on an organization called "${org}".`);
  if (found.length > 1)
    throw new CannotRun(
      `Several organizations have been called "${org}": give --tenant ${found.join(' or --tenant ')}.`,
    );
  return first;
}

export type Period = { readonly from: Date | null; readonly to: Date | null };

export function periodGiven(given: Given): Period {
  const period = { from: instantGiven(given, 'from'), to: instantGiven(given, 'to') };
  if (period.from !== null && period.to !== null && period.from >= period.to)
    throw new CannotRun('--from must be before --to, which is the first instant that no longer belongs.');
  return period;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

function instantGiven(given: Given, name: string): Date | null {
  const text = option(given, name);
  if (text === undefined) return null;
  const at = new Date(text);
  if (INSTANT.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new CannotRun(`--${name} is a day, or an instant with its zone: 2026-11-01, or 2026-11-01T00:00:00Z.`);
}

export type Scope = {
  readonly tenant: number;
  readonly origin: string;
  readonly note: string;
  readonly size: number;
  readonly root: Buffer;
};

/** The checkpoint that --checkpoint names, or the newest. */
export async function scopeGiven(given: Given, session: Session, tenant: number): Promise<Scope> {
  const wanted = option(given, 'checkpoint');
  if (wanted !== undefined && !/^\d{1,15}$/.test(wanted))
    throw new CannotRun(`--checkpoint is the number of entries that one was signed over, and not "${wanted}".`);
  const found = wanted === undefined ? await newestCheckpoint(session) : await checkpointOf(session, Number(wanted));
  if (found === null && wanted !== undefined) throw new CannotRun(await noneOf(session, Number(wanted)));
  if (found === null) throw new CannotRun('Nothing has been recorded of this organization, or not signed yet.');
  const { origin, root } = readOrigin(found.note);
  return { tenant, origin, note: found.note, size: found.size, root };
}

async function noneOf(session: Session, wanted: number): Promise<string> {
  const near = await sizesNear(session, wanted);
  const hint = near.length === 0 ? 'none has been signed at all' : `the nearest have ${near.join(' and ')}`;
  return `No checkpoint was signed over ${wanted} entries; ${hint}.`;
}

/** Leaves that are looked at in one step. */
const PAGE = 10_000;

export type Range = { readonly start: number; readonly end: number };

/** The smallest range of leaves that holds every entry of the period; without a period, all of them. */
export async function rangeOf(session: Session, size: number, period: Period, progress: Progress): Promise<Range> {
  if (period.from === null && period.to === null) return { start: 0, end: size };
  let [start, end] = [0, size];
  let first: number | null = null;
  for (; first === null && start < size; start += PAGE) {
    progress.at(start, size);
    first = (await pageOfPeriod(session, { start, end: Math.min(size, start + PAGE) }, period)).first;
  }
  if (first === null) return { start: 0, end: 0 };
  let last: number | null = null;
  for (; last === null && end > first; end -= PAGE)
    last = (await pageOfPeriod(session, { start: Math.max(first, end - PAGE), end }, period)).last;
  return { start: first, end: (last ?? first) + 1 };
}
