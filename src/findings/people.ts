import * as z from 'zod';
import { distinct, isUnattributed, namedIn } from '../decision/contributors.ts';
import { Contributor } from '../decision/history.ts';
import { CommitFact } from '../decision/listed.ts';
import { Account } from '../decision/values.ts';
import type { Segregation } from '../policy/policy.ts';
import type { FindingKind, KnownFinding } from './finding.ts';

/** What was read of who had a part in what was found. */
export const FindingPeople = z.object({
  /** Whoever did it: pushed, merged, or was named by GitHub as the one. */
  by: z.array(Account),
  /** Of recorded proposals that it came from. */
  contributors: z.array(Contributor),
  commits: z.array(CommitFact),
  /** What GitHub does not show, in words: `commit 0a1b2c3d4e`. */
  unreadable: z.array(z.string()),
});
export type FindingPeople = Readonly<z.output<typeof FindingPeople>>;

/** Everybody who helped to make what was found. */
export function contributorsTo({ contributors, commits }: FindingPeople): readonly Contributor[] {
  return distinct([...contributors, ...namedIn(commits)]);
}

/** What somebody did, and nobody else together with them: who it was decides who may not judge it. */
const acts: readonly FindingKind[] = ['merged-unpermitted', 'pushed', 'force-pushed'];
const mostNamed = 5;

/**
 * What cannot be told of who had a part in it, in sentences. Whoever it was could be about to approve it, so nobody can as long as there is
 * one (T07), unless the policy says that commits without an account are nobody's.
 */
export function unknownOf(
  { kind }: Pick<KnownFinding, 'kind'>,
  { by, commits, unreadable }: FindingPeople,
  segregation: Segregation,
): readonly string[] {
  const nameless =
    segregation.unattributedCommits === 'ignore' ? [] : commits.filter((commit) => isUnattributed(commit, segregation));
  return [
    ...(by.length === 0 && acts.includes(kind) ? ['GitHub does not tell who did it.'] : []),
    ...some(
      nameless.map(
        ({ sha }) =>
          `Commit ${sha.slice(0, 10)} names somebody whose mail address belongs to no account; adding that address to the account tells who it is.`,
      ),
    ),
    ...some(unreadable.map((what) => `GitHub does not show ${what}, so nobody can tell who wrote it.`)),
  ];
}

function some(sentences: readonly string[]): readonly string[] {
  const more = sentences.length - mostNamed;
  return more > 0 ? [...sentences.slice(0, mostNamed), `So it is with ${more} more.`] : sentences;
}
