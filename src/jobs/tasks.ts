import { bringReviewForward } from './access-review/bring-forward.ts';
import { tryPolicy } from './backtest/try-policy.ts';
import { adopt } from './branches/adopt.ts';
import { watchBranch } from './branches/watch.ts';
import { close } from './close.ts';
import type { Deps } from './deps.ts';
import { evaluate } from './evaluate.ts';
import { fanOut } from './fan-out.ts';
import { findForeign } from './findings/foreign.ts';
import { lookAtRules } from './findings/look-at-rules.ts';
import { forOurs } from './for-ours.ts';
import { answerQuestion, takeQuestion } from './gate/answer-question.ts';
import { confirm } from './installation.ts';
import { decideGroup } from './merge-queue/decide-group.ts';
import { endGroup } from './merge-queue/end-group.ts';
import { sendNotification } from './notify.ts';
import { publish, verifyCheck } from './publish.ts';
import { bringFindingForward, bringForward } from './reconcile.ts';
import { escalate } from './records/escalate.ts';
import { findRevert } from './records/find-revert.ts';
import { followUpRecords } from './records/follow.ts';
import { takeDeployment, takeRun } from './records/seen.ts';
import { remind } from './remind.ts';
import { reply } from './reply.ts';
import { requestReviews } from './request-reviews.ts';
import { sweep } from './sweep/sweep.ts';
import { withdrawGroupOnTrouble, withdrawOnTrouble } from './trouble.ts';
import type { Tasks } from './worker.ts';

/** The tasks of the queue. */
export function createTasks(deps: Deps): Tasks {
  return {
    evaluate: (locator, attempt) => withdrawOnTrouble(deps, locator, attempt, () => evaluate(deps, locator)),
    reconcile: (locator) => bringForward(deps, locator),
    'reconcile-finding': (key) => bringFindingForward(deps, key),
    'foreign-check': (found) => forOurs(deps, found.locator, () => findForeign(deps, found)),
    reply: (locator) => forOurs(deps, locator, () => reply(deps, locator)),
    'request-reviews': (locator) => forOurs(deps, locator, () => requestReviews(deps, locator)),
    remind: (locator) => forOurs(deps, locator, () => remind(deps, locator)),
    close: (payload) => close(deps, payload),
    adopt: (locator) => forOurs(deps, locator, () => adopt(deps, locator)),
    protection: (asked) => forOurs(deps, asked.locator, () => takeQuestion(deps, asked)),
    gate: (question) => answerQuestion(deps, question),
    'watch-branch': (pushed) => forOurs(deps, pushed.locator, () => watchBranch(deps, pushed)),
    'merge-group': (payload, attempt) =>
      withdrawGroupOnTrouble(deps, payload.group, attempt, () => decideGroup(deps, payload)),
    'end-group': (payload) => endGroup(deps, payload),
    'deployment-seen': (seen) => takeDeployment(deps, seen),
    'run-seen': (seen) => takeRun(deps, seen),
    'follow-up': (which) => forOurs(deps, which.locator, () => followUpRecords(deps, which)),
    escalate: (record) => escalate(deps, record),
    'find-revert': (merge) => forOurs(deps, merge.locator, () => findRevert(deps, merge)),
    'fan-out': (payload) => fanOut(deps, payload),
    installation: (payload) => confirm(deps, payload),
    sweep: (part) => sweep(deps, part),
    'look-at-rules': (changed) => forOurs(deps, changed.locator, () => lookAtRules(deps, changed)),
    'access-review': (locator) => forOurs(deps, locator, () => bringReviewForward(deps, locator)),
    publish: (key) => publish(deps, key),
    'verify-check': (key) => verifyCheck(deps, key),
    notify: (key) => sendNotification(deps, key),
    backtest: (payload) => tryPolicy(deps, payload),
  };
}
