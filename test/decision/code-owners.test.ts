import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/decision/decision.ts';
import { approval, facts, head, listing, policy, settled, sha, time, twoStages } from '../support/facts.ts';
import type { Told } from '../support/told.ts';

const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const owned = policy(twoStages.replace('[ { role: peer } ]', '[ { owners: code } ]'));
const owners = (text: string | null, path = '.github/CODEOWNERS') => ({
  lookups: { codeowners: { [sha('0')]: { ok: text === null ? null : { path, text }, at: time('12:00') } } },
  teams: { 'acme/db': ['bo', 'zoe'] },
});
const renamed = [{ path: 'src/b.ts', previousPath: 'lib/a.ts', status: 'renamed' as const }];

function seatsTold({ state, reasons, plan }: Decision): readonly string[] {
  const [first] = plan;
  return [
    state,
    ...reasons.filter(({ code }) => code !== 'seat-open').map(({ code, message }) => `(${code}) ${message}`),
    ...(first?.name === 'peer' ? first.seats : []).map(
      ({ id, label, filledBy, candidates }) =>
        `${id}, ${label}: ${filledBy?.account.login ?? `open to ${candidates.map(({ login }) => login).join(', ')}`}`,
    ),
  ];
}

describe('owners of code', () => {
  const cases: readonly Told[] = [
    [
      'of one path',
      () => settled(owned, facts({ reviews: both }), owners('/src/ @bo')),
      ['approved', 'code:@bo, code owner @bo: bo'],
    ],
    [
      'a team',
      () => settled(owned, facts(), owners('* @acme/db')),
      ['waiting', 'code:@acme/db, code owner @acme/db: open to bo, zoe'],
    ],
    [
      'several on one line stand together',
      () => settled(owned, facts(), owners('* @zoe @acme/db mail@example.org')),
      ['waiting', 'code:@zoe @acme/db mail@example.org, code owner @zoe @acme/db mail@example.org: open to bo, zoe'],
    ],
    [
      'sets in order of their names, each once',
      () => settled(owned, facts({ files: ['z/1', 'a/1', 'm/1', 'm/2'] }), owners('z/ @zoe\na/ @ana\nm/ @bo')),
      [
        'waiting',
        'code:@ana, code owner @ana: open to ana',
        'code:@bo, code owner @bo: open to bo',
        'code:@zoe, code owner @zoe: open to zoe',
      ],
    ],
    [
      'of the old path and of the new one',
      () => settled(owned, facts({ files: renamed }), owners('/src/ @bo\n/lib/ @zoe')),
      ['waiting', 'code:@bo, code owner @bo: open to bo', 'code:@zoe, code owner @zoe: open to zoe'],
    ],
    ['nobody owns the path', () => settled(owned, facts({ reviews: both }), owners('/docs/ @bo')), ['approved']],
    [
      'only a mail address owns it',
      () => settled(owned, facts({ reviews: both }), owners('* mail@example.org')),
      [
        'unfillable',
        '(seat-unfillable) Nobody can fill the seat "code owner mail@example.org" of the stage "peer".',
        'code:mail@example.org, code owner mail@example.org: open to ',
      ],
    ],
    [
      'there is no CODEOWNERS',
      () => settled(owned, facts({ reviews: both }), owners(null)),
      ['facts-incomplete', '(fact-unreadable) The policy asks for code owners, and there is no CODEOWNERS.'],
    ],
    [
      'lines that GitHub would not understand',
      () => settled(owned, facts({ reviews: both }), owners('# ok\n\n/src/ @bo\n/lib/ bo\n![x] @bo')),
      [
        'facts-incomplete',
        '(fact-unreadable) .github/CODEOWNERS: line 4: `bo` is not a user, team or mail address',
        '(fact-unreadable) .github/CODEOWNERS: line 5: `![x]` is not a pattern that GitHub understands',
        'code:@bo, code owner @bo: bo',
      ],
    ],
    [
      'it is too large',
      () => settled(owned, facts({ reviews: both }), owners('#'.repeat(3_145_729))),
      ['facts-incomplete', '(fact-unreadable) .github/CODEOWNERS: is larger than 3 MB, which GitHub does not load'],
    ],
    [
      'it is just small enough',
      () => settled(owned, facts({ reviews: both }), owners('#'.repeat(3_145_728))),
      ['approved'],
    ],
    [
      'it cannot be read',
      () => settled(owned, facts({ reviews: both }), { lookups: { codeowners: { [sha('0')]: { error: 'No.' } } } }),
      ['facts-incomplete', '(fact-unreadable) No.'],
    ],
    [
      'the files are not all listed',
      () =>
        settled(
          owned,
          { ...facts({ reviews: both }), files: { items: [{ path: 'src/a.ts', status: 'modified' }], total: 2 } },
          {
            lookups: {
              ...owners('/src/ @bo').lookups,
              files: {
                [head]: {
                  ok: listing([
                    { path: 'src/a.ts', status: 'modified' as const, blob: '1', patch: 'p' },
                    { path: 'x', status: 'added' as const, blob: '1', patch: 'p' },
                  ]),
                  at: time('12:00'),
                },
              },
            },
          },
        ),
      ['approved', 'code:@bo, code owner @bo: bo'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(seatsTold(given())).toEqual(expected);
  });
});
