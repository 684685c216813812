import type { ChangedFiles, Subject } from '../policy/subject.ts';
import type { Want as PolicyWant } from '../policy/truth.ts';
import type { Facts } from './facts.ts';
import type { Lookup } from './lookups.ts';
import type { Reader } from './reader.ts';
import { type Account, isComplete } from './values.ts';

/** What policy conditions are judged on, out of the facts at hand; what is not at hand is unknown, and wanted. */
export function subjectOf(facts: Facts): Subject {
  const { repository, pull, labels } = facts;
  return {
    repository: {
      owner: repository.owner,
      name: repository.name,
      topics: repository.topics,
      visibility: repository.visibility,
      properties: okOf(facts.lookups.properties?.repository),
      policyPaths: repository.policyPaths,
    },
    change: {
      base: pull.base,
      head: pull.head,
      forkOwner: pull.forkOwner ?? undefined,
      draft: pull.draft,
      author: {
        login: pull.author?.login ?? 'ghost',
        kind: isMachine(pull.author) ? 'bot' : 'human',
        teams: authorTeams(facts),
      },
      labels: labels.items,
      title: pull.title,
      files: changedFiles(facts),
    },
  };
}

/** Whether an account is certainly not a person. One that is gone may have been anybody's. */
export function isMachine(account: Account | null): boolean {
  return account !== null && account.kind !== 'user';
}

/** Reads what a classification lacks. */
export function readWanted(wants: readonly PolicyWant[], reader: Reader): void {
  for (const want of wants) {
    switch (want.fact) {
      case 'files':
        readFiles(reader);
        break;
      case 'properties':
        reader.read('properties', 'repository');
        break;
      case 'author-team':
        reader.read('teams', want.team);
        break;
      case 'property-editability':
        reader.cannotKnow({
          code: 'fact-unreadable',
          message: `The custom property "${want.property}" may be edited by this repository's own administrators, so it cannot classify it. Let organization actors alone edit it.`,
        });
    }
  }
}

function readFiles(reader: Reader): void {
  const { repository, pull } = reader.facts;
  const { headSha } = pull;
  if (repository.policyPaths.length > 0) reader.read('proposedPolicy', headSha);
  const files = reader.read('files', headSha);
  const total = Math.max(files?.total ?? 0, reader.facts.files.total);
  if (files === undefined || files.items.length >= total) return;
  reader.cannotKnow({
    code: 'fact-truncated',
    message: `GitHub lists ${files.items.length} of ${total} changed files. Split the change: what cannot be read cannot be approved.`,
  });
}

function changedFiles({ files, pull, lookups, repository }: Facts): ChangedFiles {
  const { additions, deletions } = pull;
  const looked = okOf(lookups.files?.[pull.headSha]);
  const listing = looked ?? files;
  const hasOldPaths = listing.items.every(
    ({ status, previousPath }) => status !== 'renamed' || previousPath !== undefined,
  );
  return {
    list: listing.items,
    complete: isComplete(listing) && listing.items.length >= files.total && hasOldPaths,
    count: Math.max(listing.total, files.total),
    additions,
    deletions,
    untouched: okOf(lookups.proposedPolicy?.[pull.headSha])?.kind === 'untouched' ? repository.policyPaths : [],
  };
}

function authorTeams({ lookups, pull }: Facts): Subject['change']['author']['teams'] {
  return Object.entries(lookups.teams ?? {}).flatMap(([team, answer]) => {
    const roster = okOf(answer);
    if (roster === undefined) return [];
    const member = roster?.members.some(({ id }) => id === pull.author?.id) === true;
    return [{ team, member }];
  });
}

export function okOf<Value>(lookup: Lookup<Value> | undefined): Value | undefined {
  return lookup !== undefined && 'ok' in lookup ? lookup.ok : undefined;
}
