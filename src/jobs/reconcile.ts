import { judgeReconciling, statementOf } from '../commands/judge-reconciling.ts';
import { type Speech, speechesOf } from '../commands/speech.ts';
import { timezoneOf } from '../commands/timezone.ts';
import { type ReconciliationInput, reconcile, type Statement } from '../decision/reconciliation.ts';
import { headOf, passedAt } from '../findings/matter.ts';
import { answerWants, withAnswers } from '../github/answer-wants.ts';
import { loadReviewOn } from '../store/access-reviews.ts';
import { type Session, transact, withTenant } from '../store/database.ts';
import { loadFinding } from '../store/findings.ts';
import { loadReconciliations, type StoredReconciliation } from '../store/reconciliations.ts';
import { openRemarks, type StoredRemark, settleRemarks, takenStatements } from '../store/remarks.ts';
import { bringReviewForward } from './access-review/bring-forward.ts';
import { belongs } from './belongs.ts';
import type { Deps } from './deps.ts';
import { toReconcile } from './findings/to-reconcile.ts';
import { forOurs } from './for-ours.ts';
import type { JudgedSpeech } from './hear.ts';
import type { FindingKey, PullLocator } from './job.ts';
import { ensureIssue } from './reconciliation-issue.ts';
import { type PolicyFor, policyFor } from './reconciliation-policy.ts';
import { recordReconciliation } from './record-reconciliation.ts';
import { pullLock, withLock } from './with-lock.ts';

const BUSY_MS = 100;
/** Names, then people: two steps, and as many again. */
const MOST_ROUNDS = 4;

/**
 * Brings the reconciliations of a pull request forward, or the one that an issue is about, or an access review: opens its issue, hears what was said there,
 * decides, and says what it comes to. It comes again when it is due.
 */
export async function bringForward(deps: Deps, asked: PullLocator): Promise<void> {
  const { tenant, repositoryId, pull: number, installation } = asked;
  const { glasses, finding, review } = await withTenant(deps.database, tenant, async (session) => ({
    glasses: await loadReconciliations(session, tenant, repositoryId, number),
    finding: await loadFinding(session, tenant, { repositoryId, issue: number }),
    review: await loadReviewOn(session, tenant, { repositoryId, issue: number }),
  }));
  if (finding !== null) return bringFindingForward(deps, { tenant, finding: finding.id });
  if (review !== null) return forOurs(deps, asked, () => bringReviewForward(deps, asked, number));
  const [first] = glasses;
  if (first === undefined) return withTenant(deps.database, tenant, (session) => leaveAlone(session, asked));
  await withLock(deps.database, pullLock({ repositoryId, pull: first.matter.pull }), BUSY_MS, async (session) => {
    const present = await transact(session, tenant, (within) =>
      loadReconciliations(within, tenant, repositoryId, number),
    );
    for (const one of present)
      await bringOneForward(deps, session, { ...one, locator: { ...one.locator, installation } });
  });
}

/** The same for one finding. */
export async function bringFindingForward(deps: Deps, { tenant, finding: id }: FindingKey): Promise<void> {
  await withLock(deps.database, `reconcile-finding:${tenant}:${id}`, BUSY_MS, async (session) => {
    const found = await transact(session, tenant, (within) => loadFinding(within, tenant, { id }));
    if (found !== null) await bringOneForward(deps, session, await toReconcile(deps, session, found));
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
  const { locator, matter } = stored;
  if (!(await belongs(deps, session, locator))) return;
  const policy = await policyFor(session, stored);
  const timezone = policy === null ? 'UTC' : timezoneOf({ kind: 'valid', effective: policy.effective });
  const at = new Date(deps.now()).toISOString();
  const asked = policy === null ? null : await informed(deps, stored, bareInput(stored, policy, at));
  // What was put right before anybody was asked needs nobody.
  if (stored.issue === null && stored.state === 'mended') return;
  const issue = await ensureIssue(deps, session, stored, { reconciled: asked && reconcile(asked), timezone });
  const { remarks, statements } = await transact(session, locator.tenant, async (within) => ({
    remarks: await openRemarks(within, locator.repositoryId, issue),
    statements: await takenStatements(within, locator.repositoryId, issue),
  }));
  const place = { timezone, repository: `${locator.owner}/${locator.repository}`, server: deps.github.server };
  const said = remarks.flatMap((remark) =>
    speechesOf({ ...remark, head: headOf(matter) }, place).map((speech) => ({ speech, remark })),
  );
  const isOpen = stored.state === 'open';
  const fresh = isOpen ? said.flatMap(({ speech }) => statementOf(speech) ?? []) : [];
  const input = asked && (await informed(deps, stored, { ...asked, statements: [...statements, ...fresh] }));
  const reconciled = input && reconcile(input);
  const before = isOpen ? 'open' : stored.state === 'mended' ? 'mended' : 'settled';
  const judged = said.map(({ speech, remark }) =>
    judgedSpeech(speech, remark, judgeReconciling(speech, { matter, reconciled, before })),
  );
  await recordReconciliation(deps, session, { stored, issue, reconciled, policy, timezone, at, remarks, judged });
}

function bareInput(stored: StoredReconciliation, { policy }: PolicyFor, at: string): ReconciliationInput {
  const { matter, facts, letPass, contributors, unknown } = stored;
  return {
    policy,
    facts: { ...facts, at, lookups: {}, interventions: [] },
    passedAt: passedAt(matter),
    letPass,
    contributors,
    unknown,
    statements: [],
  };
}

function judgedSpeech(speech: Speech, remark: StoredRemark, outcome: JudgedSpeech['outcome']): JudgedSpeech {
  const heard = speech.read.ok
    ? ({ kind: 'word', command: speech.read.command } as const)
    : ({ kind: 'problem', problem: speech.read.problem } as const);
  return { speech, remark, heard, outcome, ...statementPart(speech) };
}

function statementPart(speech: Speech): { statement?: Pick<Statement, 'verdict' | 'rationale'> } {
  const statement = statementOf(speech);
  return statement === undefined ? {} : { statement: { verdict: statement.verdict, rationale: statement.rationale } };
}

/** Who may sit where is read as it is now, every time. */
async function informed(
  deps: Deps,
  { locator, matter }: StoredReconciliation,
  input: ReconciliationInput,
): Promise<ReconciliationInput> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const { pull } = input.facts;
  const place = {
    owner: locator.owner,
    repository: locator.repository,
    pull: matter.kind === 'glass' ? matter.pull : pull.number,
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
