import { classify } from '../policy/classify.ts';
import type { Layer } from '../policy/compose.ts';
import { judgedApprovals } from './approvals.ts';
import type { Decision, Reason } from './decision.ts';
import { type Evaluation, evaluate } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { checkName, gateOf } from './gate.ts';
import { withGovernedOnce } from './governance.ts';
import { planOf } from './plan.ts';
import { type Reader, readerOf } from './reader.ts';
import { refusalsOf } from './refusals.ts';
import { rememberNothing, rememberOf } from './remember.ts';
import { readWanted, subjectOf } from './subject.ts';
import { epochOf, instantOf } from './time.ts';
import { titled } from './title.ts';
import { isComplete } from './values.ts';
import { unknowns, type Verdict, verdictOf } from './verdict.ts';

/** A decision before its title, which says what all of it comes to. */
export type Untitled = Omit<Decision, 'title' | 'next'>;

/** Decides under one layer of the policy, by itself. */
export function decideLayer(layer: Layer, facts: Facts, environment: string | undefined): Decision {
  const reader = readerOf(facts, epochOf(facts.at));
  const subject = subjectOf(facts);
  const classification = withGovernedOnce(layer.policy, subject, classify(layer.policy, subject), facts.history);
  const base: Untitled = { ...blank(facts, environment), layer: layer.name, classification };
  if (classification.proposal.governed === false && isComplete(facts.labels))
    return titled(withState(base, 'ungoverned', []));
  if (!isComplete(facts.labels))
    reader.cannotKnow({ code: 'fact-truncated', message: 'Not every label could be read.' });
  readWanted(classification.wants, reader);
  if (classification.wants.length > 0) reader.cannotKnow(unclassified(classification.wants.map(({ fact }) => fact)));
  if (unknowns({ reader }).length > 0) return titled(incomplete(base, reader));
  const broken = proposedPolicyProblems(subject.repository.policyPaths, reader);
  if (broken.length > 0) return titled(withState(base, 'policy-invalid', broken));
  const bindings = new Map<string, number>();
  const evaluation = evaluate({ layer, subject, classification, reader, bindings });
  const verdict = verdictOf(evaluation);
  return titled(decided(base, evaluation, verdict));
}

/**
 * What a decision says before anything is known. It has room for the words too, since V8 copies a decision ten times
 * faster than it adds properties to the copy.
 */
export function blank(facts: Facts, environment: string | undefined): Untitled {
  const check = checkName(environment);
  const untitled: Decision = {
    state: 'facts-incomplete',
    at: facts.at,
    head: facts.pull.headSha,
    check,
    checks: [check],
    gate: gateOf('facts-incomplete'),
    reevaluateAt: null,
    wants: [],
    restsOn: [],
    layer: null,
    sources: [],
    classification: null,
    environment: environment ?? null,
    content: facts.pull.headSha,
    question: '',
    plan: [],
    setApart: [],
    approvals: [],
    evidence: [],
    holds: [],
    rejections: [],
    glass: null,
    exceptions: [],
    refused: [],
    reasons: [],
    bindings: {},
    contributors: [],
    remember: rememberNothing(facts),
    title: '',
    next: { author: [], approvers: [] },
  };
  return untitled;
}

export function withState(base: Untitled, state: Decision['state'], reasons: readonly Reason[]): Untitled {
  return { ...base, state, gate: gateOf(state), reasons };
}

function incomplete(base: Untitled, reader: Reader): Untitled {
  return { ...withState(base, 'facts-incomplete', unknowns({ reader })), wants: reader.wants() };
}

/** While the wanted facts themselves are on their way, the wants say enough; this is for when they brought no answer. */
function unclassified(facts: readonly string[]): Reason {
  const message = `What this change is cannot be said for certain without: ${[...new Set(facts)].join(', ')}.`;
  return { code: 'fact-wanted', message };
}

/** A pull request that makes a policy invalid fails the check of its environment too (T46). */
function proposedPolicyProblems(policyPaths: readonly string[], reader: Reader): readonly Reason[] {
  const { files } = subjectOf(reader.facts).change;
  const touches = files.list.some(
    ({ path, previousPath = path }) => policyPaths.includes(path) || policyPaths.includes(previousPath),
  );
  const proposed = touches ? reader.read('proposedPolicy', reader.facts.pull.headSha) : undefined;
  if (proposed?.kind !== 'invalid') return [];
  return proposed.problems.map((message) => ({ code: 'proposed-policy-invalid', message }));
}

function decided(base: Untitled, evaluation: Evaluation, verdict: Verdict): Untitled {
  const { reader, people, filled, ballots, approvalsInput, rejections, deferrals, requests, glass } = evaluation;
  const again = reader.next();
  return {
    ...withState(base, verdict.state, verdict.reasons),
    reevaluateAt: Number.isFinite(again) ? instantOf(again) : null,
    wants: reader.wants(),
    restsOn: reader.used().filter(({ kind }) => live.includes(kind)),
    content: evaluation.content,
    question: evaluation.asked,
    plan: planOf(evaluation, verdict.unfillable),
    setApart: people.all,
    approvals: judgedApprovals(ballots, filled, approvalsInput),
    evidence: verdict.evidence,
    holds: [...deferrals.standing, ...verdict.holds],
    rejections: rejections.standing,
    glass: glass.broken ?? null,
    exceptions: exceptionsOf(evaluation),
    refused: [
      ...rejections.refused,
      ...deferrals.refused,
      ...requests.refused,
      ...glass.refused,
      ...refusalsOf(evaluation),
    ],
    bindings: Object.fromEntries([...evaluation.bindings].sort(([one], [other]) => (one < other ? -1 : 1))),
    contributors: evaluation.contributors.certain,
    remember: rememberOf(evaluation),
  };
}

/** What people may do can change at any moment, so a success is granted on what was read at that moment. */
const live: readonly string[] = ['teams', 'users', 'people', 'validations', 'runs', 'issues', 'alerts'];

function exceptionsOf({ people, contributors }: Evaluation): readonly Reason[] {
  const touched = new Map(contributors.setApart.map(({ account }) => [account.id, account]));
  return [...people.excepted].flatMap(([id, message]): readonly Reason[] => {
    const account = touched.get(id);
    return account === undefined
      ? []
      : [{ code: 'author', message: `${account.login} may approve their own: ${message}` }];
  });
}
