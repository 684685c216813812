import type { Openings } from '../audit/commitment.ts';
import type { Session } from '../store/database.ts';
import { entriesFrom, openingsOf, type PlacedEntry } from '../store/exports.ts';
import type { Range } from './audit-scope.ts';

export type OpenEntry = PlacedEntry & {
  /** Parsed; undefined where somebody has made it unreadable. */
  readonly value: unknown;
  /** What opens the commitments of its page. */
  readonly openings: Openings;
};

const PAGE = 500;

/** The entries of a range, a page at a time, with what opens their commitments. */
export async function* entriesOf(
  session: Session,
  { start, end }: Range,
  opens: boolean,
): AsyncGenerator<readonly OpenEntry[]> {
  for (let at = start; at < end; ) {
    const page = await entriesFrom(session, at, end, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield await withOpenings(session, page, opens);
    at = last.index + 1;
  }
}

/** The same entries with what opens their commitments. */
export async function withOpenings<Found extends { readonly entry: string }>(
  session: Session,
  page: readonly Found[],
  opens: boolean,
): Promise<readonly (Found & { readonly value: unknown; readonly openings: Openings })[]> {
  const values = page.map(({ entry }) => parsed(entry));
  const openings = opens ? await openingsOf(session, values) : {};
  return page.map((found, at) => ({ ...found, value: values[at], openings }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
