import { type EvidenceContext, missing, unverified, type Verified, verified } from './evidence.ts';
import type { RunFact } from './lookups.ts';
import { epochOf, inWords } from './time.ts';
import { isComplete } from './values.ts';

/**
 * `validation`: the newest completed run of an allowed workflow on the head commit has succeeded, and began after
 * validation was last asked for. A run whose workflow file the proposal itself changes does not count (T43).
 */
export function verifyValidation(context: EvidenceContext): Verified {
  const { policy, reader } = context;
  const allowed = policy.evidence.validationWorkflows;
  if (allowed.length === 0)
    return missing('validation', 'The policy asks for validation and names no workflow for it.');
  const listed = reader.read('validations', reader.facts.pull.headSha);
  if (listed === undefined) return missing('validation', 'The runs on the head commit have not been read yet.');
  if (!isComplete(listed))
    reader.cannotKnow({ code: 'fact-truncated', message: 'Not every run on the head commit could be read.' });
  const judged = newestPerWorkflow(listed.items, allowed, context).map((run) => ({
    run,
    problem: problemOf(run, context),
  }));
  const good = judged.filter(({ problem }) => problem === undefined).map(({ run }) => run);
  if (good.length > 0) {
    const cites = good.flatMap(({ id, url }) => [`${id}`, url]);
    return verified(
      'validation',
      `Run ${good.map(({ id }) => id).join(', ')} succeeded.`,
      good.map(({ url }) => url),
      cites,
    );
  }
  const [bad] = judged;
  if (bad === undefined) return missing('validation', `Run ${allowed.join(' or ')} on the head commit.`);
  return unverified('validation', bad.problem ?? '', [bad.run.url]);
}

function newestPerWorkflow(
  runs: readonly RunFact[],
  allowed: readonly string[],
  { reader }: EvidenceContext,
): readonly RunFact[] {
  const { repository, pull } = reader.facts;
  const newest = new Map<string, RunFact>();
  for (const run of runs) {
    const name = fileOf(run);
    if (name === undefined || !allowed.includes(name) || run.status !== 'completed') continue;
    if (
      run.headSha !== pull.headSha ||
      run.repository.toLowerCase() !== `${repository.owner}/${repository.name}`.toLowerCase()
    )
      continue;
    const known = newest.get(name);
    if (known === undefined || isNewer(run, known)) newest.set(name, run);
  }
  return [...newest.values()].sort((one, other) => one.id - other.id);
}

function isNewer(run: RunFact, than: RunFact): boolean {
  const difference = epochOf(run.startedAt) - epochOf(than.startedAt);
  return difference === 0 ? run.id > than.id : difference > 0;
}

function problemOf(run: RunFact, { changes, validationAskedAt }: EvidenceContext): string | undefined {
  const file = fileOf(run);
  if (file !== undefined && changes(`.github/workflows/${file}`)) {
    return `The proposal changes ${file} itself, so its runs prove nothing about it.`;
  }
  if (run.conclusion !== 'success')
    return `Run ${run.id} of ${file ?? 'the workflow'} ended with ${run.conclusion ?? 'nothing'}.`;
  if (epochOf(run.startedAt) <= validationAskedAt) {
    return `Validation was asked for again on ${inWords(validationAskedAt)}; run ${run.id} began before that.`;
  }
  return undefined;
}

/** GitHub writes `.github/workflows/ci.yml`, sometimes with `@ref`. */
function fileOf({ workflow }: RunFact): string | undefined {
  return /^\.github\/workflows\/([^/@]+\.ya?ml)(?:@.*)?$/.exec(workflow)?.[1];
}
