import { readFileSync } from 'node:fs';
import type { EffectivePolicy } from '../../src/policy/compose.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { renderProblem } from '../../src/policy/problem.ts';

/** The complete policy of an organization, with every section. */
export const completeText = readFileSync(new URL('fixtures/complete.yml', import.meta.url), 'utf8');

/** Loads policies that are expected to be right; throws with what is wrong. */
export function effective(organization: string | undefined, repository?: string): EffectivePolicy {
  const result = loadPolicy({
    organization: organization === undefined ? undefined : { file: 'countersign.yml', text: organization },
    repository: repository === undefined ? undefined : { file: '.github/countersign.yml', text: repository },
  });
  if (!result.ok) throw new Error(result.errors.map(renderProblem).join('\n'));
  return result.effective;
}

/** An organization policy by itself. */
export function policy(text: string): Policy {
  return effective(text).layers[0].policy;
}

/** What is wrong with a pair of policies, as people read it. */
export function problems(organization: string | undefined, repository?: string): readonly string[] {
  const result = loadPolicy({
    organization: organization === undefined ? undefined : { file: 'countersign.yml', text: organization },
    repository: repository === undefined ? undefined : { file: '.github/countersign.yml', text: repository },
  });
  return result.ok ? [] : result.errors.map(renderProblem);
}
