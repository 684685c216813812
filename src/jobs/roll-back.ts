import { findCommands } from '../commands/find.ts';
import type { Facts } from '../decision/facts.ts';
import { type RollBack, rollBackOf } from '../decision/roll-back.ts';
import type { Account } from '../decision/values.ts';
import { answerWants, withAnswers } from '../github/answer-wants.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import { type Session, transact } from '../store/database.ts';
import { latestFacts } from '../store/decisions.ts';
import { knowledgeOf } from '../store/knowledge.ts';
import { openRemarks } from '../store/remarks.ts';
import type { Deps } from './deps.ts';
import type { PullLocator } from './job.ts';
import { lastValidPolicy } from './policy-in-force.ts';

/** Names, then people: two steps, and as many again. */
const MOST_ROUNDS = 4;

/**
 * Who may say of a merged pull request that it has failed, and whom to call; null where nobody says so, or nothing was ever decided.
 * Reads people from GitHub, so it comes before the transaction in which commands are judged.
 */
export async function rollBackFor(deps: Deps, session: Session, locator: PullLocator): Promise<RollBack | null> {
  const { speakers, facts } = await transact(session, locator.tenant, async (within) => {
    const remarks = await openRemarks(within, locator.repositoryId, locator.pull);
    const asking = remarks.filter(({ body }) => findCommands(body).some(({ word }) => word === 'rollback'));
    return {
      speakers: asking.map(({ by }) => by),
      facts: await latestFacts(within, locator.repositoryId, locator.pull),
    };
  });
  if (speakers.length === 0 || facts === null) return null;
  const effective = await lastValidPolicy(knowledgeOf(session, locator.tenant), locator.repositoryId);
  if (effective === undefined) return null;
  return peopleFor(deps, locator, { effective, facts, speakers });
}

type Asked = {
  readonly effective: EffectivePolicy;
  /** Those of the last decision. */
  readonly facts: Facts;
  /** Who says that it has failed. */
  readonly speakers: readonly Account[];
};

/** Who may say so and whom to call, as people are now. */
export async function peopleFor(
  deps: Deps,
  locator: PullLocator,
  { effective, facts, speakers }: Asked,
): Promise<RollBack> {
  let known = asOfNow(facts, new Date(deps.now()).toISOString());
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { wants } = rollBackOf(effective, known, speakers);
    if (wants.length === 0) break;
    const installation = deps.github.installation(locator.tenant, locator.installation);
    const answers = await answerWants(installation, placeOf(locator, known), wants, 'facts');
    known = { ...known, lookups: withAnswers(known.lookups, answers) };
  }
  return rollBackOf(effective, known, speakers);
}

/** What was known of people then is no authority now. */
export function asOfNow(facts: Facts, at: string): Facts {
  const { teams: _teams, users: _users, people: _people, ...lookups } = facts.lookups;
  return { ...facts, at, lookups, interventions: [] };
}

export function placeOf(locator: PullLocator, { pull, files }: Facts) {
  return {
    owner: locator.owner,
    repository: locator.repository,
    pull: locator.pull,
    head: pull.head,
    headSha: pull.headSha,
    baseSha: pull.baseSha,
    fork: pull.forkOwner !== null,
    changedFiles: files.total,
  };
}
