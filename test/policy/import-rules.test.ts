import { describe, expect, test } from 'vitest';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';
import { renderProblem } from '../../src/policy/problem.ts';

const readFile = (text: string) => importPolicyBot({ file: '.policy.yml', text });

const problemsOf = (text: string) => {
  const result = readFile(text);
  return (result.ok ? result.lost : result.errors).map((problem) => renderProblem(problem).replace('.policy.yml:', ''));
};

const lostOf = (rule: string) =>
  problemsOf(`approval_rules: [ { name: r, ${rule} } ]\npolicy: { approval: [r] }\n`).map((problem) =>
    problem.replace(/^1:\d+: rule `r`: /, ''),
  );

const blocks = ' It blocks until you have decided';
const fewer = ' Fewer people may approve';
const oneAna = 'requires: { count: 1, users: [ana] }';
const permission = 'approvers are named, and a permission only narrows them (`approvals: { permission: … }`)';
const notReviewed = 'only a review that approves is an approval';
const wroteIt = 'nobody who wrote a part of it approves it; one person may be excepted';

describe('what is lost of a rule', () => {
  test.each([
    [oneAna, []],
    ['requires: { count: 0 }', []],
    [`${oneAna}, description: x`, []],
    [`${oneAna}, extra: x`, [`\`extra\` is not known here.${blocks}`]],
    ['requires: { count: 1, users: [ana], extra: x }', [`\`extra\` is not known here.${blocks}`]],
    ['requires: { count: 1.5, users: [ana] }', [`\`count\` must be a whole number.${blocks}`]],
    ['requires: { count: many, users: [ana] }', [`\`count\` must be a whole number.${blocks}`]],
    ['requires: { count: 20, users: [ana] }', []],
    ['requires: { count: 21, users: [ana] }', [`\`count\` may be at most 20 here.${blocks}`]],
    ['requires: { count: -1 }', []],
    ['requires: { count: 1 }', [`it asks for approvals, and nobody is left who could be named for them.${blocks}`]],
    [
      'requires: { count: 1, users: [ana, "a b"], teams: [devs] }',
      [
        `\`a b\` is neither a person nor a team, and fills no seat.${fewer}`,
        `\`devs\` is neither a person nor a team, and fills no seat.${fewer}`,
      ],
    ],
    [
      'requires: { count: 1, users: [ana], organizations: [acme] }',
      [
        `\`organizations\` cannot be said: approvers are people and teams; name a team that has everybody in it.${fewer}`,
      ],
    ],
    [
      'requires: { count: 1, users: [ana], permissions: [write] }',
      [`\`permissions\` cannot be said: ${permission}.${fewer}`],
    ],
    ['requires: { count: 1, users: [ana], admins: yes }', [`\`admins\` cannot be said: ${permission}.${fewer}`]],
    ['requires: { count: 1, users: [ana], admins: false }', []],
    [
      'requires: { count: 1, users: [ana], write_collaborators: true }',
      [`\`write_collaborators\` cannot be said: ${permission}.${fewer}`],
    ],
    [
      'requires: { count: 1, users: [ana], codeowners: On }',
      [
        `\`codeowners\` cannot be said: \`{ owners: code }\` asks an owner of each changed path that has any, and nobody where none has.${fewer}`,
      ],
    ],
    [
      `${oneAna}, options: { allow_author: y }`,
      [
        '`allow_author` cannot be said: nobody approves their own work; one person may be excepted (`segregation: { exceptions: … }`)',
      ],
    ],
    [`${oneAna}, options: { allow_author: no, allow_contributor: false }`, []],
    [`${oneAna}, options: { allow_contributor: true }`, [`\`allow_contributor\` cannot be said: ${wroteIt}`]],
    [
      `${oneAna}, options: { allow_non_author_contributor: true }`,
      [`\`allow_non_author_contributor\` cannot be said: ${wroteIt}`],
    ],
    [
      `${oneAna}, options: { ignore_update_merges: true }`,
      ['`ignore_update_merges` cannot be said: an approval ends when the content changes, and a merge may change it'],
    ],
    [
      `${oneAna}, options: { ignore_commits_by: { users: [x] } }`,
      ['`ignore_commits_by` cannot be said: every commit counts'],
    ],
    [
      `${oneAna}, options: { request_review: { enabled: true } }`,
      ['`request_review` cannot be said: nobody is asked for a review; the check names who is needed'],
    ],
    [`${oneAna}, options: { request_review: { enabled: false }, ignore_edited_comments: true }`, []],
    [`${oneAna}, options: { invalidate_on_push: true }`, []],
    [`${oneAna}, options: { other: true }`, [`\`other\` is not known here.${blocks}`]],
    [
      `${oneAna}, options: { methods: { comments: [x], github_review_comment_patterns: [], github_review: true } }`,
      [`\`comments\` cannot be said: ${notReviewed}`],
    ],
    [
      `${oneAna}, options: { methods: { comments: [], github_review: false } }`,
      [`a review that approves is not enough for it, and here it would be.${blocks}`],
    ],
    ['requires: { count: 0 }, options: { methods: { comments: [x], github_review: false } }', []],
    [`${oneAna}, options: { methods: x }`, []],
    [
      'requires: { conditions: { has_status: x } }',
      [
        `the condition \`has_status\` cannot be required: a policy does not look at other checks; require that check in a ruleset.${blocks}`,
      ],
    ],
    ['requires: { conditions: { has_labels: [x] } }', []],
  ])('%s', (rule, expected) => {
    expect(lostOf(rule)).toEqual(expected);
  });

  test('a long name of a rule is cut short, and stays on its line', () => {
    const name = `"${'x'.repeat(79)}\\n y${'z'.repeat(20)}"`;
    const text = `approval_rules: [ { name: ${name}, extra: 1, ${oneAna} } ]\npolicy: { approval: [${name}] }\n`;
    expect(problemsOf(text)).toEqual([
      `1:${29 + name.length}: rule \`${'x'.repeat(79)} …\`: \`extra\` is not known here.${blocks}`,
    ]);
  });

  test('a rule that is named twice is told of once', () => {
    const text = `approval_rules: [ { name: r, extra: 1, ${oneAna} } ]\npolicy: { approval: [r, { or: [r] }] }\n`;
    expect(problemsOf(text)).toHaveLength(1);
  });
});

describe('what is lost beside rules', () => {
  const rules = `approval_rules: [ { name: r, ${oneAna} } ]\n`;

  test.each([
    [
      `${rules}policy: { approval: [r], extra: 1 }`,
      ['2:26: `extra` is not known here. The policy blocks until you have decided'],
    ],
    [
      `${rules}policy: { approval: [r] }\nextra: 1`,
      ['3:1: `extra` is not known here. The policy blocks until you have decided'],
    ],
    [`${rules}policy: { approval: [r], disapproval: { requires: {} } }`, []],
    [`${rules}policy: { approval: [r], disapproval: { options: { methods: {} } } }`, []],
    [`${rules}policy: { approval: [r], disapproval: { if: { has_labels: [x] } } }`, []],
    [
      `${rules}policy: { approval: [r], disapproval: { extra: 1 } }`,
      ['2:41: `extra` is not known here. It blocks until you have decided'],
    ],
    [
      `${rules}policy: { approval: [r], disapproval: { if: { has_status: x } } }`,
      [
        '2:47: `disapproval`: `has_status` cannot be said: a policy does not look at other checks; require that check in a ruleset. It blocks wherever the condition might hold',
      ],
    ],
    [
      `${rules}policy: { approval: [r], disapproval: { requires: { users: [ana] } } }`,
      [
        '2:51: who may disapprove cannot be said: those who may approve a proposal may also reject it, with `/reject` or a review that requests changes, and nobody else. It blocks until you have decided',
      ],
    ],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });
});

describe('a file that is no policy of policy-bot', () => {
  test.each([
    [' \n', ['1:1: the file is blank']],
    ['- a', ['1:1: this is no policy of policy-bot: it must be a mapping']],
    ['remote: x', ['1:1: this file only says where the policy is (`remote`); import the file that it names']],
    ['a: 1', ['1:1: this is no policy of policy-bot: it has neither `policy` nor `approval_rules`']],
    ['policy: x', ['1:9: `policy` must be a mapping']],
    ['policy: {}\napproval_rules: x', ['2:17: `approval_rules` must be a list']],
    [
      'approval_rules: [x, { name: " " }, { requires: x }]',
      [
        '1:1: this is no policy of policy-bot: it has neither `policy` nor `approval_rules`',
        '1:18: a rule must be a mapping with a `name`',
        '1:21: a rule must be a mapping with a `name`',
        '1:36: a rule must be a mapping with a `name`',
      ],
    ],
    ['policy: { approval: x }', ['1:21: `and` must list the names of rules, `and` or `or`']],
    ['policy: { approval: [ { or: [] } ] }', ['1:29: `or` must list the names of rules, `and` or `or`']],
    ['policy: { approval: [ { and: x } ] }', ['1:30: `and` must list the names of rules, `and` or `or`']],
    ['policy: { approval: [ { and: [a], or: [b] } ] }', ['1:23: must be the name of a rule, `and` or `or`']],
    ['policy: { approval: [ [a] ] }', ['1:23: must be the name of a rule, `and` or `or`']],
    ['policy: { approval: [ zzz ] }', ['1:23: there is no rule `zzz` in `approval_rules`']],
    [
      'policy: { approval: [ { or: [{ and: [revue] }] } ] }\napproval_rules: [{ name: review }]',
      ['1:38: there is no rule `revue` in `approval_rules`; did you mean `review`?'],
    ],
  ])('%s', (text, expected) => {
    const result = readFile(text);
    expect([result.ok, problemsOf(text)]).toEqual([false, expected]);
  });

  test('nothing asked for is nothing said', () => {
    expect(problemsOf('policy: { approval: [] }')).toEqual([]);
    expect(problemsOf('policy: { }')).toEqual([]);
    expect(problemsOf('approval_rules: [ { name: r } ]')).toEqual([]);
  });
});
