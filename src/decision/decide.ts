import type { EffectivePolicy } from '../policy/compose.ts';
import { gateEnvironment } from '../policy/gate.ts';
import { blank, decideLayer, withState } from './decide-layer.ts';
import type { Decision, PolicyInForce, Reason } from './decision.ts';
import type { Facts } from './facts.ts';
import { checkName } from './gate.ts';
import { readerOf } from './reader.ts';
import { merged } from './remember.ts';
import { strictest } from './strictest.ts';
import { subjectOf } from './subject.ts';
import { epochOf } from './time.ts';
import { titled } from './title.ts';

/**
 * Reaches a decision: a pure function of the policy in force and the facts, the clock among them. The same input gives
 * the same bytes, on any machine, in any year.
 *
 * A decision with `wants` is never a success: fetch them, put the answers into `facts.lookups`, decide again.
 */
export function decide(policy: PolicyInForce, facts: Facts): Decision {
  switch (policy.kind) {
    case 'none':
      return titled({ ...withState(blank(facts, undefined), 'ungoverned', []), check: null, checks: [] });
    case 'valid':
      return decideUnder(policy.effective, facts);
    case 'invalid':
      return mends(policy.lastValid, facts) ?? invalid(policy, facts);
  }
}

/** Each layer decides by itself, and the strictest decision holds: so a repository's policy can only tighten (T11). */
function decideUnder(effective: EffectivePolicy, facts: Facts): Decision {
  const environment = gateEnvironment(effective, facts.pull.base);
  const [first, ...rest] = effective.layers;
  const decisions = [first, ...rest].map((layer) => decideLayer(layer, facts, environment));
  const held = strictest(decisions);
  if (held === undefined) throw new Error('a policy without layers');
  return { ...together(decisions, held), sources: effective.sources };
}

/** What must not be lost of the layers that are not shown. */
function together(decisions: readonly Decision[], held: Decision): Decision {
  if (decisions.length === 1) return held;
  const instants = decisions.flatMap(({ reevaluateAt }) => reevaluateAt ?? []).sort((a, b) => epochOf(a) - epochOf(b));
  const remembered = decisions.map(({ remember }) => remember);
  const governed = held.remember.governed ?? remembered.find((entry) => entry.governed !== null)?.governed ?? null;
  return {
    ...held,
    reevaluateAt: instants[0] ?? null,
    wants: distinct(decisions.flatMap(({ wants }) => wants)),
    restsOn: distinct(decisions.flatMap(({ restsOn }) => restsOn)),
    refused: held.refused.filter(({ id }) =>
      decisions.every(({ refused }) => refused.some((other) => other.id === id)),
    ),
    bindings: Object.assign({}, ...decisions.map(({ bindings }) => bindings)),
    contributors: distinct(decisions.flatMap(({ contributors }) => contributors)),
    remember: {
      governed,
      contributors: distinct(remembered.flatMap(({ contributors }) => contributors)),
      rejections: distinct(remembered.flatMap(({ rejections }) => rejections)),
      lifted: liftedInAll(remembered),
      openings: remembered.reduce<Decision['remember']['openings']>((all, { openings }) => merged(all, openings), []),
      fingerprints: distinct(remembered.flatMap(({ fingerprints }) => fingerprints)),
      questions: remembered.flatMap(({ questions }) => questions),
    },
  };
}

/** A rejection that still stands under any layer is not lifted. */
function liftedInAll(remembered: readonly Decision['remember'][]): readonly string[] {
  const standing = new Set(
    remembered.flatMap(({ rejections }) => rejections.map(({ source, id }) => `${source} ${id}`)),
  );
  return distinct(remembered.flatMap(({ lifted }) => lifted)).filter((key) => !standing.has(key));
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** A pull request that touches only policy files and makes them valid is decided under the last valid version. */
function mends(lastValid: EffectivePolicy | undefined, facts: Facts): Decision | undefined {
  const { files } = subjectOf(facts).change;
  const { policyPaths } = facts.repository;
  const onlyPolicy =
    files.list.length > 0 &&
    files.list.every(
      ({ path, previousPath = path }) => policyPaths.includes(path) && policyPaths.includes(previousPath),
    );
  if (lastValid === undefined || !onlyPolicy || !files.complete) return undefined;
  const reader = readerOf(facts, epochOf(facts.at));
  const proposed = reader.read('proposedPolicy', facts.pull.headSha);
  if (proposed?.kind === 'valid') return decideUnder(lastValid, facts);
  if (proposed !== undefined) return undefined;
  const [wanted] = reader.problems();
  const reason: Reason = wanted ?? {
    code: 'fact-wanted',
    message: 'Whether this mends the policy has not been read yet.',
  };
  const base = blank(facts, gateEnvironment(lastValid, facts.pull.base));
  return titled({ ...withState(base, 'facts-incomplete', [reason]), wants: reader.wants() });
}

/** An invalid policy lets nothing pass, whatever the check is called (T46). */
function invalid(
  { problems, sources, lastValid }: Extract<PolicyInForce, { kind: 'invalid' }>,
  facts: Facts,
): Decision {
  const names = lastValid?.layers.flatMap(({ policy }) => policy.environments.map(({ name }) => checkName(name))) ?? [];
  const base = blank(facts, lastValid === undefined ? undefined : gateEnvironment(lastValid, facts.pull.base));
  const reasons = problems.map((message): Reason => ({ code: 'policy-invalid', message }));
  const checks = [...new Set([...base.checks, ...names])];
  return titled({ ...withState(base, 'policy-invalid', reasons), checks, sources });
}
