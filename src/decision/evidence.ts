import type { Classification } from '../policy/classification.ts';
import type { Policy } from '../policy/policy.ts';
import type { Evidence } from '../policy/schema/seat.ts';
import type { EvidenceItem } from './decision.ts';
import type { Manifest } from './manifest.ts';
import type { Reader } from './reader.ts';

/** What every kind of evidence is verified with. */
export type EvidenceContext = {
  readonly policy: Policy;
  readonly classification: Classification;
  readonly manifest: Manifest;
  readonly reader: Reader;
  /** When validation was last asked for; a run must have begun after it. */
  readonly validationAskedAt: number;
  /** Whether the proposal changes what is at a path, or was. Asking makes the whole list of files a want. */
  readonly changes: (path: string) => boolean;
};

/** An item of the checklist, and what an approval may name to cite it: run ids and URLs. */
export type Verified = { readonly item: EvidenceItem; readonly cites: readonly string[] };

export function verified(
  kind: Evidence,
  message: string,
  shown: readonly string[],
  cites: readonly string[] = [],
): Verified {
  return { item: { kind, verified: true, code: null, message, shown }, cites };
}

export function missing(kind: Evidence, message: string): Verified {
  return { item: { kind, verified: false, code: 'evidence-missing', message, shown: [] }, cites: [] };
}

export function unverified(kind: Evidence, message: string, shown: readonly string[] = []): Verified {
  return { item: { kind, verified: false, code: 'evidence-unverified', message, shown }, cites: [] };
}
