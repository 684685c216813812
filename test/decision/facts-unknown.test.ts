import { describe, expect, test } from 'vitest';
import { approval, facts, head, policy, settled, time, twoStages } from '../support/facts.ts';
import { type Told, told } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];

describe('what cannot be told', () => {
  const cases: readonly Told[] = [
    [
      'whether it has labels',
      () => settled(two, { ...facts(), labels: { items: [], total: 1 } }),
      [
        'facts-incomplete: Cannot decide: Not every label could be read.',
        'fact-truncated: Not every label could be read.',
        'author: Not every label could be read.',
      ],
    ],
    [
      'which files changed',
      () =>
        settled(
          policy(`${twoStages}systems: { pay: { when: { paths: ["pay/**"] } } }\n`),
          { ...facts(), files: { items: [{ path: 'a', status: 'modified' }], total: 3001 } },
          { lookups: { files: { [head]: { ok: { items: [], total: 3000 }, at: time('12:00') } } } },
        ),
      [
        'facts-incomplete: Cannot decide: GitHub lists 0 of 3001 changed files. Split the change: what cannot be read cannot be approved.',
        'fact-truncated: GitHub lists 0 of 3001 changed files. Split the change: what cannot be read cannot be approved.',
        'fact-wanted: What this change is cannot be said for certain without: files.',
        'author: GitHub lists 0 of 3001 changed files. Split the change: what cannot be read cannot be approved.',
        'author: What this change is cannot be said for certain without: files.',
      ],
    ],
    [
      'which files changed, though the list is complete',
      () =>
        settled(
          policy(`${twoStages}systems: { pay: { when: { paths: ["pay/**"] } } }\n`),
          facts({ files: [{ path: 'a', status: 'renamed' }] }),
        ),
      [
        'facts-incomplete: Cannot decide: files aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa cannot be read.',
        'fact-unreadable: files aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa cannot be read.',
        'fact-wanted: What this change is cannot be said for certain without: files.',
        'author: files aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa cannot be read.',
        'author: What this change is cannot be said for certain without: files.',
      ],
    ],
    [
      'who is in a team',
      () =>
        settled(
          policy(twoStages.replace('{ labels: [remediation] }', '{ author-teams: ["team:acme/fixers"] }')),
          facts(),
          { lookups: { teams: { 'acme/fixers': { error: 'No.' } } } },
        ),
      [
        'facts-incomplete: Cannot decide: No.',
        'fact-unreadable: No.',
        'fact-wanted: What this change is cannot be said for certain without: author-team.',
        'author: No.',
        'author: What this change is cannot be said for certain without: author-team.',
      ],
    ],
    [
      'who is in a team, but it is told',
      () =>
        settled(
          policy(twoStages.replace('{ labels: [remediation] }', '{ author-teams: ["team:acme/fixers"] }')),
          facts(),
          { teams: { 'acme/fixers': ['author'] } },
        ),
      [
        'waiting: Waiting for peer (0 of 2 stages complete)',
        'seat-open: The seat "peer" of the stage "peer" is open.',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
    [
      'what a property is',
      () =>
        settled(policy(twoStages.replace('{ labels: [remediation] }', '{ properties: { tier: gold } }')), facts(), {
          lookups: { properties: { repository: { error: 'No.' } } },
        }),
      [
        'facts-incomplete: Cannot decide: No.',
        'fact-unreadable: No.',
        'fact-wanted: What this change is cannot be said for certain without: properties.',
        'author: No.',
        'author: What this change is cannot be said for certain without: properties.',
      ],
    ],
    [
      'what a property is that anybody may edit',
      () =>
        settled(policy(twoStages.replace('{ labels: [remediation] }', '{ properties: { tier: gold } }')), facts(), {
          lookups: {
            properties: {
              repository: { ok: [{ name: 'tier', values: ['gold'], editableBy: 'anybody' }], at: time('12:00') },
            },
          },
        }),
      [
        'facts-incomplete: Cannot decide: The custom property "tier" may be edited by this repository\'s own administrators, so it cannot classify it. Let organization actors alone edit it.',
        'fact-unreadable: The custom property "tier" may be edited by this repository\'s own administrators, so it cannot classify it. Let organization actors alone edit it.',
        'fact-wanted: What this change is cannot be said for certain without: property-editability.',
        'author: The custom property "tier" may be edited by this repository\'s own administrators, so it cannot classify it. Let organization actors alone edit it.',
        'author: What this change is cannot be said for certain without: property-editability.',
      ],
    ],
    [
      'what a property is, but it is told',
      () =>
        settled(policy(twoStages.replace('{ labels: [remediation] }', '{ properties: { tier: gold } }')), facts(), {
          lookups: {
            properties: {
              repository: { ok: [{ name: 'tier', values: ['gold'], editableBy: 'organization' }], at: time('12:00') },
            },
          },
        }),
      [
        'waiting: Waiting for peer (0 of 2 stages complete)',
        'seat-open: The seat "peer" of the stage "peer" is open.',
        'seat-open: The seat "release-manager" of the stage "release" is open.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
    [
      'who reviewed it',
      () =>
        settled(
          two,
          { ...facts({ reviews: both }), reviews: { items: [], total: 2 } },
          { lookups: { reviews: { pull: { ok: { items: [], total: 3 }, at: time('12:00') } } } },
        ),
      [
        'facts-incomplete: Cannot decide: Only 0 of 3 reviews could be read.',
        'fact-truncated: Only 0 of 3 reviews could be read.',
        'author: Only 0 of 3 reviews could be read.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
    [
      'what is said in comments',
      () =>
        settled(
          policy(twoStages.replace('[ { role: peer } ] }', '[ { role: peer } ] }\n    evidence: [ticket]')),
          { ...facts(), comments: { items: [], total: 5 } },
          { lookups: { comments: { pull: { ok: { items: [], total: 6 }, at: time('12:00') } } } },
        ),
      [
        'facts-incomplete: Cannot decide: Only 0 of 6 comments could be read.',
        'fact-truncated: Only 0 of 6 comments could be read.',
        'author: Only 0 of 6 comments could be read.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});
