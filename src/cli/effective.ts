import type { PolicyInForce } from '../decision/decision.ts';
import type { EffectivePolicy } from '../policy/compose.ts';
import { renderProblem } from '../policy/problem.ts';
import { CannotRun } from './command.ts';
import { loadFiles } from './files.ts';

/** The policy that files make; one that is invalid cannot be worked with, and says why. */
export function effectivePolicy(organization: string | undefined, repository: string | undefined): EffectivePolicy {
  const loaded = loadFiles(organization, repository);
  if (loaded.ok) return loaded.effective;
  throw new CannotRun(`The policy is invalid.\n${loaded.errors.map(renderProblem).join('\n')}`);
}

export function policyInForce(organization: string | undefined, repository: string | undefined): PolicyInForce {
  return { kind: 'valid', effective: effectivePolicy(organization, repository) };
}
