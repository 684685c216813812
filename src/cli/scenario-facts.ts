import { stringify } from 'yaml';
import type { Facts } from '../decision/facts.ts';
import { noHistory } from '../decision/history.ts';
import type { ReviewFact } from '../decision/listed.ts';
import type { Account } from '../decision/values.ts';
import type { Opinion, Scenario } from './scenario.ts';

export const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
/** A head before the present one, which a stale approval was given on. */
const EARLIER = 'c'.repeat(40);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Gives every login an account of its own, the same one each time. */
export type People = (login: string) => Account;

export function createPeople(known: readonly Account[] = []): People {
  const accounts = new Map(known.map((account) => [account.login.toLowerCase(), account]));
  let next = Math.max(1000, ...known.map(({ id }) => id)) + 1;
  return (login) => {
    const key = login.toLowerCase();
    const account: Account = accounts.get(key) ?? { id: next++, login, kind: login.endsWith('[bot]') ? 'bot' : 'user' };
    accounts.set(key, account);
    return account;
  };
}

/** The long form of a pull request in short form. `at` is the instant of the evaluation, if the short form names none. */
export function factsOf(scenario: Scenario, people: People, at: string): Facts {
  const now = scenario.at ?? at;
  const opened = scenario.opened ?? new Date(Date.parse(now) - DAY).toISOString();
  const author = people(scenario.author);
  const committers = (scenario['commits-by'] ?? [scenario.author]).map(people);
  const { reviews, delivered } = reviewsOf(scenario, people, now);
  const stale = delivered.some(({ commit }) => commit === EARLIER);
  return {
    at: now,
    repository: repositoryOf(scenario),
    pull: pullOf(scenario, author, opened),
    files: listing(
      scenario.files.map((file) => (typeof file === 'string' ? { path: file, status: 'modified' } : file)),
    ),
    commits: listing(committers.map((account) => ({ sha: HEAD, authors: [account], committer: account }))),
    reviews: listing(reviews),
    comments: listing([]),
    labels: listing(scenario.labels),
    heads: [
      ...(stale ? [{ sha: EARLIER, pusher: author, at: opened }] : []),
      { sha: HEAD, pusher: author, at: opened },
    ],
    deliveredReviews: delivered,
    dismissals: [],
    interventions: [],
    history: noHistory,
    bindings: {},
    lookups: {},
  };
}

function repositoryOf(scenario: Scenario): Facts['repository'] {
  const [owner = '', name = ''] = scenario.repository.split('/');
  const policyPaths = name === '.github' ? ['countersign.yml', '.github/countersign.yml'] : ['.github/countersign.yml'];
  const { visibility, topics } = scenario;
  return { id: 1, server: 'https://github.com', owner, name, visibility, topics, policyPaths };
}

function pullOf(scenario: Scenario, author: Account, opened: string): Facts['pull'] {
  const { title, draft, base, head, additions, deletions, manifest, fork } = scenario;
  const body = manifest === undefined ? '' : `\`\`\`remediation\n${stringify(manifest)}\`\`\`\n`;
  return {
    number: 1,
    title,
    body,
    bodyEditedAt: null,
    draft,
    createdAt: opened,
    author,
    base,
    baseSha: BASE,
    head,
    headSha: HEAD,
    forkOwner: fork ?? null,
    requestedBy: [],
    additions,
    deletions,
  };
}

type Reviews = { readonly reviews: ReviewFact[]; readonly delivered: Facts['deliveredReviews'] };

/** In the order in which they are written, a minute apart, the last one a minute ago, where no time is given. */
function reviewsOf({ approvals, rejections }: Scenario, people: People, now: string): Reviews {
  const all = [
    ...approvals.map((opinion) => ({ opinion, state: 'approved' as const })),
    ...rejections.map((opinion) => ({ opinion, state: 'changes-requested' as const })),
  ];
  const given = all.map(({ opinion, state }, index) => {
    const { by, at, body = '', stale = false } = plain(opinion);
    const submittedAt = at ?? new Date(Date.parse(now) - (all.length - index) * MINUTE).toISOString();
    const commit = stale ? EARLIER : HEAD;
    return { review: { id: 5001 + index, author: people(by), state, body, commit: HEAD, submittedAt }, commit };
  });
  return {
    reviews: given.map(({ review }) => review),
    delivered: given.map(({ review: { id, state, submittedAt }, commit }) => ({ id, state, submittedAt, commit })),
  };
}

function plain(opinion: Opinion): Exclude<Opinion, string> {
  return typeof opinion === 'string' ? { by: opinion } : opinion;
}

export function listing<Item>(items: readonly Item[]): { items: Item[]; total: number } {
  return { items: [...items], total: items.length };
}
