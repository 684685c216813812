import { opened } from '../audit/commitment.ts';
import { ocsfEvent } from '../audit/ocsf.ts';
import { leafHashOf } from '../audit/tree.ts';
import type { Session } from '../store/database.ts';
import { keepsPersonalData } from '../store/exports.ts';
import type { Range, Scope } from './audit-scope.ts';
import { entriesOf } from './export-entries.ts';
import type { Exported } from './export-ndjson.ts';
import type { Output } from './output.ts';
import type { Progress } from './progress.ts';

/** One event of the Open Cybersecurity Schema Framework for each entry of a range. */
export async function exportOcsf(
  session: Session,
  { origin }: Scope,
  range: Range,
  output: Output,
  progress: Progress,
): Promise<Exported> {
  const opens = await keepsPersonalData(session);
  let [count, unread] = [0, 0];
  for await (const page of entriesOf(session, range, opens)) {
    const events = page.map(({ index, entry, value, openings }) =>
      ocsfEvent({ index, origin, leaf: leafHashOf(entry).toString('hex'), value: opened(value, openings) }),
    );
    const lines = events.flatMap((event) => (event === undefined ? [] : [`${JSON.stringify(event)}\n`]));
    await output.write(lines.join(''));
    unread += page.length - lines.length;
    count += lines.length;
    progress.at(count, range.end - range.start);
  }
  const problems = unread === 0 ? [] : [`${unread} of the entries have not the form of an entry, and are left out.`];
  return { count, problems };
}
