import { noCommit } from '../world/branches.ts';
import { announceSuite } from '../world/checks.ts';
import { changeTree, commitOf, type FileChange, writeCommit } from '../world/git.ts';
import { personOf, webFlow } from '../world/merges.ts';
import { accountByLogin, organizationByLogin, teamBySlug } from '../world/people.ts';
import { pushBranch } from '../world/pushes.ts';
import {
  createRepository,
  editRepository,
  renameRepository,
  repositoryByName,
  setProperties,
} from '../world/repositories.ts';
import type { GitPerson, PropertyValue, Repository, Role } from '../world/types.ts';
import { found, now, Refusal, type World, wholeSeconds } from '../world/world.ts';

export interface PushInput {
  readonly repository: string;
  readonly branch: string;
  /** Who pushes. */
  readonly as: string;
  readonly files?: Readonly<Record<string, FileChange>>;
  readonly message?: string;
  /** A login or a name and address; the pusher unless given. All of it is forgeable, as in git. */
  readonly author?: string | Omit<GitPerson, 'date'>;
  readonly committer?: string | Omit<GitPerson, 'date'>;
  readonly date?: string;
  readonly coAuthors?: readonly (string | Omit<GitPerson, 'date'>)[];
  /** Where to start: a branch or SHA. The branch itself, or the default branch when it is new. */
  readonly from?: string;
  readonly force?: boolean;
  /** Required checks stop the push too, of all who may not bypass them; other rules always do. */
  readonly enforce?: boolean;
  /** A branch or SHA that the commit merges: its second parent. What comes from there is said in `files`, as git lets a merge say anything. */
  readonly merges?: string;
  /** Made on GitHub's pages: GitHub is the committer and signs. */
  readonly onWeb?: boolean;
  /** Move the branch to a commit that exists, writing none. */
  readonly to?: string;
}

function resolve(repository: Repository, ref: string): string {
  return repository.branches.get(ref) ?? ref;
}

function personIn(world: World, input: string | Omit<GitPerson, 'date'>, date: string): GitPerson {
  if (typeof input !== 'string') return { ...input, date };
  const account = accountByLogin(world, input);
  return { name: account.name, email: account.emails.at(-1) ?? '', date };
}

function messageOf(world: World, input: PushInput, date: string): string {
  const people = (input.coAuthors ?? []).map((each) => personIn(world, each, date));
  const trailers = people.map((person) => `Co-authored-by: ${person.name} <${person.email}>`);
  return [input.message ?? 'Change', ...(trailers.length > 0 ? ['', ...trailers] : [])].join('\n');
}

function committerOf(world: World, input: PushInput, author: GitPerson, date: string): GitPerson {
  if (input.onWeb === true) return { ...webFlow(world), date };
  return input.committer === undefined ? author : personIn(world, input.committer, date);
}

function newCommit(world: World, repository: Repository, input: PushInput, actorId: number): string {
  const tip = repository.branches.get(input.branch);
  const from =
    input.from === undefined
      ? (tip ?? repository.branches.get(repository.defaultBranch))
      : resolve(repository, input.from);
  const date = input.date === undefined ? now(world) : wholeSeconds(input.date);
  const author =
    input.author === undefined ? { ...personOf(world, actorId), date } : personIn(world, input.author, date);
  const commit = writeCommit(world, repository.networkId, {
    tree: changeTree(world, from === undefined ? new Map() : commitOf(world, from).tree, input.files ?? {}),
    parents: [from, input.merges === undefined ? undefined : resolve(repository, input.merges)].filter(
      (parent) => parent !== undefined,
    ),
    message: messageOf(world, input, date),
    author,
    committer: committerOf(world, input, author, date),
    ...(input.onWeb === true ? { signedByGitHub: true } : {}),
  });
  return commit.sha;
}

export interface CreateRepositoryInput {
  /** `acme/payments` */
  readonly name: string;
  readonly visibility?: Repository['visibility'];
  readonly defaultBranch?: string;
  readonly topics?: readonly string[];
  readonly description?: string;
  readonly files?: Readonly<Record<string, FileChange>>;
  readonly teams?: Readonly<Record<string, Role>>;
  readonly collaborators?: Readonly<Record<string, Role>>;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
  readonly forkOf?: string;
}

function create(world: World, input: CreateRepositoryInput): Repository {
  const [owner = '', name = ''] = input.name.split('/');
  const ownerId = accountByLogin(world, owner).id;
  const { forkOf: source, ...rest } = input;
  const forkOf = source === undefined ? {} : { forkOf: repositoryByName(world, source) };
  const repository = createRepository(world, ownerId, { ...rest, ...forkOf, name });
  for (const [slug, role] of Object.entries(input.teams ?? {})) {
    repository.teamPermissions.set(teamBySlug(organizationByLogin(world, owner), slug).id, role);
  }
  for (const [login, role] of Object.entries(input.collaborators ?? {}))
    repository.collaborators.set(accountByLogin(world, login).id, role);
  for (const [key, value] of Object.entries(input.properties ?? {})) repository.properties.set(key, value);
  if (repository.branches.size > 0) return repository;
  const files = input.files ?? { 'README.md': `# ${name}\n` };
  const person = { name: owner, email: `${owner}@acme.example`, date: now(world) };
  const commit = writeCommit(world, repository.networkId, {
    tree: changeTree(world, new Map(), files),
    parents: [],
    message: `Start ${input.name}`,
    author: person,
    committer: person,
  });
  repository.branches.set(repository.defaultBranch, commit.sha);
  return repository;
}

export function repositoryControl(world: World) {
  return {
    createRepository: (input: CreateRepositoryInput) => {
      const repository = create(world, input);
      return { id: repository.id, name: input.name, head: found(repository.branches.get(repository.defaultBranch)) };
    },
    renameRepository: (input: { readonly repository: string; readonly name: string; readonly as: string }) =>
      renameRepository(
        world,
        repositoryByName(world, input.repository),
        input.name,
        accountByLogin(world, input.as).id,
      ),
    editRepository: (input: {
      readonly repository: string;
      readonly as: string;
      readonly defaultBranch?: string;
      readonly topics?: readonly string[];
    }) => editRepository(world, repositoryByName(world, input.repository), accountByLogin(world, input.as).id, input),
    archiveRepository: (input: { readonly repository: string; readonly archived?: boolean }) => {
      repositoryByName(world, input.repository).archived = input.archived ?? true;
    },
    setProperties: (input: {
      readonly repository: string;
      readonly as: string;
      readonly values: Readonly<Record<string, PropertyValue>>;
    }) =>
      setProperties(world, repositoryByName(world, input.repository), input.values, accountByLogin(world, input.as).id),
    /** Commits files and moves the branch, or moves it to a commit that exists. */
    push: (input: PushInput) => {
      const repository = repositoryByName(world, input.repository);
      const actorId = accountByLogin(world, input.as).id;
      const after =
        input.to === undefined ? newCommit(world, repository, input, actorId) : resolve(repository, input.to);
      if (!world.commits.has(after)) throw new Refusal(404, `no commit ${after}`);
      const force = input.force === undefined ? {} : { force: input.force };
      pushBranch(world, repository, { branch: input.branch, after, actorId, ...force }, input.enforce ?? false);
      return { sha: after };
    },
    deleteBranch: (input: { readonly repository: string; readonly branch: string; readonly as: string }) =>
      pushBranch(
        world,
        repositoryByName(world, input.repository),
        { branch: input.branch, after: noCommit, actorId: accountByLogin(world, input.as).id },
        true,
      ),
    readFile: (input: { readonly repository: string; readonly path: string; readonly ref?: string }) => {
      const repository = repositoryByName(world, input.repository);
      const entry = found(
        commitOf(world, resolve(repository, input.ref ?? repository.defaultBranch)).tree.get(input.path),
      );
      return { ...entry, content: world.blobs.get(entry.sha)?.toString() ?? '' };
    },
    branchHead: (input: { readonly repository: string; readonly branch: string }) => ({
      sha: found(repositoryByName(world, input.repository).branches.get(input.branch)),
    }),
    rerequestSuite: (input: { readonly repository: string; readonly sha: string; readonly as: string }) => {
      const suites = repositoryByName(world, input.repository).suitesBySha.get(input.sha) ?? [];
      const suite = found(suites.find((each) => each.appId === world.app.id));
      announceSuite(world, suite, 'rerequested', accountByLogin(world, input.as).id);
    },
  };
}
