import { backtest, type Compared, decideAgain, summaryOf } from '../../decision/backtest.ts';
import { Facts } from '../../decision/facts.ts';
import type { Backtested, Unfit } from '../../decision/past.ts';
import type { EffectivePolicy } from '../../policy/compose.ts';
import type { LoadResult } from '../../policy/load.ts';
import { renderProblem } from '../../policy/problem.ts';
import type { Recorded } from '../../store/recorded.ts';

/** The two policies that a recorded decision is looked at with. */
export type Policies = {
  /** What it is compared with; undefined compares with what was recorded. */
  readonly before: (recorded: Recorded) => Promise<EffectivePolicy | undefined>;
  readonly after: (recorded: Recorded) => Promise<LoadResult>;
};

export type Bounds = {
  /** Whether to leave the rest out, of which there may be any number. */
  readonly isEnough: (compared: number) => boolean;
  readonly mostDifferences: number;
  readonly onProgress?: (done: number) => void;
};

/** Looks at recorded decisions, newest first, with a changed policy. Gives way to other work between any two of them. */
export async function compareAll(
  rows: AsyncIterable<Recorded>,
  { before, after }: Policies,
  { isEnough, mostDifferences, onProgress }: Bounds,
): Promise<Omit<Backtested, 'since'>> {
  const differences: Compared[] = [];
  const unfit = new Map<string, Unfit>();
  let [compared, unreadable, cut] = [0, 0, false];
  for await (const recorded of rows) {
    if (isEnough(compared)) {
      cut = true;
      break;
    }
    await new Promise((done) => setImmediate(done));
    onProgress?.(compared + unreadable);
    const facts = Facts.safeParse(recorded.facts);
    if (!facts.success) {
      unreadable += 1;
      continue;
    }
    const changed = await after(recorded);
    if (!changed.ok) {
      note(unfit, facts.data, changed);
      continue;
    }
    compared += 1;
    const present = await before(recorded);
    const reference = present === undefined ? recorded.decision : decideAgain(present, facts.data).decision;
    const difference = backtest(changed.effective, reference, facts.data);
    if (difference !== undefined) differences.push(difference);
  }
  const summary = summaryOf(compared, differences);
  return { summary, unreadable, cut, differences: differences.slice(0, mostDifferences), unfit: [...unfit.values()] };
}

/** A repository's own policy may say what is an error beside the organization's new one; once for each repository. */
function note(unfit: Map<string, Unfit>, { repository }: Facts, { errors }: Extract<LoadResult, { ok: false }>): void {
  const name = `${repository.owner}/${repository.name}`;
  const [first] = errors;
  if (unfit.has(name) || first === undefined) return;
  unfit.set(name, { repository: name, visibility: repository.visibility, problem: renderProblem(first) });
}
