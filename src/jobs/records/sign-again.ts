import type { Facts } from '../../decision/facts.ts';
import { type SignedAgain, signedAgain } from '../../follow-up/signed-again.ts';
import { answerWants, withAnswers } from '../../github/answer-wants.ts';
import { queriedFacts } from '../../github/facts.ts';
import { type Session, transact } from '../../store/database.ts';
import { latestFacts } from '../../store/decisions.ts';
import type { OpenDelivery } from '../../store/deliveries.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { record } from '../../store/ledger.ts';
import { loadMemory } from '../../store/pulls.ts';
import { enqueue } from '../../store/queue.ts';
import { recordOf, type StoredRecord, saveAct } from '../../store/records.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import { followUpJob, type PullLocator } from '../job.ts';
import type { Seen } from '../look.ts';
import { effectiveOf } from '../policy-in-force.ts';
import { asOfNow, placeOf } from '../roll-back.ts';

/** Names, people, files and what else a decision asks for: as many steps as a decision takes. */
const MOST_ROUNDS = 6;

export type Again = { readonly stored: StoredRecord; readonly signed: SignedAgain & { readonly at: string } };

/**
 * Whether the people of the plan have signed a merged change again since it failed; null where nothing has failed, or seats are open.
 * Reads people from GitHub as they are now, so it comes before the transaction that writes it down.
 */
export async function signedAgainFor(
  deps: Deps,
  session: Session,
  locator: PullLocator,
  seen: Seen,
): Promise<Again | null> {
  const { stored, facts, memory } = await transact(session, locator.tenant, async (within) => ({
    stored: await recordOf(within, locator),
    facts: await latestFacts(within, locator.repositoryId, locator.pull),
    memory: await loadMemory(within, locator.repositoryId, locator.pull),
  }));
  if (stored === null || facts === null || stored.failedAt === null) return null;
  const effective = await effectiveOf(knowledgeOf(session, locator.tenant), stored.policy);
  if (effective === undefined) return null;
  const { reviews, dismissals } = queriedFacts(deps.github.server, seen.answer.repository, seen.pull, []);
  const { history, deliveredReviews } = memory;
  let known: Facts = {
    ...asOfNow(facts, new Date(deps.now()).toISOString()),
    reviews,
    dismissals,
    history,
    deliveredReviews: [...deliveredReviews],
    interventions: facts.interventions,
  };
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { wants } = signedAgain(effective, known, stored.failedAt);
    if (wants.length === 0) break;
    const answers = await answerWants(seen.installation, placeOf(locator, known), wants, 'facts');
    known = { ...known, lookups: withAnswers(known.lookups, answers) };
  }
  const signed = signedAgain(effective, known, stored.failedAt);
  return signed.at === null ? null : { stored, signed: { ...signed, at: signed.at } };
}

/** Opens the record again: its times start anew, and what the policy asks for after the merge is awaited once more. */
export async function reopenRecord(
  deps: Deps,
  session: Session,
  { stored, signed }: Again,
  deliveries: readonly OpenDelivery[],
): Promise<void> {
  const { id, locator, head } = stored;
  const by = signed.by.map(({ id: account, login }) => ({ id: account, login }));
  const act = { kind: 'reopening', key: signed.at, at: signed.at, details: { by } } as const;
  if (!(await saveAct(session, id, act))) return;
  await record(session, {
    ...entryHead(locator, new Date(deps.now()).toISOString()),
    kind: 'record-reopened',
    pull: locator.pull,
    head,
    actor: { kind: 'app' },
    deliveries: deliveries.map(({ guid }) => guid),
    details: { signedBy: by, since: signed.at },
  });
  await enqueue(session, followUpJob(locator));
}
