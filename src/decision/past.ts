import type { Compared, Summary } from './backtest.ts';
import { escaped, shortened } from './escape.ts';
import type { Repository } from './facts.ts';
import { spanInWords } from './span.ts';

/** What a policy would have decided of what is on record, against the one that it would take the place of. */
export type Backtested = {
  /** Decisions from this instant on were looked at: ISO 8601, UTC. */
  readonly since: string;
  readonly summary: Summary;
  /** Recorded facts that could not be read: another version wrote them, or somebody in them was erased. */
  readonly unreadable: number;
  /** Whether older decisions were left out, since there were too many or it took too long. */
  readonly cut: boolean;
  /** The newest of the differences. */
  readonly differences: readonly Compared[];
  /** Repositories whose own policy would be invalid together with the new one. */
  readonly unfit: readonly Unfit[];
};

export type Unfit = {
  readonly repository: string;
  readonly visibility: Repository['visibility'];
  readonly problem: string;
};

export type Past =
  /** There is nothing to compare: nothing that holds would change, or not yet. */
  { readonly kind: 'none' } | { readonly kind: 'pending' } | ({ readonly kind: 'known' } & Backtested);

const MOST_LINES = 20;

/**
 * The past as a check tells it, in Markdown. Whoever sees the check of a repository of one visibility learns nothing of repositories that
 * fewer people may see.
 */
export function pastInWords(past: Past, visibility: Repository['visibility']): readonly string[] {
  if (past.kind === 'none') return [];
  const heading = ['### What it would have decided', ''];
  if (past.kind === 'pending')
    return [...heading, 'It is being tried on the decisions on record; the result will stand here.', ''];
  const mayBeNamed = (other: Repository['visibility']): boolean => OPENNESS[other] >= OPENNESS[visibility];
  const named = past.differences.filter((one) => mayBeNamed(one.visibility));
  const shown = named.slice(0, MOST_LINES);
  const more = past.summary.different - shown.length;
  const unfit = past.unfit.filter((one) => mayBeNamed(one.visibility));
  const unnamed = past.unfit.length - unfit.length;
  return [
    ...heading,
    totalOf(past),
    '',
    ...shown.flatMap(lineOf),
    ...(more > 0 ? [`- … and ${more} more; \`countersign policy backtest\` names them all.`] : []),
    ...(past.summary.different > 0 ? [''] : []),
    ...unfit.map(
      ({ repository, problem }) =>
        `- **In ${escaped(repository)} it would be invalid** together with that repository’s own policy: ${escaped(problem)}`,
    ),
    ...(unnamed > 0 ? [`- In ${unnamed} more it would be invalid together with the repository’s own policy.`] : []),
    ...(past.unfit.length > 0 ? [''] : []),
  ];
}

const OPENNESS: Readonly<Record<Repository['visibility'], number>> = { private: 0, internal: 1, public: 2 };

function totalOf({ since, summary, unreadable, cut }: Backtested): string {
  const { compared, different, stopped, passed, uncertain } = summary;
  const period = `since ${since.slice(0, 10)}${cut ? ' (the newest of them)' : ''}`;
  const left = unreadable === 0 ? '' : ` ${unreadable} more could not be read.`;
  if (compared === 0) return `Nothing that it concerns was decided ${period}.${left}`;
  const of = `Of ${compared} ${compared === 1 ? 'pull request' : 'pull requests'} decided ${period},`;
  if (different === 0) return `${of} none would have come out differently than under the policy in force.${left}`;
  const details = [
    ...(stopped > 0 ? [`${stopped} would have been kept back that passed`] : []),
    ...(passed > 0 ? [`**${passed} would have passed that did not**`] : []),
    ...(uncertain > 0 ? [`${uncertain} not certain, since facts would have been asked for that never were`] : []),
  ];
  const how = details.length === 0 ? '' : `: ${details.join(', ')}`;
  return `${of} ${different} would have come out differently than under the policy in force${how}.${left}`;
}

function lineOf({ pull, before, after, asked, unread }: Compared): readonly string[] {
  const change = before.state === after.state ? after.state : `${before.state} → ${after.state}`;
  const details = [
    ...(before.title === after.title ? [] : [escaped(shortened(after.title, 120))]),
    ...(asked.added.length === 0 ? [] : [`asked besides: ${escaped(asked.added.join(', '))}`]),
    ...(asked.removed.length === 0 ? [] : [`not asked: ${escaped(asked.removed.join(', '))}`]),
    ...(before.waited === after.waited
      ? []
      : [`last seat filled after ${spanInWords(after.waited)} instead of ${spanInWords(before.waited)}`]),
  ];
  const certain = unread.length === 0 ? '' : ' (not certain)';
  return [`- ${escaped(pull)}: ${change}${certain}${details.length === 0 ? '' : `; ${details.join('; ')}`}`];
}
