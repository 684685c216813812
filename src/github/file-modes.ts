import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';
import type { Place } from './lookup-pieces.ts';

/** A query resolves each path through the tree; a hundred at once is what a page of any list is. */
const AT_ONCE = 100;

const Entry = z.object({ mode: z.int() }).nullable();
const Answer = z.object({ repository: z.object({ object: z.record(z.string(), Entry).nullable() }).nullable() });

/**
 * Git's modes of files as a commit has them: `100644`, `100755`, a link's `120000`, a submodule's `160000`. REST's lists of files do not
 * tell them. Asked of the base repository, which knows the commits of forks too. One that GitHub does not tell is no mode to rest on.
 */
export async function readModes(
  installation: Installation,
  place: Place,
  commit: string,
  paths: readonly string[],
  purpose: Purpose,
): Promise<ReadonlyMap<string, string>> {
  const modes = new Map<string, string>();
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const some = paths.slice(start, start + AT_ONCE);
    const entries = await readEntries(installation, place, commit, some, purpose);
    some.forEach((path, index) => {
      const entry = entries[`f${index}`] ?? null;
      if (entry === null)
        throw new AppError('github-unexpected', `GitHub does not tell the mode of ${path} in ${commit.slice(0, 10)}.`);
      modes.set(path, entry.mode.toString(8));
    });
  }
  return modes;
}

async function readEntries(
  installation: Installation,
  place: Place,
  commit: string,
  paths: readonly string[],
  purpose: Purpose,
): Promise<Readonly<Record<string, z.infer<typeof Entry>>>> {
  const fields = paths.map((_, index) => `f${index}: file(path: $p${index}) { mode }`).join(' ');
  const types = paths.map((_, index) => `, $p${index}: String!`).join('');
  const text = `query CountersignModes($owner: String!, $name: String!, $commit: GitObjectID!${types}) {
    repository(owner: $owner, name: $name) { object(oid: $commit) { ... on Commit { ${fields} } } }
  }`;
  const named = Object.fromEntries(paths.map((path, index) => [`p${index}`, path]));
  const variables = { owner: place.owner, name: place.repository, commit, ...named };
  const { data, errors } = await installation.query(text, variables, purpose);
  const trouble = errors.find(({ type }) => type !== 'NOT_FOUND');
  const entries = Answer.parse(data).repository?.object ?? null;
  if (trouble !== undefined || entries === null)
    throw new AppError('github-unexpected', `GitHub did not give the modes of files in ${commit.slice(0, 10)}.`, {
      retryable: true,
    });
  return entries;
}
