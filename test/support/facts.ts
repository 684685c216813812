import { decide } from '../../src/decision/decide.ts';
import type { Decision, PolicyInForce } from '../../src/decision/decision.ts';
import type { Facts } from '../../src/decision/facts.ts';
import { noHistory } from '../../src/decision/history.ts';
import type { Intervention } from '../../src/decision/intervention.ts';
import type { CommitFact, FileFact, ReviewFact } from '../../src/decision/listed.ts';
import type { IssueFact, Lookups, PersonFact, RunFact, Want } from '../../src/decision/lookups.ts';
import type { Account } from '../../src/decision/values.ts';
import { loadPolicy } from '../../src/policy/load.ts';

/** Facts about a pull request in `acme/shop`, and a small GitHub that answers wants, for tables of cases. */

/** Lists of people are in the order of their ids, so that those of the usual ones don't depend on which test runs first. */
const usual = ['author', 'ana', 'bo', 'cy', 'dee', 'rita', 'ruth', 'zoe'];
const ids: Record<string, number> = Object.fromEntries(usual.map((login, index) => [login, 1000 + index]));

/** A person; the same login is the same id everywhere. */
export function person(login: string): Account {
  const id = ids[login] ?? 1000 + Object.keys(ids).length;
  ids[login] = id;
  return { id, login, kind: 'user' };
}

export function bot(login: string): Account {
  return { ...person(login), kind: 'bot' };
}

/** `sha('a')` is forty times `a`. */
export function sha(letter: string): string {
  return letter.repeat(40);
}

export const now = '2026-11-23T12:00:00Z';
export const head = sha('a');

/** `time('11:30')` is that time of the day of the tests, in UTC. */
export function time(clock: string): string {
  return `2026-11-23T${clock}:00Z`;
}

export type Changes = Partial<
  Omit<Facts, 'pull' | 'repository' | 'files' | 'commits' | 'reviews' | 'labels' | 'comments'>
> & {
  readonly pull?: Partial<Facts['pull']>;
  readonly repository?: Partial<Facts['repository']>;
  readonly files?: readonly (string | FileFact)[];
  readonly commits?: readonly CommitFact[];
  readonly reviews?: readonly Delivered[];
  readonly labels?: readonly string[];
  readonly comments?: Facts['comments']['items'];
};

export type Delivered = ReviewFact & { readonly delivered: string | null };

let reviewIds = 5000;

/** An approval, delivered on the head unless said otherwise. `delivered: null` is one whose delivery never came. */
export function approval(by: string | Account, at = '11:00', more: Partial<Delivered> = {}): Delivered {
  const author = typeof by === 'string' ? person(by) : by;
  reviewIds += 1;
  const review = { id: reviewIds, author, state: 'approved' as const, body: '', commit: head, submittedAt: time(at) };
  return { ...review, delivered: head, ...more };
}

export function commit(author: Account | null, more: Partial<CommitFact> = {}): CommitFact {
  return { sha: head, authors: [author], committer: author, ...more };
}

export function manifest(lines: string): string {
  return `Fixes it.\n\n\`\`\`remediation\n${lines}\n\`\`\`\n`;
}

export function facts(changes: Changes = {}): Facts {
  const { pull, repository, files, commits, reviews, labels, comments, ...rest } = changes;
  const author = pull?.author ?? person('author');
  return {
    at: now,
    repository: {
      id: 1,
      server: 'https://github.com',
      owner: 'acme',
      name: 'shop',
      visibility: 'private',
      topics: [],
      policyPaths: ['.github/countersign.yml'],
      ...repository,
    },
    pull: {
      number: 7,
      title: 'Remedy',
      body: '',
      bodyEditedAt: null,
      draft: false,
      createdAt: time('08:00'),
      author,
      base: 'main',
      baseSha: sha('0'),
      head: 'remediation/x',
      headSha: head,
      forkOwner: null,
      requestedBy: [],
      additions: 10,
      deletions: 2,
      ...pull,
    },
    files: listing(
      (files ?? ['src/a.ts']).map((file) => (typeof file === 'string' ? { path: file, status: 'modified' } : file)),
    ),
    commits: listing(commits ?? [commit(author)]),
    reviews: listing((reviews ?? []).map(({ delivered: _, ...review }) => review)),
    comments: listing(comments ?? []),
    labels: listing(labels ?? ['remediation']),
    heads: [{ sha: pull?.headSha ?? head, pusher: author, at: time('08:00') }],
    deliveredReviews: (reviews ?? []).flatMap(({ id, state, submittedAt, delivered }) =>
      delivered === null ? [] : [{ id, state, submittedAt, commit: delivered }],
    ),
    dismissals: [],
    interventions: [],
    history: noHistory,
    bindings: {},
    lookups: {},
    ...rest,
  };
}

export function listing<Item>(items: readonly Item[]): { items: Item[]; total: number } {
  return { items: [...items], total: items.length };
}

type Spoken<Said extends Intervention> = Said extends Intervention ? Omit<Said, 'id' | 'by' | 'at' | 'head'> : never;

let commandIds = 9000;

export function said(
  by: string,
  at: string,
  what: Spoken<Intervention>,
  more: { id?: number; head?: string; taken?: true } = {},
): Intervention {
  commandIds += 1;
  return { id: commandIds, by: person(by), at: time(at), head, ...more, ...what } as Intervention;
}

/** What the small GitHub answers with. Everybody it does not name may write and exists. */
export type World = {
  readonly teams?: Readonly<Record<string, readonly string[]>>;
  readonly teamIds?: Readonly<Record<string, number>>;
  readonly permissions?: Readonly<Record<string, PersonFact['permission']>>;
  readonly suspended?: readonly string[];
  readonly missing?: readonly string[];
  readonly runs?: Readonly<Record<string, Partial<RunFact>>>;
  readonly validations?: readonly Partial<RunFact>[];
  readonly issues?: Readonly<Record<string, IssueFact>>;
  readonly lookups?: Lookups;
};

/** Decides, answers what is wanted, and decides again, as the app does. */
export function settled(policy: PolicyInForce, given: Facts, world: World = {}): Decision {
  return answered(given, world, (current) => decide(policy, current));
}

/** The same for whatever else is found out of facts and says what it lacks. */
export function answered<Found extends { readonly wants: readonly Want[] }>(
  given: Facts,
  world: World,
  find: (facts: Facts) => Found,
): Found {
  let current: Facts = { ...given, lookups: merge(given.lookups, world.lookups ?? {}) };
  let found = find(current);
  for (let round = 0; round < 10 && found.wants.length > 0; round += 1) {
    current = { ...current, lookups: found.wants.reduce((all, want) => answer(all, want, world), current.lookups) };
    found = find(current);
  }
  return found;
}

function merge(one: Lookups, other: Lookups): Lookups {
  const all = new Map<string, object>();
  for (const source of [one, other]) {
    for (const [kind, answers] of Object.entries(source)) all.set(kind, { ...all.get(kind), ...answers });
  }
  return Object.fromEntries(all);
}

function answer(lookups: Lookups, { kind, key, login }: Want, world: World): Lookups {
  const ok = answerOf({ kind, key, login: login ?? '' }, world);
  return merge(lookups, {
    [kind]: { [key]: ok === undefined ? { error: `${kind} ${key} cannot be read.` } : { ok, at: now } },
  });
}

function answerOf({ kind, key, login }: Required<Want>, world: World): unknown {
  switch (kind) {
    case 'users':
      return world.missing?.includes(key) ? null : person(key);
    case 'teams':
      return { id: world.teamIds?.[key] ?? 77, members: (world.teams?.[key] ?? []).map(person) };
    case 'people':
      return {
        account: person(login),
        permission: world.permissions?.[login] ?? 'write',
        suspended: world.suspended?.includes(login) ?? false,
      };
    case 'runs':
      return world.runs?.[key] === undefined ? null : run(world.runs[key]);
    case 'validations':
      return listing((world.validations ?? []).map(run));
    case 'issues':
      return world.issues?.[key] ?? null;
    case 'alerts':
    case 'pushers':
      return null;
    case 'properties':
      return [];
    case 'proposedPolicy':
      return { kind: 'valid' };
    default:
      return undefined;
  }
}

export function run(more: Partial<RunFact> = {}): RunFact {
  return {
    id: 1200,
    repository: 'acme/shop',
    workflow: '.github/workflows/ci.yml',
    headSha: head,
    attempt: 1,
    status: 'completed',
    conclusion: 'success',
    startedAt: time('09:00'),
    url: 'https://github.com/acme/shop/actions/runs/1200',
    ...more,
  };
}

/** An organization policy out of its text; a test whose policy is wrong fails here. */
export function policy(text: string, repository?: string): PolicyInForce {
  const key = JSON.stringify([text, repository]);
  const known = policies.get(key) ?? read(text, repository);
  policies.set(key, known);
  return known;
}

/** Many cases have the same policy, and reading one takes longer than deciding. */
const policies = new Map<string, PolicyInForce>();

function read(text: string, repository: string | undefined): PolicyInForce {
  const loaded = loadPolicy({
    organization: { file: 'countersign.yml', text },
    ...(repository === undefined ? {} : { repository: { file: '.github/countersign.yml', text: repository } }),
  });
  if (!loaded.ok) throw new Error(loaded.errors.map((error) => JSON.stringify(error)).join('\n'));
  return { kind: 'valid', effective: loaded.effective };
}

/** Two stages: a peer of two, then a release manager, for `main`; staging asks for a peer alone. */
export const twoStages = `
version: 1
stages: [peer, release]
proposals:
  - category: remediation
    when: { labels: [remediation] }
environments:
  production: { base: [main] }
  staging: { base: [develop] }
roles:
  peer: { members: ["user:ana", "user:bo", "user:author"] }
  release-manager: { members: ["user:rita", "user:ana"], backups: ["user:ruth"] }
rules:
  - name: a peer
    require: { peer: [ { role: peer } ] }
  - name: production
    when: { environments: [production] }
    require: { release: [ { role: release-manager } ] }
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  shared-accounts: ["svc-*"]
`;

/** The reason codes of somebody's approval. */
export function codesOf(decision: Decision, login: string): readonly string[] {
  return decision.approvals.find(({ by }) => by.login === login)?.reasons.map(({ code }) => code) ?? [];
}

export function reasonCodes({ reasons }: Decision): readonly string[] {
  return [...new Set(reasons.map(({ code }) => code))];
}

/** `peer/role:peer#1 ana` for each seat that is filled. */
export function holders({ plan }: Decision): readonly string[] {
  return plan.flatMap(({ name, seats }) =>
    seats.flatMap(({ id, filledBy }) => (filledBy === null ? [] : [`${name}/${id} ${filledBy.account.login}`])),
  );
}
