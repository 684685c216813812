import { epochOf, instantOf } from '../decision/time.ts';
import type { FollowUp } from './follow-up.ts';
import type { Failure } from './record.ts';

/** Something that has become of a merged change, to be written down once: `key` says what it is once for. */
export type Change = {
  readonly key: string;
  readonly kind: 'deployment' | 'verification' | 'record-closed';
  readonly at: string;
  readonly details: Readonly<Record<string, unknown>>;
};

/** Everything that the present cycle tells, oldest first. What people have said has entries of its own. */
export function storyOf(followed: FollowUp): readonly Change[] {
  const { cycle, applied, verified, failure } = followed;
  const changes: Change[] = [
    ...applied.map(({ environment, deployment, sha, at }) => ({
      key: `${cycle} applied ${environment} ${deployment}`,
      kind: 'deployment' as const,
      at: instantOf(at),
      details: { outcome: 'applied', environment, deployment, sha, cycle },
    })),
    ...verified.map(({ workflow, run, at }) => ({
      key: `${cycle} verified ${workflow}`,
      kind: 'verification' as const,
      at: instantOf(at),
      details: { outcome: 'verified', workflow, run, cycle },
    })),
    ...(failure === null ? [] : failed(failure, cycle)),
    ...ended(followed),
  ];
  return changes.sort((one, other) => epochOf(one.at) - epochOf(other.at));
}

function failed({ code, at, subject, number, message }: Failure, cycle: number): readonly Change[] {
  if (code === 'reported') return [];
  const isApply = code === 'deployment-failed' || code === 'not-applied';
  const what = isApply ? { environment: subject, deployment: number } : { workflow: subject, run: number };
  const kind = isApply ? ('deployment' as const) : ('verification' as const);
  return [
    { key: `${cycle} ${code} ${subject}`, kind, at, details: { outcome: 'failed', code, ...what, message, cycle } },
  ];
}

function ended({ state, since, cycle, revertedBy }: FollowUp): readonly Change[] {
  switch (state) {
    case 'closed':
      return [{ key: `${cycle} closed`, kind: 'record-closed', at: since, details: { outcome: 'closed', cycle } }];
    case 'rolled-back':
      return [
        {
          key: 'rolled-back',
          kind: 'record-closed',
          at: since,
          details: { outcome: 'rolled-back', revertedBy, cycle },
        },
      ];
    default:
      return [];
  }
}
