import type { Evidence } from '../policy/schema/seat.ts';
import type { EvidenceItem } from './decision.ts';
import type { EvidenceContext, Verified } from './evidence.ts';
import { verifyFailure } from './evidence-failure.ts';
import { verifyRollbackPlan, verifyVerificationPlan } from './evidence-plans.ts';
import { verifyServices } from './evidence-services.ts';
import { verifyTicket } from './evidence-ticket.ts';
import { verifyValidation } from './evidence-validation.ts';
import type { Supplied } from './supplied.ts';

/** One file verifies each kind: a new kind is an entry here, one in the policy's schema, and its file. */
const verifiers: Readonly<Record<Evidence, (context: EvidenceContext) => Verified>> = {
  failure: verifyFailure,
  validation: verifyValidation,
  services: verifyServices,
  'verification-plan': verifyVerificationPlan,
  'rollback-plan': verifyRollbackPlan,
  ticket: verifyTicket,
};

export type Checklist = {
  readonly items: readonly EvidenceItem[];
  /** Run ids and URLs of verified evidence, any of which an approval may cite. */
  readonly cites: readonly string[];
};

export function checklistOf(kinds: readonly Evidence[], supplied: Supplied, context: EvidenceContext): Checklist {
  const results = kinds.map((kind) => verifiers[kind](context));
  const needsManifest = kinds.some((kind) => kind !== 'validation');
  return {
    items: [...(needsManifest ? manifestItems(supplied) : []), ...results.map(({ item }) => item)],
    cites: results.flatMap(({ cites }) => cites),
  };
}

function manifestItems({ parsed, where, by }: Supplied): readonly EvidenceItem[] {
  if (parsed.kind === 'valid') {
    if (where === 'the description' || by === null) return [];
    const message = 'Supplied in a comment, by:';
    return [{ kind: 'manifest', verified: true, code: null, message, shown: [by.login] }];
  }
  if (parsed.kind === 'absent') {
    const message =
      'Add a fenced block tagged `remediation` to the description, or, with write permission, in a comment.';
    return [{ kind: 'manifest', verified: false, code: 'manifest-missing', message, shown: [] }];
  }
  const message = `The manifest in ${where} cannot be read:`;
  return [{ kind: 'manifest', verified: false, code: 'manifest-invalid', message, shown: parsed.problems }];
}
