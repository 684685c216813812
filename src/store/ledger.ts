import { canonicalJson } from '../audit/canonical.ts';
import type { Entry } from '../audit/entry.ts';
import { sealed, type Words, wordsIn } from '../audit/personal.ts';
import { leafHashOf } from '../audit/tree.ts';
import type { Session } from './database.ts';

export type Recorded = { readonly id: string; readonly leaf: string };

/**
 * Appends an entry within the transaction of `session`, with commitments in place of personal texts. Returns its number and, in hex, its
 * leaf hash.
 */
export async function record(session: Session, entry: Entry): Promise<Recorded> {
  const commitments = await commitTo(session, wordsIn(entry));
  let next = 0;
  const text = canonicalJson(
    sealed(entry, () => {
      const commitment = commitments[next];
      next += 1;
      if (commitment === undefined) throw new Error('a text of an entry has no commitment');
      return { commitment };
    }),
  );
  const leaf = leafHashOf(text);
  const { rows } = await session.query<{ readonly id: string }>({
    name: 'record',
    text: `insert into countersign.ledger (tenant_id, kind, repository_id, pull_number, entry, leaf_hash)
      values ($1, $2, $3, $4, $5, $6) returning entry_id::text as id`,
    values: [entry.tenant, entry.kind, entry.repository.id, entry.pull, text, leaf],
  });
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('the ledger did not say which entry it made');
  return { id, leaf: leaf.toString('hex') };
}

async function commitTo(session: Session, words: readonly Words[]): Promise<readonly string[]> {
  if (words.length === 0) return [];
  const { rows } = await session.query<{ readonly commitment: string }>({
    name: 'commit-to',
    text: 'select commitment from countersign.commit_to($1, $2)',
    values: [words.map(({ value }) => value), words.map(({ account }) => account)],
  });
  return rows.map(({ commitment }) => commitment);
}

/** The leaf, in hex, of the ledger entry that a question about a deployment was decided by. */
export async function leafOfQuestion(session: Session, question: number): Promise<string> {
  const { rows } = await session.query<{ readonly leaf: string }>(
    `select encode(l.leaf_hash, 'hex') as leaf
       from countersign.gate_questions q
       join countersign.ledger l on l.tenant_id = q.tenant_id and l.entry_id = q.ledger_entry_id
      where q.tenant_id = countersign.tenant() and q.question_id = $1`,
    [question],
  );
  return rows[0]?.leaf ?? '';
}
