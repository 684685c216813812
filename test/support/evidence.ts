import type { PolicyInForce } from '../../src/decision/decision.ts';
import { type Changes, facts, manifest, policy, settled, twoStages, type World } from './facts.ts';

/** A policy whose only rule that applies everywhere asks for one kind of evidence. */
export function asking(kind: string, more = ''): PolicyInForce {
  const asked = `    require: { peer: [ { role: peer } ] }\n    evidence: [${kind}]`;
  return policy(`${twoStages.replace('    require: { peer: [ { role: peer } ] }', asked)}${more}`);
}

/** State of the proposal, and what is said of the kind of evidence: code, sentence, what is shown. */
export function judged(kind: string, body: string, world: World = {}, changes: Changes = {}, more = '') {
  const decision = settled(asking(kind, more), facts({ pull: { body: manifest(body) }, ...changes }), world);
  const item = decision.evidence.find((entry) => entry.kind === kind);
  return [decision.state, item?.verified, item?.code, item?.message, item?.shown];
}

export const good = (message: string, ...shown: string[]) => ['waiting', true, null, message, shown];
export const lacking = (message: string) => ['incomplete', false, 'evidence-missing', message, []];
export const bad = (message: string, ...shown: string[]) => [
  'incomplete',
  false,
  'evidence-unverified',
  message,
  shown,
];
