import type { Untitled } from './decide-layer.ts';
import type { Decision, NextSteps } from './decision.ts';
import { shortened } from './escape.ts';
import { epochOf, inWords } from './time.ts';

/** Puts into words what a decision comes to: one line that says what is next, and what each side can do. */
export function titled(untitled: Untitled): Decision {
  return { ...untitled, title: titleOf(untitled), next: nextOf(untitled) };
}

/** Check titles are cut by GitHub's pages; what is next comes first. */
const longest = 200;

function titleOf(decision: Untitled): string {
  return shortened(wordsOf(decision), longest);
}

function wordsOf(decision: Untitled): string {
  const { state, reasons, plan, glass, exceptions } = decision;
  const first = reasons[0]?.message ?? '';
  switch (state) {
    case 'ungoverned':
      return 'Not a remediation proposal';
    case 'policy-invalid':
      return `The policy is invalid: ${first}`;
    case 'facts-incomplete':
      return `Cannot decide: ${first}`;
    case 'misrouted':
      return 'An engineer must author this change';
    case 'incomplete':
      return `Incomplete: ${first}`;
    case 'rejected':
      return first;
    case 'deferred':
      return first;
    case 'unfillable':
      return first;
    case 'waiting':
      return waitingTitle(decision);
    case 'held':
      return `Held: ${first}`;
    case 'overridden':
      return `The glass was broken by ${glass?.by.login ?? 'somebody'} for ${glass?.incident ?? 'an incident'}`;
    case 'approved':
      return approvedTitle(plan.length, exceptions.length);
  }
}

function approvedTitle(stages: number, exceptions: number): string {
  const how = stages === 0 ? 'Pre-approved standard change' : `Approved: ${stages} of ${stages} stages complete`;
  return exceptions === 0 ? how : `${how}, under an exception`;
}

function waitingTitle({ plan, reasons }: Untitled): string {
  const complete = plan.filter((stage) => stage.complete).length;
  const stage = plan.find((candidate) => !candidate.complete);
  if (stage === undefined) return `Waiting: ${reasons[0]?.message ?? ''}`;
  const counted = new Map<string, number>();
  for (const { label, filledBy } of stage.seats)
    if (filledBy === null) counted.set(label, (counted.get(label) ?? 0) + 1);
  const names = [...counted].map(([label, count]) => (count === 1 ? label : `${count} × ${label}`));
  return `Waiting for ${names.join(', ')} (${complete} of ${plan.length} stages complete)`;
}

function nextOf(decision: Untitled): NextSteps {
  return { author: forAuthor(decision), approvers: forApprovers(decision) };
}

function forAuthor({ state, reasons, evidence, reevaluateAt }: Untitled): readonly string[] {
  switch (state) {
    case 'incomplete':
      return evidence.filter(({ verified }) => !verified).map(({ message }) => message);
    case 'misrouted':
      return ['Have an engineer make this change, with no commit by a machine.'];
    case 'rejected':
      return ['Answer the rejection, then say `/resubmit` so that whoever rejected it looks again.'];
    case 'facts-incomplete':
    case 'policy-invalid':
      return reasons.map(({ message }) => message);
    case 'held':
      return reevaluateAt === null
        ? []
        : [`Nothing to do; this is looked at again on ${inWords(epochOf(reevaluateAt))}.`];
    case 'approved':
      return ['Merge when ready.'];
    default:
      return [];
  }
}

function forApprovers({ plan, approvals }: Untitled): readonly string[] {
  const again = approvals.flatMap(({ by, reasons }) => reasons.map(({ message }) => `${by.login}: ${message}`));
  const open = plan.filter((stage) => stage.open && !stage.complete);
  const seats = open.flatMap((stage) => stage.seats.filter(({ filledBy }) => filledBy === null));
  const asked = seats.map(({ label, candidates }) => {
    const names = candidates.map(({ login }) => login);
    const who =
      names.length === 0
        ? 'nobody can'
        : names.length > 10
          ? `${names.slice(0, 10).join(', ')} and others can`
          : `${names.join(', ')} can`;
    return `Seat "${label}": ${who} approve.`;
  });
  return [...new Set([...asked, ...again])];
}
