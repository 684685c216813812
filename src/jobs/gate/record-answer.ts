import type { Actor } from '../../audit/entry.ts';
import type { GateAnswer } from '../../deployment/judge.ts';
import type { Session } from '../../store/database.ts';
import { saveAnswer } from '../../store/gate.ts';
import { type Recorded, record } from '../../store/ledger.ts';
import type { Deps } from '../deps.ts';
import { entryHead } from '../entry-head.ts';
import type { RepositoryLocator } from '../job.ts';

export type Decided = {
  readonly id: number;
  readonly locator: RepositoryLocator;
  readonly source: 'github' | 'api';
  readonly run: number | null;
  readonly environment: string;
  /** The commit that was asked about; empty where nobody could say which. */
  readonly sha: string;
  readonly actor: Actor;
  readonly answer: GateAnswer;
};

/** Writes an answer down, in the ledger first, within the transaction of `session`: nobody is told what is not recorded. */
export async function recordAnswer(deps: Deps, session: Session, decided: Decided): Promise<Recorded> {
  const { locator, answer, sha } = decided;
  const at = new Date(deps.now());
  const recorded = await record(session, {
    ...entryHead(locator, at.toISOString()),
    kind: 'deployment-gated',
    pull: null,
    head: sha,
    actor: decided.actor,
    deliveries: [],
    details: {
      source: decided.source,
      run: decided.run,
      environment: decided.environment,
      allowed: answer.allowed,
      reasons: answer.reasons,
      uncovered: answer.uncovered,
      pulls: answer.pulls,
      start: answer.start,
      total: answer.total,
    },
  });
  await saveAnswer(session, decided.id, { answer, sha: sha === '' ? null : sha, entryId: recorded.id, at });
  deps.metrics.gates.inc({ source: decided.source, outcome: answer.allowed ? 'allowed' : 'refused' });
  deps.log.info(
    {
      tenant: locator.tenant,
      repository: locator.repositoryId,
      environment: decided.environment,
      sha,
      allowed: answer.allowed,
      reasons: answer.reasons.map(({ code }) => code),
    },
    'gated a deployment',
  );
  return recorded;
}
