import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/decision/decision.ts';
import type { Lookups } from '../../src/decision/lookups.ts';
import {
  approval,
  type Changes,
  commit,
  facts,
  head,
  listing,
  person,
  policy,
  settled,
  sha,
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
const webFlow = { id: 19864447, login: 'web-flow', kind: 'user' } as const;
const excluding = (kinds: string, more = '') =>
  policy(twoStages.replace('exclude: [committers, co-authors, pushers, initiator]', `exclude: [${kinds}]${more}`));
const heads = (...pushed: (readonly [letter: string, login: string | null, unannounced?: true])[]) => ({
  heads: pushed.map(([letter, login, unannounced], index) => ({
    sha: sha(letter),
    pusher: login === null ? null : login === 'web-flow' ? webFlow : person(login),
    at: time(`08:0${index}`),
    ...(unannounced === undefined ? {} : { unannounced }),
  })),
});
const files = (blobs: Readonly<Record<string, string>>): Lookups => ({
  files: Object.fromEntries(
    Object.entries(blobs).map(([letter, blob]) => [
      sha(letter),
      { ok: listing([{ path: 'src/a.ts', status: 'modified' as const, blob, patch: 'p' }]), at: time('12:00') },
    ]),
  ),
});
const pushers = (login: string | null): Lookups => ({
  pushers: { [head]: { ok: login === null ? null : person(login), at: time('12:00') } },
});

describe('pushers', () => {
  const cases: readonly Told[] = [
    [
      'where they do not count',
      () => settled(excluding('committers'), facts({ reviews: both, ...heads(['b', 'bo'], ['a', 'author']) })),
      ['approved'],
    ],
    [
      'the first one',
      of({ reviews: both, ...heads(['a', 'bo']) }),
      ['waiting', 'apart: bo: (pusher) bo pushed to it.'],
    ],
    [
      'a later one who changed the content',
      () =>
        settled(two, facts({ reviews: both, ...heads(['b', 'author'], ['a', 'bo']) }), {
          lookups: files({ a: '1', b: '2' }),
        }),
      ['waiting', 'apart: bo: (pusher) bo pushed to it.'],
    ],
    [
      'a later one who changed nothing',
      () =>
        settled(two, facts({ reviews: both, ...heads(['b', 'author'], ['a', 'bo']) }), {
          lookups: files({ a: '1', b: '1' }),
        }),
      ['approved'],
    ],
    [
      'a later one while the earlier content is not known',
      () =>
        settled(two, facts({ reviews: both, ...heads(['b', 'author'], ['a', 'bo']) }), { lookups: files({ a: '1' }) }),
      [
        'facts-incomplete',
        '(fact-unreadable) files bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cannot be read.',
        'apart: bo: (pusher) bo pushed to it.',
      ],
    ],
    [
      'a later one while the later content is not known',
      () =>
        settled(two, facts({ reviews: both, ...heads(['b', 'author'], ['a', 'bo']) }), { lookups: files({ b: '1' }) }),
      [
        'facts-incomplete',
        '(fact-unreadable) files aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa cannot be read.',
        'apart: bo: (pusher) bo pushed to it.',
      ],
    ],
    ['the same head twice', of({ reviews: both, ...heads(['a', 'author'], ['a', 'bo']) }), ['approved']],
    [
      'one whom something else sets apart already',
      of({ reviews: both, commits: [commit(person('bo'))], ...heads(['b', 'author'], ['a', 'bo']) }),
      [
        'waiting',
        'apart: bo: (commit-author) bo wrote a commit of it. (committer) bo committed a commit of it. (pusher) bo pushed to it.',
      ],
    ],
    ['web-flow', of({ reviews: both, ...heads(['a', 'web-flow']) }), ['approved']],
    [
      'whom no delivery told of, but the activity does',
      () => settled(two, facts({ reviews: both, ...heads(['a', null]) }), { lookups: pushers('bo') }),
      ['waiting', 'apart: bo: (pusher) bo pushed to it.'],
    ],
    [
      'whom nobody knows',
      () => settled(two, facts({ reviews: both, ...heads(['a', null]) }), { lookups: pushers(null) }),
      [
        'facts-incomplete',
        "(unknown-pusher) Nobody knows who pushed aaaaaaaaaa: no delivery told, and the repository's activity does not either. Push again.",
      ],
    ],
    [
      'of a head that no delivery told of',
      () =>
        settled(two, facts({ reviews: both, ...heads(['b', 'author']) }), {
          lookups: { ...pushers('bo'), ...files({ a: '1', b: '2' }) },
        }),
      ['waiting', 'apart: bo: (pusher) bo pushed to it.'],
    ],
    [
      'while the pull request was not open',
      of({ reviews: both, ...heads(['c', 'bo', true], ['a', 'author']) }),
      ['waiting', 'apart: bo: (pusher) bo pushed to it.'],
    ],
    [
      'web-flow or nobody while it was not open',
      of({ reviews: both, ...heads(['c', 'web-flow', true], ['d', null, true], ['a', 'author']) }),
      ['approved'],
    ],
    [
      'of the present head, pushed while it was not open',
      () =>
        settled(two, facts({ reviews: both, ...heads(['b', 'author'], ['a', 'bo', true]) }), {
          lookups: { ...pushers('bo'), ...files({ a: '1', b: '1' }) },
        }),
      ['waiting', 'apart: bo: (pusher) bo pushed to it.'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(apartTold(given())).toEqual(expected);
  });
});
