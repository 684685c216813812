import { describe, expect, test } from 'vitest';
import { conditionWords } from '../../src/policy/condition-words.ts';
import { allOf, anyOf, type Cond, notOf } from '../../src/policy/import-bounds.ts';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';
import { policy } from './load.ts';

/** Where it surely holds, where it may hold; `always` and `never` otherwise. */
function boundsOf(condition: string) {
  const text = `
policy: { approval: [free, asked] }
approval_rules:
  - { name: asked, if: { ${condition} }, requires: { count: 1, users: [ana] } }
  - { name: free, if: { title: { matches: [x] } }, requires: { count: 0 } }
`;
  const result = importPolicyBot({ file: '.policy.yml', text });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const words = (name: string) => {
    const rule = policy(result.text).rules.find((candidate) => candidate.name === name);
    return rule === undefined ? 'nowhere' : conditionWords(rule.when);
  };
  const lost = result.lost.map(({ message }) =>
    message.replace(/^rule `asked`: /, '').replace(/ The rule applies wherever.*$/, ''),
  );
  const elsewhere = words('no rule of policy-bot applies');
  const [, surely = elsewhere === 'nowhere' ? 'always' : 'never'] =
    /^not \(the title matches x; or (.*)\)$/.exec(elsewhere) ?? [];
  return { asked: words('asked'), surely, lost };
}

describe('conditions of policy-bot that can be said', () => {
  test.each([
    ['changed_files: { paths: ["^a/"] }', 'paths: a/**/*'],
    ['changed_files: { paths: ["^a$", "^b$", "^a$"] }', 'paths: a or b'],
    ['changed_files: { paths: ["^a$"], ignore: [] }', 'paths: a'],
    ['no_changed_files: { paths: ["^a$"] }', 'not (paths: a)'],
    ['only_changed_files: { paths: ["^a/"] }', 'only-paths: a/**/*'],
    ['targets_branch: { pattern: "^main$" }', 'base: main'],
    ['from_branch: { pattern: "^fix-.$" }', 'head: fix-?'],
    ['has_author_in: { users: [ana, "bot[bot]"] }', 'authors: ana or bot[bot]'],
    ['has_author_in: { teams: [Acme/devs] }', 'author-teams: acme/devs'],
    ['has_author_in: { users: [ana], teams: [acme/devs] }', 'authors: ana; or author-teams: acme/devs'],
    ['modified_lines: { additions: "> 10" }', 'additions > 10'],
    ['modified_lines: { deletions: "<5" }', 'deletions < 5'],
    ['modified_lines: { total: " = 007 " }', 'lines = 7'],
    [
      'modified_lines: { additions: "> 1", deletions: "> 2", total: "> 3" }',
      'additions > 1; or deletions > 2; or lines > 3',
    ],
    ['has_labels: [bug]', 'labels: bug'],
    ['has_labels: { labels: [bug] }', 'labels: bug'],
    ['repository: { matches: ["^acme/shop$"] }', 'repositories: acme/shop'],
    ['repository: { not_matches: ["^acme/shop$"] }', 'not (repositories: acme/shop)'],
    ['title: { matches: ["^fix"] }', 'the title matches ^fix'],
    ['title: { not_matches: ["^fix"] }', 'not (the title matches ^fix)'],
  ])('%s', (condition, words) => {
    expect(boundsOf(condition)).toEqual({ asked: words, surely: words, lost: [] });
  });

  test('a condition of nothing, or one that is left empty', () => {
    expect(boundsOf('changed_files: { paths: [] }')).toMatchObject({ asked: 'nowhere' });
    expect(boundsOf('changed_files: ')).toMatchObject({ asked: 'always', surely: 'always', lost: [] });
    expect(boundsOf('title: { matches: [""] }')).toMatchObject({ asked: 'always', lost: [] });
    expect(boundsOf('has_labels: []')).toMatchObject({ asked: 'always', lost: [] });
  });
});

const ignored = 'a condition cannot leave out paths one by one (`ignore`)';
const deleted = 'a condition does not tell a deleted file from a changed one';
const commits = 'a condition looks at who opened the pull request, not at who wrote the commits';
const authors = 'an author is told by login and team only, not by organization or permission';
const checks = 'a policy does not look at other checks; require that check in a ruleset';
const signatures = 'a policy does not look at signatures; require signed commits in a ruleset';
const always = 'always';

describe('conditions of policy-bot that cannot be said', () => {
  test.each([
    ['changed_files: { paths: ["^a/"], ignore: ["^a/b$"] }', 'paths: a/**/*; and not (only-paths: a/b)', ignored],
    ['no_changed_files: { paths: ["^a$"], ignore: ["^b$"] }', 'not (paths: a; and not (paths: b))', ignored],
    ['changed_files: { paths: ["(?i)a"] }', always, 'no glob means exactly what `(?i)a` matches'],
    [
      'changed_files: { paths: ["(?i)a"], ignore: ["^b$"] }',
      'not (only-paths: b)',
      'no glob means exactly what `(?i)a` matches',
    ],
    ['file_not_deleted: { paths: ["^a$"] }', always, deleted],
    ['has_author_in: { users: ["a*"] }', always, authors],
    ['has_author_in: { teams: [devs] }', always, authors],
    ['has_author_in: { users: [ana], admins: true }', always, authors],
    ['has_author_in: { organizations: [acme] }', always, authors],
    ['has_contributor_in: { users: [ana] }', always, commits],
    ['only_has_contributors_in: { users: [ana] }', 'authors: ana', commits],
    ['only_has_contributors_in: { organizations: [acme] }', always, commits],
    ['modified_lines: { total: ">= 3" }', always, '`>= 3` is no comparison that is known here'],
    ['modified_lines: { total: "3" }', always, '`3` is no comparison that is known here'],
    ['modified_lines: { total: "> 1000000000" }', always, '`> 1000000000` is no comparison that is known here'],
    ['has_labels: bug', always, 'it is not a list of labels'],
    ['has_labels: [" "]', always, 'it holds what is no label'],
    ['title: { matches: ["(?=x)"] }', always, '`(?=x)` is not an expression that a policy takes'],
    ['title: { not_matches: ["(?=x)"] }', always, '`(?=x)` is not an expression that a policy takes'],
    ['repository: { matches: ["(?i)shop"] }', always, 'no glob means exactly what `(?i)shop` matches'],
    ['repository: { not_matches: ["(?i)shop"] }', always, 'no glob means exactly what `(?i)shop` matches'],
    ['has_status: [build]', always, checks],
    ['has_successful_status: [build]', always, checks],
    ['has_workflow_result: { workflows: [x] }', always, `${checks}, or ask for \`evidence: [validation]\``],
    ['author_is_only_contributor: true', always, 'a condition does not look at who wrote the commits'],
    ['has_valid_signatures: true', always, signatures],
    ['has_valid_signatures_by: { users: [ana] }', always, signatures],
    ['has_valid_signatures_by_keys: { key_ids: [x] }', always, signatures],
    ['is_full_moon: true', always, 'it is not known here'],
    ['changed_files: { paths: ["^a$"], unless: x }', always, '`unless` is not known here'],
    ['only_changed_files: { paths: ["^a$"], ignore: [x] }', always, '`ignore` is not known here'],
    ['has_author_in: { users: [ana], groups: [x] }', always, '`groups` is not known here'],
    ['targets_branch: { pattern: "^a$", not: x }', always, '`not` is not known here'],
    ['from_branch: { patterns: x }', always, '`patterns` is not known here'],
    ['title: { match: x }', always, '`match` is not known here'],
    ['repository: { match: x }', always, '`match` is not known here'],
    ['modified_lines: { lines: x }', always, '`lines` is not known here'],
    ['has_labels: { label: x }', always, '`label` is not known here'],
    ['file_not_deleted: { path: x }', always, '`path` is not known here'],
  ])('%s', (condition, asked, why) => {
    const [key] = condition.split(':');
    expect(boundsOf(condition)).toMatchObject({ asked, lost: [`\`${key}\` cannot be said: ${why}.`] });
  });

  test.each([
    ['changed_files: { paths: ["^a$"], ignore: ["^b$"] }', '(paths: a; and not (paths: b))'],
    ['no_changed_files: { paths: ["^a$"], ignore: ["^b$"] }', 'not (paths: a; and not (only-paths: b))'],
    ['file_not_deleted: { paths: ["^a$"] }', 'not (paths: a)'],
    ['has_contributor_in: { users: [ana] }', 'authors: ana'],
    ['has_author_in: { users: [ana, "a*"] }', 'authors: ana'],
    ['has_author_in: { users: [ana], admins: true }', 'authors: ana'],
    ['only_has_contributors_in: { users: [ana] }', 'never'],
    ['is_full_moon: true', 'never'],
    ['changed_files: { paths: ["(?i)a"] }', 'never'],
  ])('%s: where it surely holds', (condition, surely) => {
    expect(boundsOf(condition).surely).toBe(surely);
  });

  test('what is no mapping of conditions', () => {
    const text =
      'policy: { approval: [r] }\napproval_rules: [ { name: r, if: [x], requires: { count: 1, users: [ana] } } ]';
    const result = importPolicyBot({ file: '.policy.yml', text });
    expect(result.ok ? result.lost.map(({ column, message }) => `${column} ${message}`) : []).toEqual([
      '34 rule `r`: `if` cannot be said: it is no mapping of conditions. The rule applies wherever the condition might hold, and excuses from nothing unless it must hold',
    ]);
  });
});

describe('conditions put together', () => {
  const a: Cond = { draft: true };
  const b: Cond = { fork: true };

  test.each<readonly [string, Cond, Cond]>([
    ['all of nothing', allOf([]), true],
    ['any of nothing', anyOf([]), false],
    ['all of one', allOf([a]), a],
    ['all with what is true', allOf([true, a, true]), a],
    ['any with what is false', anyOf([false, a]), a],
    ['all with what is false', allOf([a, false]), false],
    ['any with what is true', anyOf([a, true]), true],
    ['all of two', allOf([a, b]), { all: [a, b] }],
    ['all of the same', allOf([a, { draft: true }]), a],
    ['all of all', allOf([{ all: [a, b] }, a]), { all: [a, b] }],
    ['any of any', anyOf([{ any: [a, b] }, b]), { any: [a, b] }],
    ['all of any', allOf([{ any: [a, b] }, a]), { all: [{ any: [a, b] }, a] }],
    ['all of a contradiction', allOf([a, { not: a }]), false],
    ['any of a contradiction', anyOf([{ not: b }, a, b]), true],
    ['all of a contradiction in parts', allOf([a, b, { not: { all: [a, b] } }]), false],
    ['all of what only looks like one', allOf([a, { not: { all: [a, b] } }]), { all: [a, { not: { all: [a, b] } }] }],
    ['any of what only looks like one', anyOf([a, { not: { all: [a, b] } }]), { any: [a, { not: { all: [a, b] } }] }],
    ['all of a mapping with other keys', allOf([{ all: [a], fork: true }, b]), { all: [{ all: [a], fork: true }, b] }],
    ['not true', notOf(true), false],
    ['not a', notOf(a), { not: a }],
    ['not not a', notOf({ not: a }), a],
    ['not a mapping with other keys', notOf({ not: a, fork: true }), { not: { not: a, fork: true } }],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
