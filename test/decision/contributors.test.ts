import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/decision/decision.ts';
import {
  approval,
  bot,
  type Changes,
  commit,
  facts,
  head,
  manifest,
  person,
  policy,
  settled,
  time,
  twoStages,
} from '../support/facts.ts';
import { type Told, toldOfPeople } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const of = (changes: Changes) => () => settled(two, facts(changes));

/** The state, what is wrong with the facts, and who is set apart besides the author. */
function apartTold(decision: Decision): readonly string[] {
  const reasons = decision.reasons.filter(({ code }) => code !== 'seat-open');
  return [
    decision.state,
    ...reasons.map(({ code, message }) => `(${code}) ${message}`),
    ...toldOfPeople(decision).filter((line) => line.startsWith('apart: ')),
  ];
}
const author = person('author');
const webFlow = { id: 19864447, login: 'web-flow', kind: 'user' } as const;
const excluding = (kinds: string, more = '') =>
  policy(twoStages.replace('exclude: [committers, co-authors, pushers, initiator]', `exclude: [${kinds}]${more}`));
const cut = (listed: number, total: number) => ({
  ...facts({ reviews: both }),
  commits: { items: [commit(author)], total },
  lookups: {
    commits: {
      [head]: { ok: { items: Array.from({ length: listed }, () => commit(author)), total: listed }, at: time('12:00') },
    },
  },
});

describe('authors and committers', () => {
  const cases: readonly Told[] = [
    [
      'an author who is gone',
      () => settled(two, { ...facts({ reviews: both }), pull: { ...facts().pull, author: null } }),
      [
        'facts-incomplete',
        '(unknown-author) The account that opened this pull request is gone, so nobody can tell whether it was an approver’s.',
      ],
    ],
    [
      'a commit of no account',
      of({ reviews: both, commits: [commit(null)] }),
      [
        'facts-incomplete',
        '(unattributed-commit) Commit aaaaaaaaaa names somebody whose mail address belongs to no account. Amend it with an address that GitHub knows, or add that address to the account.',
      ],
    ],
    [
      'a committer of no account',
      of({ reviews: both, commits: [commit(author, { committer: null })] }),
      [
        'facts-incomplete',
        '(unattributed-commit) Commit aaaaaaaaaa names somebody whose mail address belongs to no account. Amend it with an address that GitHub knows, or add that address to the account.',
      ],
    ],
    [
      'a co-author of no account',
      of({ reviews: both, commits: [commit(author, { authors: [author, null] })] }),
      [
        'facts-incomplete',
        '(unattributed-commit) Commit aaaaaaaaaa names somebody whose mail address belongs to no account. Amend it with an address that GitHub knows, or add that address to the account.',
      ],
    ],
    [
      'a co-author of no account where they do not count',
      () =>
        settled(
          excluding('committers, pushers'),
          facts({ reviews: both, commits: [commit(author, { authors: [author, null] })] }),
        ),
      ['approved'],
    ],
    [
      'a committer of no account where they do not count',
      () =>
        settled(
          excluding('co-authors, pushers'),
          facts({ reviews: both, commits: [commit(author, { committer: null })] }),
        ),
      ['approved'],
    ],
    [
      'commits of no account that policy ignores',
      () =>
        settled(
          excluding('committers, co-authors', '\n  unattributed-commits: ignore'),
          facts({ reviews: both, commits: [commit(null)] }),
        ),
      ['approved'],
    ],
    [
      'committers and co-authors where they do not count',
      () =>
        settled(
          excluding('pushers'),
          facts({
            reviews: both,
            commits: [commit(author, { authors: [author, person('bo')], committer: person('rita') })],
          }),
        ),
      ['approved'],
    ],
    [
      'web-flow as author, co-author and committer',
      of({ reviews: both, commits: [commit(webFlow, { authors: [webFlow, webFlow] })] }),
      ['approved'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(apartTold(given())).toEqual(expected);
  });
});

describe('initiators', () => {
  const cases: readonly Told[] = [
    [
      'whom the manifest of a machine names',
      of({
        reviews: both,
        pull: { author: bot('fixer'), body: manifest('initiator: "@Bo"') },
        commits: [commit(bot('fixer'))],
      }),
      [
        'waiting',
        'apart: bo: (initiator) bo asked for it.',
        'apart: fixer: (author) fixer opened this pull request. (commit-author) fixer wrote a commit of it. (committer) fixer committed a commit of it. (pusher) fixer pushed to it.',
      ],
    ],
    [
      'a person beside a machine in a commit',
      of({
        reviews: both,
        pull: { author: bot('fixer') },
        commits: [commit(bot('fixer'), { authors: [bot('fixer'), person('bo')] })],
      }),
      [
        'waiting',
        'apart: bo: (co-author) bo is a co-author of it. (initiator) bo asked for it.',
        'apart: fixer: (author) fixer opened this pull request. (commit-author) fixer wrote a commit of it. (committer) fixer committed a commit of it. (pusher) fixer pushed to it.',
      ],
    ],
    [
      'whoever assigned the agent',
      of({
        reviews: both,
        pull: { author: bot('fixer'), requestedBy: [person('bo'), webFlow] },
        commits: [commit(bot('fixer'))],
      }),
      [
        'waiting',
        'apart: bo: (initiator) bo asked for it.',
        'apart: fixer: (author) fixer opened this pull request. (commit-author) fixer wrote a commit of it. (committer) fixer committed a commit of it. (pusher) fixer pushed to it.',
      ],
    ],
    [
      'where they do not count',
      () =>
        settled(
          excluding('committers'),
          facts({
            reviews: both,
            pull: { author: bot('fixer'), requestedBy: [person('bo')] },
            commits: [commit(bot('fixer'))],
          }),
        ),
      [
        'approved',
        'apart: fixer: (author) fixer opened this pull request. (commit-author) fixer wrote a commit of it. (committer) fixer committed a commit of it.',
      ],
    ],
    [
      'a co-author of a person is none',
      () =>
        settled(
          excluding('initiator'),
          facts({ reviews: both, commits: [commit(author, { authors: [author, person('bo')] })] }),
        ),
      ['approved'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(apartTold(given())).toEqual(expected);
  });
});

describe('too many commits to list', () => {
  const cases: readonly Told[] = [
    ['all of them listed after all', () => settled(two, cut(3, 3)), ['approved']],
    [
      'fewer listed than there are',
      () => settled(two, cut(2, 3)),
      [
        'facts-incomplete',
        '(fact-truncated) GitHub lists 2 of 3 commits. Squash or split the change: who wrote the rest cannot be known.',
      ],
    ],
    [
      'none listed',
      () => settled(two, { ...cut(2, 3), lookups: { commits: { [head]: { error: 'No.' } } } }),
      ['facts-incomplete', '(fact-unreadable) No.'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(apartTold(given())).toEqual(expected);
  });
});
