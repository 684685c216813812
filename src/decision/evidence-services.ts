import { unmapped } from '../policy/subject.ts';
import { type EvidenceContext, missing, unverified, type Verified, verified } from './evidence.ts';

/** `services`: the declared services cover the touched systems. */
export function verifyServices({ manifest, classification }: EvidenceContext): Verified {
  const touched = classification.systems.map(({ name }) => name).filter((name) => name !== unmapped);
  const declared = manifest.services ?? [];
  if (declared.length === 0) {
    const named = touched.length === 0 ? 'the affected services' : touched.join(', ');
    return missing('services', `Add \`services:\` with ${named}.`);
  }
  const uncovered = touched.filter((name) => !declared.includes(name));
  if (uncovered.length > 0)
    return unverified('services', `Also touched, and not declared: ${uncovered.join(', ')}.`, declared);
  return verified('services', 'The declared services cover what is touched.', declared);
}
