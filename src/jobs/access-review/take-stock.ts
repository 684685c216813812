import type { AccountState } from '../../access-review/line.ts';
import { AccountState as AccountStateShape } from '../../access-review/line.ts';
import { type Known, type Review, type ReviewInput, reviewOf } from '../../access-review/review.ts';
import type { Facts } from '../../decision/facts.ts';
import type { Want } from '../../decision/lookups.ts';
import { factsOf } from '../../findings/matter.ts';
import { type AskedAbout, readAccount } from '../../github/accounts.ts';
import { answerWants, withAnswers } from '../../github/answer-wants.ts';
import type { Installation, Purpose } from '../../github/client.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Knowledge } from '../../store/knowledge.ts';
import { loadBindings, loadLookups, saveLookups } from '../../store/lookups.ts';
import { loadKnown } from '../../store/role-uses.ts';

/** Where a review takes place, and the policy that it is of. */
export type Subject = {
  readonly repository: { readonly id: number; readonly server: string; readonly owner: string; readonly name: string };
  readonly policy: Policy;
  /** The commit that the policy was read at. */
  readonly head: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly nextAt: number;
  /** Whether what was read of people within the last hour may be gone on from: a budget that is spent on the way puts the rest off. */
  readonly resumes: boolean;
};

/** Reads who may sign what at this moment: teams and people from GitHub, what they have done from the database. */
export async function takeStock(
  knowledge: Knowledge,
  installation: Installation,
  subject: Subject,
  purpose: Purpose,
): Promise<Review> {
  const { policy, nextAt, now } = subject;
  const known = await knowledge.read<Known | null>((within) => loadKnown(within, new Date(now)), null);
  const facts = await bareFacts(knowledge, subject);
  const bare: ReviewInput = { policy, facts, nextAt, accounts: {}, known };
  const informed = await answered(bare, installation, purpose);
  const { people, named } = reviewOf(informed);
  const isNamed = new Set(named.map(({ id }) => id));
  const asked = people.map((person) => ({
    person,
    organization: isNamed.has(person.id) ? subject.repository.owner : null,
  }));
  const accounts = await readAccounts(knowledge, installation, asked, { purpose, resumes: subject.resumes });
  return reviewOf({ ...informed, accounts });
}

/** Nothing but where it is, and what names are bound to. */
export async function bareFacts(
  knowledge: Knowledge,
  { repository, head, now }: Pick<Subject, 'repository' | 'head' | 'now'>,
): Promise<Facts> {
  const bindings = await knowledge.read(loadBindings, {});
  return factsOf(repository, { head, at: new Date(now).toISOString() }, bindings);
}

async function answered(input: ReviewInput, installation: Installation, purpose: Purpose): Promise<ReviewInput> {
  const { wants } = reviewOf(input);
  return { ...input, facts: await withWants(input.facts, installation, wants, purpose) };
}

/** Facts with answers about users and teams, which is all that is wanted here. */
export async function withWants(
  facts: Facts,
  installation: Installation,
  wants: readonly Want[],
  purpose: Purpose,
): Promise<Facts> {
  if (wants.length === 0) return facts;
  const { repository, pull } = facts;
  const place = {
    owner: repository.owner,
    repository: repository.name,
    pull: pull.number,
    head: pull.head,
    headSha: pull.headSha,
    baseSha: pull.baseSha,
    fork: false,
    changedFiles: 0,
  };
  const answers = await answerWants(installation, place, wants, purpose);
  return { ...facts, lookups: withAnswers(facts.lookups, answers) };
}

/** Who was asked about so long ago is asked about again: enough for a large organization to be gone through in several turns. */
const FRESH_MS = 3_600_000;
/** As many as are asked about before what is known is kept. */
const BATCH = 20;

/** One call for each person, so that what has been read is kept: a spent budget puts the rest off and repeats nothing. */
async function readAccounts(
  knowledge: Knowledge,
  installation: Installation,
  asked: readonly AskedAbout[],
  { purpose, resumes }: { readonly purpose: Purpose; readonly resumes: boolean },
): Promise<Readonly<Record<string, AccountState>>> {
  const keyOf = ({ person, organization }: AskedAbout) => `account:${person.id}:${organization ?? ''}`;
  const since = new Date(installation.now() - FRESH_MS);
  const keys = resumes ? asked.map(keyOf) : [];
  const stored = await knowledge.read((within) => loadLookups(within, keys, since), []);
  const found = new Map<number, AccountState>();
  for (const { value } of stored) {
    const state = AccountStateShape.parse(value);
    found.set(state.id, state);
  }
  const missing = asked.filter(({ person }) => !found.has(person.id));
  for (let start = 0; start < missing.length; start += BATCH) {
    const some = missing.slice(start, start + BATCH);
    const results = await Promise.allSettled(some.map((one) => readAccount(installation, one, purpose)));
    const read = results.flatMap((result, index) => {
      const one = some[index];
      return result.status === 'fulfilled' && one !== undefined ? [{ key: keyOf(one), value: result.value }] : [];
    });
    const at = new Date(installation.now()).toISOString();
    await knowledge.keep((within) =>
      saveLookups(
        within,
        read.map((one) => ({ ...one, at })),
      ),
    );
    for (const { value } of read) found.set(value.id, value);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  return Object.fromEntries([...found].map(([id, state]) => [`${id}`, state]));
}
