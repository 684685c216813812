import { globTest } from '../policy/glob.ts';
import { named } from '../policy/policy.ts';
import type { Condition } from '../policy/schema/condition.ts';
import { type EvidenceContext, missing, unverified, type Verified, verified } from './evidence.ts';
import { type Reference, referenceOf } from './evidence-reference.ts';

/**
 * `failure`: a run that has completed and failed, or an open issue or alert, in this repository or in one of a touched
 * system (T31). Addresses outside the organization's GitHub are shown and never fetched (T30).
 */
export function verifyFailure(context: EvidenceContext): Verified {
  const { failure } = context.manifest;
  if (failure === undefined) {
    return missing(
      'failure',
      'Add `failure:` with the address of the failed run, the issue or the alert that this remedies.',
    );
  }
  const { server, owner, name } = context.reader.facts.repository;
  const reference = referenceOf(failure, server);
  if (reference === undefined) {
    return unverified('failure', `It is not a run, an issue or an alert on ${server}, so it is shown and not read.`, [
      failure,
    ]);
  }
  const repository = `${reference.owner}/${reference.repository}`.toLowerCase();
  if (repository !== `${owner}/${name}`.toLowerCase() && !isOfTouchedSystem(reference, context)) {
    return unverified('failure', 'It is in a repository that is neither this one nor one of a touched system.', [
      failure,
    ]);
  }
  return reference.kind === 'run' ? verifyRun(reference, failure, context) : verifyIssue(reference, failure, context);
}

const failed = ['failure', 'timed_out', 'startup_failure'];

function verifyRun(reference: Reference, shown: string, { reader }: EvidenceContext): Verified {
  const run = reader.read('runs', `${reference.owner}/${reference.repository}/${reference.number}`);
  if (run === undefined) return unverified('failure', 'The run has not been read yet.', [shown]);
  if (run === null) return unverified('failure', 'There is no such run.', [shown]);
  if (run.status !== 'completed') return unverified('failure', 'The run has not completed.', [shown]);
  if (!failed.includes(run.conclusion ?? '')) {
    return unverified('failure', `The run did not fail: its last attempt ended with ${run.conclusion ?? 'nothing'}.`, [
      shown,
    ]);
  }
  return verified('failure', `Run ${run.id} failed.`, [shown], [`${run.id}`, shown]);
}

function verifyIssue(reference: Reference, shown: string, { reader }: EvidenceContext): Verified {
  const repository = `${reference.owner}/${reference.repository}`;
  const found =
    reference.kind === 'issue'
      ? reader.read('issues', `${repository}#${reference.number}`)
      : reader.read('alerts', `${repository}/${reference.kind}/${reference.number}`);
  const what = reference.kind === 'issue' ? 'issue' : 'alert';
  if (found === undefined) return unverified('failure', `The ${what} has not been read yet.`, [shown]);
  if (found === null) return unverified('failure', `There is no such ${what}.`, [shown]);
  if (found.state !== 'open') return unverified('failure', `The ${what} is not open.`, [shown]);
  return verified('failure', `The ${what} is open.`, [shown], [shown]);
}

function isOfTouchedSystem(
  { owner, repository }: Reference,
  { policy, classification, reader }: EvidenceContext,
): boolean {
  if (owner.toLowerCase() !== reader.facts.repository.owner.toLowerCase()) return false;
  return classification.systems.some(({ name }) => {
    const system = named(policy.systems, name);
    const globs = system === undefined ? [] : repositoryGlobs(system.when);
    return globs.some((glob) => {
      const value = glob.includes('/') ? `${owner}/${repository}` : repository;
      return globTest(glob.toLowerCase())(value.toLowerCase());
    });
  });
}

/** Repositories that a condition asks for; what it excludes is none of them. */
function repositoryGlobs(condition: Condition): readonly string[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.flatMap(repositoryGlobs);
  return condition.kind === 'globs' && condition.key === 'repositories' ? condition.globs : [];
}
