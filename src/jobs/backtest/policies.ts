import { type LoadResult, loadPolicy } from '../../policy/load.ts';
import type { Session } from '../../store/database.ts';
import { loadPolicyTexts, type PolicyBlobs } from '../../store/policies.ts';
import { ORGANIZATION_FILE, REPOSITORY_FILE } from '../policy-in-force.ts';

type Read = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

/** Policies by the blobs that they are made of, each loaded once; undefined where there is none. */
export function policiesByBlobs(read: Read): (blobs: PolicyBlobs) => Promise<LoadResult | undefined> {
  const loaded = new Map<string, Promise<LoadResult | undefined>>();
  return (blobs) => {
    const key = `${blobs.organization ?? ''}:${blobs.repository ?? ''}`;
    const known = loaded.get(key) ?? load(read, blobs);
    loaded.set(key, known);
    return known;
  };
}

async function load(read: Read, { organization, repository }: PolicyBlobs): Promise<LoadResult | undefined> {
  if (organization === null && repository === null) return undefined;
  const oids = [organization, repository].filter((oid) => oid !== null);
  const texts = await read((session) => loadPolicyTexts(session, oids));
  const textOf = (oid: string | null, file: string) =>
    oid === null ? undefined : { file, text: texts.get(oid) ?? '' };
  return loadPolicy({
    organization: textOf(organization, ORGANIZATION_FILE),
    repository: textOf(repository, REPOSITORY_FILE),
  });
}
