import { contributorsOf } from './contributors.ts';
import type { EvaluationInput } from './evaluation.ts';
import { glassOf } from './glass.ts';
import { asContributors, initiatorsOf } from './initiator.ts';
import { peopleOf } from './people.ts';
import { readerOf } from './reader.ts';
import type { Requirements } from './requirements.ts';
import { isMachine } from './subject.ts';
import { suppliedManifest } from './supplied.ts';

/**
 * Who helped to make it, and who may therefore not sign it. Exceptions and glass go by the environment that this layer
 * itself gives the base branch: a repository that gives it to another must not bring in those of that environment (T11).
 */
export function contribution(input: EvaluationInput, requirements: Requirements) {
  const { layer, classification, reader, bindings } = input;
  const { policy } = layer;
  const { route, initiator } = classification.proposal;
  const environment = classification.gate;
  const needsInitiator =
    isMachine(reader.facts.pull.author) && initiator === 'required' && classification.proposal.policyChange !== 'only';
  const needsManifest = requirements.evidence.length > 0 || needsInitiator;
  const supplied = suppliedManifest(reader, needsManifest);
  const isGlassBroken = reader.facts.interventions.some(({ kind }) => kind === 'break-glass');
  // With nobody to sign, who helped to make it changes nothing, and a list of commits that is too long holds nothing up.
  const matters = requirements.stages.length > 0 || route === 'engineering-only' || isGlassBroken;
  const asking = matters ? reader : readerOf(reader.facts, reader.now);
  const initiators = initiatorsOf(supplied.parsed, needsInitiator ? reader : asking);
  const contributors = contributorsOf(policy.segregation, asContributors(initiators), asking);
  const glass = glassOf({ policy, environment, contributors: contributors.setApart, reader, bindings });
  const letPass = glass.broken === undefined ? [] : [{ account: glass.broken.by, how: 'broke-the-glass' } as const];
  const { permission } = requirements;
  const people = peopleOf({
    policy,
    environment,
    contributors: contributors.setApart,
    letPass,
    permission,
    bindings,
    reader,
  });
  return { needsInitiator, needsManifest, supplied, initiators, contributors, glass, people };
}
