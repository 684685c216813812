import { judgeReconciling, statementOf } from '../commands/judge-reconciling.ts';
import { speechesOf } from '../commands/speech.ts';
import { timezoneOf } from '../commands/timezone.ts';
import { type ReconciliationInput, reconcile, type Statement } from '../decision/reconciliation.ts';
import { answerWants, withAnswers } from '../github/answer-wants.ts';
import { hasBreakGlass } from '../policy/policy.ts';
import { type Session, transact, withTenant } from '../store/database.ts';
import { knowledgeOf } from '../store/knowledge.ts';
import { loadReconciliations, type StoredReconciliation } from '../store/reconciliations.ts';
import { openRemarks, settleRemarks, takenStatements } from '../store/remarks.ts';
import type { Deps } from './deps.ts';
import type { JudgedSpeech } from './hear.ts';
import type { PullLocator } from './job.ts';
import { effectiveOf } from './policy-in-force.ts';
import { ensureIssue } from './reconciliation-issue.ts';
import { recordReconciliation } from './record-reconciliation.ts';
import { pullLock, withLock } from './with-lock.ts';

const BUSY_MS = 100;
/** Names, then people: two steps, and as many again. */
const MOST_ROUNDS = 4;

/**
 * Brings the reconciliations of a pull request forward, or the one that an issue is about: opens its issue, hears what was said there,
 * decides, and says what it comes to. It comes again when it is due.
 */
export async function bringForward(deps: Deps, asked: PullLocator): Promise<void> {
  const { tenant, repositoryId, pull: number, installation } = asked;
  const found = await withTenant(deps.database, tenant, (session) =>
    loadReconciliations(session, tenant, repositoryId, number),
  );
  const [first] = found;
  if (first === undefined) return withTenant(deps.database, tenant, (session) => leaveAlone(session, asked));
  await withLock(deps.database, pullLock(first.locator), BUSY_MS, async (session) => {
    const present = await transact(session, tenant, (within) =>
      loadReconciliations(within, tenant, repositoryId, number),
    );
    for (const one of present)
      await bringOneForward(deps, session, { ...one, locator: { ...one.locator, installation } });
  });
}

/** Slash lines on an issue that is none of ours are meant for somebody else. */
async function leaveAlone(session: Session, { repositoryId, pull: number }: PullLocator): Promise<void> {
  const remarks = await openRemarks(session, repositoryId, number);
  await settleRemarks(
    session,
    remarks.map(({ id }) => id),
  );
}

async function bringOneForward(deps: Deps, session: Session, stored: StoredReconciliation): Promise<void> {
  const { locator, glass, facts, contributors } = stored;
  const effective = await effectiveOf(knowledgeOf(session, locator.tenant), stored.policy);
  const policy = effective?.layers.map((layer) => layer.policy).find(hasBreakGlass);
  if (effective === undefined || policy === undefined) throw new Error('the policy of a broken glass is not kept');
  const timezone = timezoneOf({ kind: 'valid', effective });
  const at = new Date(deps.now()).toISOString();
  const bare = { policy, facts: { ...facts, at, lookups: {}, interventions: [] }, glass, contributors, statements: [] };
  const asked = await informed(deps, stored, bare);
  const issue = await ensureIssue(deps, session, stored, reconcile(asked), timezone);
  const { remarks, statements } = await transact(session, locator.tenant, async (within) => ({
    remarks: await openRemarks(within, locator.repositoryId, issue),
    statements: await takenStatements(within, locator.repositoryId, issue),
  }));
  const place = { timezone, repository: `${locator.owner}/${locator.repository}`, server: deps.github.server };
  const speeches = remarks.flatMap((remark) =>
    speechesOf({ ...remark, head: glass.head }, place).map((speech) => ({ speech, remark })),
  );
  const isOpen = stored.state === 'open';
  const said = isOpen ? speeches.flatMap(({ speech }) => statementOf(speech) ?? []) : [];
  const input = await informed(deps, stored, { ...asked, statements: [...statements, ...said] });
  const reconciled = reconcile(input);
  const judged = speeches.map(({ speech, remark }): JudgedSpeech => {
    const outcome = judgeReconciling(speech, locator.pull, reconciled, isOpen ? 'open' : 'settled');
    const heard = speech.read.ok
      ? ({ kind: 'word', command: speech.read.command } as const)
      : ({ kind: 'problem', problem: speech.read.problem } as const);
    return { speech, remark, heard, outcome, ...statementPart(speech) };
  });
  await recordReconciliation(deps, session, {
    stored,
    issue,
    reconciled,
    timezone,
    at,
    remarks,
    judged,
    channels: effective.layers[0].policy.notify,
  });
}

function statementPart(speech: JudgedSpeech['speech']): { statement?: Pick<Statement, 'verdict' | 'rationale'> } {
  const statement = statementOf(speech);
  return statement === undefined ? {} : { statement: { verdict: statement.verdict, rationale: statement.rationale } };
}

/** Who may sit where is read as it is now, every time. */
async function informed(
  deps: Deps,
  { locator }: StoredReconciliation,
  input: ReconciliationInput,
): Promise<ReconciliationInput> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const { pull } = input.facts;
  const place = {
    owner: locator.owner,
    repository: locator.repository,
    pull: locator.pull,
    head: pull.head,
    headSha: pull.headSha,
    baseSha: pull.baseSha,
    fork: pull.forkOwner !== null,
    changedFiles: input.facts.files.total,
  };
  let known = input;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { wants } = reconcile(known);
    if (wants.length === 0) return known;
    const answers = await answerWants(installation, place, wants, 'facts');
    known = { ...known, facts: { ...known.facts, lookups: withAnswers(known.facts.lookups, answers) } };
  }
  return known;
}
