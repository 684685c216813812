import type { EffectivePolicy } from './compose.ts';
import { describePolicy, describePolicyChange, type PolicyChange } from './describe.ts';
import { loadPolicy } from './load.ts';
import type { PolicyText } from './parse.ts';
import type { Problem } from './problem.ts';

/** What would be in force if policy files were as somebody proposes them. `after` is undefined when there would be no policy at all. */
export type Proposed =
  | { readonly ok: true; readonly after: EffectivePolicy | undefined; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/**
 * Loads policy files together, as they would be loaded once they are in force. An organization's policy that repositories are used to
 * cannot just go: to them that is the same as one that has got out of sight, and nothing would pass anywhere.
 */
export function loadProposed(
  texts: { readonly organization: PolicyText | undefined; readonly repository: PolicyText | undefined },
  organizationExpected: { readonly file: string } | undefined,
): Proposed {
  if (texts.organization === undefined && organizationExpected !== undefined) {
    const message =
      'the organization’s policy would be gone, which fails every proposal in every repository; `version: 1` alone asks for nothing';
    return { ok: false, errors: [{ file: organizationExpected.file, line: 1, column: 1, message }] };
  }
  if (texts.organization === undefined && texts.repository === undefined)
    return { ok: true, after: undefined, warnings: [] };
  const loaded = loadPolicy(texts);
  return loaded.ok ? { ok: true, after: loaded.effective, warnings: loaded.warnings } : loaded;
}

/** What changes from one effective policy to another, either of which may be none. The last layer of each is the fullest. */
export function changeBetween(before: EffectivePolicy | undefined, after: EffectivePolicy | undefined): PolicyChange {
  const [then, now] = [before?.layers.at(-1)?.policy, after?.layers.at(-1)?.policy];
  if (then !== undefined && now !== undefined) return describePolicyChange(then, now);
  return {
    added: now === undefined ? [] : describePolicy(now),
    removed: then === undefined ? [] : describePolicy(then),
  };
}
