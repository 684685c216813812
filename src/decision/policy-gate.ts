import type { EffectivePolicy } from '../policy/compose.ts';
import { type Problem, renderProblem } from '../policy/problem.ts';
import { changeBetween, type Proposed } from '../policy/proposed.ts';
import { escaped, shortened } from './escape.ts';
import type { Repository } from './facts.ts';
import { type Past, pastInWords } from './past.ts';

/** The check of a pull request that touches a policy file. No environment can have this name. */
export const POLICY_CHECK = 'countersign/policy';

export type PolicyGateInput = {
  /** The policy files that the pull request touches, and what it does to them. */
  readonly touched: readonly { readonly path: string; readonly what: 'added' | 'changed' | 'removed' }[];
  readonly proposed: Proposed;
  /** What is in force, or was last valid. */
  readonly before: EffectivePolicy | undefined;
  readonly base: string;
  /** The only branch that a policy is read from. */
  readonly defaultBranch: string;
  /** What it would have decided of what is on record. */
  readonly past: Past;
  /** Who may see the check. */
  readonly visibility: Repository['visibility'];
};

export type Annotation = {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly annotation_level: 'failure' | 'warning';
  readonly message: string;
};

export type PolicyGate = {
  readonly conclusion: 'success' | 'failure';
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
};

/** Says whether a policy that somebody proposes is valid, where it is not, and in plain words what it would change. */
export function policyGate(input: PolicyGateInput): PolicyGate {
  const { proposed } = input;
  const found = proposed.ok ? proposed.warnings : proposed.errors;
  const lines = [
    ...input.touched.map(({ path, what }) => `- ${escaped(path)} is ${what}.`),
    '',
    ...whereItMatters(input),
    ...(proposed.ok ? consequences(input, proposed) : mistakes(proposed.errors)),
  ];
  return {
    conclusion: proposed.ok ? 'success' : 'failure',
    title: titleOf(input),
    summary: withinLimit(lines),
    annotations: found.flatMap((problem) => annotationOf(problem, proposed.ok ? 'warning' : 'failure', input)),
  };
}

function titleOf({ proposed, before, touched }: PolicyGateInput): string {
  if (!proposed.ok) {
    const [first] = proposed.errors;
    const more = proposed.errors.length > 1 ? ` (and ${proposed.errors.length - 1} more)` : '';
    return shortened(`The policy would be invalid${more}: ${first === undefined ? '' : renderProblem(first)}`, 200);
  }
  if (proposed.after === undefined) return 'Valid: no policy would be left';
  const { added, removed } = changeBetween(before, proposed.after);
  const gone = touched.filter(({ what }) => what === 'removed').length;
  const files = gone === 0 ? '' : `, ${gone === 1 ? 'a policy file' : `${gone} policy files`} removed`;
  if (added.length + removed.length === 0) return `Valid: changes nothing that holds${files}`;
  return `Valid: ${provisions(added.length)} added, ${removed.length} removed${files}`;
}

function provisions(count: number): string {
  return count === 1 ? '1 provision' : `${count} provisions`;
}

function whereItMatters({ base, defaultBranch, proposed }: PolicyGateInput): readonly string[] {
  const own = proposed.ok
    ? 'Until then this pull request, like every other, is decided under the policy in force.'
    : '';
  if (base === defaultBranch) return [`It comes into force once it is merged. ${own}`.trim(), ''];
  const [into, only] = [escaped(base), escaped(defaultBranch)];
  return [
    `Policy is read from **${only}** and nowhere else: merged into ${into}, this changes nothing yet. ${own}`.trim(),
    '',
  ];
}

function consequences(
  { before, past, visibility }: PolicyGateInput,
  { after, warnings }: Extract<Proposed, { ok: true }>,
): readonly string[] {
  const { added, removed } = changeBetween(before, after);
  const none =
    after === undefined
      ? ['No policy would be left: nothing would be governed here any more, and no check be published.', '']
      : added.length + removed.length === 0
        ? ['Nothing that holds changes.', '']
        : [];
  return [
    ...none,
    ...listed(
      'What would hold from then on',
      added.map((sentence) => escaped(sentence)),
    ),
    ...listed(
      'What would hold no longer',
      removed.map((sentence) => escaped(sentence)),
    ),
    ...listed('Probably not meant', warnings.map(asLine)),
    ...pastInWords(past, visibility),
  ];
}

function mistakes(errors: readonly Problem[]): readonly string[] {
  const after =
    'Once merged, an invalid policy fails every check of this app that it names, so that nothing passes under it.';
  return [...listed('What is wrong', errors.map(asLine)), after];
}

function listed(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`### ${title}`, '', ...items.map((item) => `- ${item}`), ''];
}

function asLine(problem: Problem): string {
  return escaped(renderProblem(problem));
}

/** Only what stands in a file that this pull request leaves there can be shown at its line. */
function annotationOf(
  { file, line, message }: Problem,
  annotation_level: Annotation['annotation_level'],
  { touched }: PolicyGateInput,
): readonly Annotation[] {
  if (!touched.some(({ path, what }) => path === file && what !== 'removed')) return [];
  return [{ path: file, start_line: line, end_line: line, annotation_level, message: shortened(message, 4_000) }];
}

/** GitHub takes 65,535 characters. */
const longest = 60_000;

function withinLimit(lines: readonly string[]): string {
  let length = 0;
  const kept = lines.findIndex((line) => {
    length += line.length + 1;
    return length > longest;
  });
  if (kept === -1) return lines.join('\n');
  return [...lines.slice(0, kept), '', `… ${lines.length - kept} more lines do not fit here.`].join('\n');
}
