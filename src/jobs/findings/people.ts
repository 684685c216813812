import { z } from 'zod';
import type { KnownFinding } from '../../findings/finding.ts';
import { type FindingPeople, unknownOf } from '../../findings/people.ts';
import { readCommits, readPullCommits } from '../../github/commits.ts';
import type { Segregation } from '../../policy/policy.ts';
import { type Session, transact } from '../../store/database.ts';
import { peopleOnRecord, type StoredFinding, savePeople } from '../../store/findings.ts';
import type { Deps } from '../deps.ts';
import type { RepositoryLocator } from '../job.ts';

/**
 * Who had a part in a finding: whoever did it, whom its commits name and those of the pull requests that it came from, and everybody who is
 * on record as having helped with those. Read until nothing of it is unknown, and then kept.
 */
export async function peopleOfFinding(
  deps: Deps,
  session: Session,
  { id, locator, finding, people }: StoredFinding,
  segregation: Segregation,
): Promise<FindingPeople> {
  if (people !== null) return people;
  const read = await readPeople(deps, session, locator, finding);
  const isKnown = unknownOf(finding, read, segregation).length === 0;
  if (isKnown) await transact(session, locator.tenant, (within) => savePeople(within, id, read));
  return read;
}

async function readPeople(
  deps: Deps,
  session: Session,
  locator: RepositoryLocator,
  finding: KnownFinding,
): Promise<FindingPeople> {
  const installation = deps.github.installation(locator.tenant, locator.installation);
  const pulls = pullsOf(finding);
  const shas = [...new Set([finding.head, ...finding.commits])];
  const onRecord = await transact(session, locator.tenant, (within) =>
    peopleOnRecord(within, locator.repositoryId, { pulls, shas }),
  );
  const read = [await readCommits(installation, locator, finding.commits, 'facts')];
  for (const pull of pulls) read.push(await readPullCommits(installation, { ...locator, pull }, 'facts'));
  const by = [...(finding.by === null ? [] : [finding.by]), ...onRecord.mergedBy];
  return {
    by: [...new Map(by.map((account) => [account.id, account])).values()],
    contributors: [...onRecord.contributors],
    commits: read.flatMap(({ commits }) => commits),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
  };
}

function pullsOf({ pull, details }: KnownFinding): readonly number[] {
  const named = z.array(z.number().int()).catch([]).parse(details.pulls);
  return [...new Set([...(pull === null ? [] : [pull]), ...named])];
}
