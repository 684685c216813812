import type { FileDiff } from '../world/diff.ts';
import type { Commit, Repository } from '../world/types.ts';
import { nodeId, type World } from '../world/world.ts';
import { userShape } from './people.ts';
import { repositoryHtmlUrl, repositoryUrl } from './repository.ts';

/** GitHub links an author to an account by mail address; an unknown address is nobody. */
export function accountOfEmail(world: World, email: string): number | null {
  return world.emails.get(email.toLowerCase()) ?? null;
}

const webFlowId = 19_864_447;

export const signatureText = '-----BEGIN PGP SIGNATURE-----\n\nsimulated\n-----END PGP SIGNATURE-----\n';

function verificationShape(commit: Commit) {
  if (commit.signedByGitHub !== true)
    return { verified: false, reason: 'unsigned', payload: null, signature: null, verified_at: null };
  const text = { payload: commit.message, signature: signatureText };
  return { verified: true, reason: 'valid', ...text, verified_at: commit.committer.date };
}

export function commitShape(world: World, repository: Repository, commit: Commit) {
  const api = repositoryUrl(world, repository);
  const html = repositoryHtmlUrl(world, repository);
  const person = (email: string) => {
    const id = email === 'noreply@github.com' ? webFlowId : accountOfEmail(world, email);
    return id === null ? null : userShape(world, id);
  };
  return {
    url: `${api}/commits/${commit.sha}`,
    sha: commit.sha,
    node_id: nodeId('C', `${repository.id}:${commit.sha}`),
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.treeSha, url: `${api}/git/trees/${commit.treeSha}` },
      verification: verificationShape(commit),
    },
    author: person(commit.author.email),
    committer: person(commit.committer.email),
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/commit/${sha}` })),
  };
}

export function fileShape(world: World, repository: Repository, ref: string, file: FileDiff) {
  const html = repositoryHtmlUrl(world, repository);
  const path = encodeURIComponent(file.path);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${ref}/${path}`,
    raw_url: `${html}/raw/${ref}/${path}`,
    contents_url: `${repositoryUrl(world, repository)}/contents/${path}?ref=${ref}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
