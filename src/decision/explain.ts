import type { AppliedRule, Classification } from '../policy/classification.ts';
import type { Match } from '../policy/truth.ts';
import type { Decision, JudgedApproval, PlannedSeat } from './decision.ts';

/** A decision as a tree that explains itself: each statement with what it rests on. Plain text, not escaped. */
export type Explanation = {
  readonly text: string;
  /** Undefined: a statement that neither holds nor fails. */
  readonly holds?: boolean;
  readonly of: readonly Explanation[];
};

export function explain(decision: Decision): Explanation {
  const { classification, plan, approvals, evidence, reasons, holds, setApart, exceptions, refused } = decision;
  const parts: readonly (readonly [string, readonly Explanation[]])[] = [
    ['Why', reasons.map(({ code, message }) => leaf(`${message} (${code})`, false))],
    ['What it is', classification === null ? [] : classified(classification)],
    [
      'Who must approve',
      plan.map((stage) => ({ text: `Stage ${stage.name}`, holds: stage.complete, of: stage.seats.map(seat) })),
    ],
    [
      'Evidence',
      evidence.map(({ kind, message, verified, shown }) => ({
        text: `${kind}: ${message}`,
        holds: verified,
        of: shown.map((text) => leaf(text)),
      })),
    ],
    ['Holds', holds.map(({ message }) => leaf(message, false))],
    ['Approvals', approvals.map(approval)],
    ['Set apart', setApart.flatMap((apart) => apart.reasons.map(({ message }) => leaf(message)))],
    ['Exceptions', exceptions.map(({ message }) => leaf(message))],
    ['Without effect', refused.map(({ by, reason }) => leaf(`${by.login}: ${reason.message}`))],
  ];
  const of = parts.filter(([, items]) => items.length > 0).map(([text, items]): Explanation => ({ text, of: items }));
  return { text: `${decision.state}: ${decision.title}`, of };
}

function classified({
  systems,
  classifications,
  environments,
  blastRadius,
  proposal,
  rules,
}: Classification): readonly Explanation[] {
  const categories = proposal.categories.map(({ name }) => name).join(', ');
  return [
    leaf(`Category ${categories || 'none'}, route ${proposal.route}: ${proposal.because}`),
    ...environments.map(({ name, because }) => leaf(`Environment ${name}: ${because.join('; ')}`)),
    ...systems.map(({ name, paths }) => leaf(`System ${name}: ${some(paths)}`)),
    ...classifications.map(({ name, because }) => leaf(`Classification ${name}: ${because.join('; ')}`)),
    leaf(`Blast radius ${blastRadius.level}: ${blastRadius.because}`),
    ...rules.map(ruleOf),
  ];
}

function ruleOf({ rule, match }: AppliedRule): Explanation {
  return { text: `Rule "${rule.name}"`, of: [matchOf(match)] };
}

function matchOf({ because, holds, of }: Match): Explanation {
  return { text: because, ...(holds === 'unknown' ? {} : { holds }), of: (of ?? []).map(matchOf) };
}

function seat({ label, because, filledBy, candidates, out }: PlannedSeat): Explanation {
  const asked = because.map((rule) => leaf(`asked for by ${rule}`));
  if (filledBy !== null) return { text: `${label}: ${filledBy.account.login}`, holds: true, of: asked };
  const reasons = out.flatMap((apart) => apart.reasons.map(({ message }) => leaf(message)));
  const can = candidates.length === 0 ? [] : [leaf(`can be filled by ${some(candidates.map(({ login }) => login))}`)];
  return { text: `${label}: open`, holds: false, of: [...asked, ...can, ...reasons] };
}

function approval({ by, counts, reasons }: JudgedApproval): Explanation {
  return { text: `${by.login}`, holds: counts, of: reasons.map(({ code, message }) => leaf(`${message} (${code})`)) };
}

function leaf(text: string, holds?: boolean): Explanation {
  return holds === undefined ? { text, of: [] } : { text, holds, of: [] };
}

/** A few by name, the rest by number. */
function some(names: readonly string[]): string {
  return names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`;
}
