import type { Policy } from './policy.ts';

/**
 * An organization's policy and a repository's, made one so that the repository's can only tighten *by construction*.
 *
 * Adding to a policy is not the same as tightening it. A system that a repository adds takes paths away from
 * `unmapped`, makes `not: { systems: [...] }` false, and so can switch a rule of the organization off. A higher `count`
 * or a shorter SLA can bring backups in who could not have signed otherwise. Instead of hunting for every such case,
 * nothing is mixed: **the effective policy is a list of layers, each a complete policy; a pull request is decided under
 * each layer by itself, and the strictest of those decisions holds.** The first layer is the organization's policy,
 * untouched. So whatever it alone would not let pass is not let through, whatever the other layers say.
 *
 *   1. the organization's policy, exactly as if the repository had none;
 *   2. that, with the branches and paths that the repository adds to environments (only if it adds any), so that a
 *      success named after an environment has always met what the organization asks for in that environment;
 *   3. that, with everything else that the repository adds (only if there is more).
 *
 * The gate (the environment that names the check) is the first layer's that has one: a repository may give a branch
 * that the organization leaves unclaimed to an environment, and cannot move a branch that it claims.
 *
 * `loadPolicy` (load.ts) makes one from texts; `layersOf` (layers.ts) composes.
 *
 * With no organization policy there is one layer, the repository's own policy, which may say everything.
 */
export type EffectivePolicy = {
  /** Weakest to fullest. Decide each, publish the strictest, show the last where they are equally strict. */
  readonly layers: readonly [Layer, ...Layer[]];
  readonly sources: readonly PolicySource[];
};

export type Layer = {
  readonly name:
    | 'organization'
    | 'organization-with-repository-environments'
    | 'organization-with-repository'
    | 'repository';
  readonly policy: Policy;
};

/** A file that the policy was made of. Packs are pinned by the version of the program. */
export type PolicySource = {
  readonly kind: 'organization' | 'repository' | 'pack';
  /** A path, or the name of a pack. */
  readonly file: string;
  /** Hex SHA-256 of its bytes in UTF-8. */
  readonly sha256: string;
};
