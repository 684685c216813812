import type { CommentFact } from './listed.ts';
import { type Manifest, type ParsedManifest, parseManifest } from './manifest.ts';
import type { Reader } from './reader.ts';
import { epochOf } from './time.ts';
import { type Account, isComplete } from './values.ts';

/** The manifest in force, who supplied it, and since when it has said what it says. */
export type Supplied = {
  readonly parsed: ParsedManifest;
  readonly by: Account | null;
  readonly where: 'the description' | 'a comment';
  /** Nobody has changed it since this instant. */
  readonly since: number;
};

/**
 * The newest valid manifest: in the description, or, where a machine writes none, in a comment by a person who may
 * write here. If none is valid, what is wrong with the newest. Comments are only looked at where something hangs on them.
 */
export function suppliedManifest(reader: Reader, isNeeded: boolean): Supplied {
  const { pull } = reader.facts;
  const body: Supplied = {
    parsed: parseManifest(pull.body),
    by: pull.author,
    where: 'the description',
    since: pull.bodyEditedAt === null ? epochOf(pull.createdAt) : endOfSecond(pull.bodyEditedAt),
  };
  const supplied = [body, ...(isNeeded ? inComments(reader) : [])].sort((one, other) => other.since - one.since);
  const written = supplied.filter(({ parsed }) => parsed.kind !== 'absent');
  return written.find(({ parsed }) => parsed.kind === 'valid') ?? written[0] ?? body;
}

export function manifestOf({ parsed }: Supplied): Manifest {
  return parsed.kind === 'valid' ? parsed.manifest : {};
}

function inComments(reader: Reader): readonly Supplied[] {
  return commentsOf(reader).flatMap((comment) => {
    const { author, body, createdAt, editedAt } = comment;
    if (author === null || author.kind !== 'user') return [];
    const parsed = parseManifest(body);
    if (parsed.kind === 'absent' || !mayWrite(author, reader)) return [];
    return [{ parsed, by: author, where: 'a comment' as const, since: endOfSecond(editedAt ?? createdAt) }];
  });
}

/** GitHub tells whole seconds: an edit in the second of an approval may have come after it (T42). */
function endOfSecond(instant: string): number {
  return epochOf(instant) + 999;
}

function mayWrite({ id, login }: Account, reader: Reader): boolean {
  const person = reader.read('people', `${id}`, login);
  return person !== undefined && ['write', 'maintain', 'admin'].includes(person.permission) && !person.suspended;
}

function commentsOf(reader: Reader): readonly CommentFact[] {
  const { comments } = reader.facts;
  if (isComplete(comments)) return comments.items;
  const all = reader.read('comments', 'pull');
  if (all === undefined) return comments.items;
  if (!isComplete(all)) {
    const message = `Only ${all.items.length} of ${all.total} comments could be read.`;
    reader.cannotKnow({ code: 'fact-truncated', message });
  }
  return all.items;
}
