import { describe, expect, test } from 'vitest';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';

function textOf(text: string, file = '.policy.yml'): string {
  const result = importPolicyBot({ file, text });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.text;
}

/** What follows the header, without comments unless they are wanted. */
const bodyOf = (text: string) => textOf(text).replace(/^(#.*\n|\n)+/, '');

const head = `version: 1
stages: [ approval ]
# policy-bot looks at every pull request, and asks nobody who initiated it.
proposals:
  - { category: pull-request, initiator: none }
# Approvals end when the content changes; where policy-bot ends them with a push, the rule says so.
approvals: { stale: on-content-change }
`;

describe('the text that is made', () => {
  test('begins with what it is and what is left to say', () => {
    expect(textOf('policy: {}')).toBe(`# Made from .policy.yml of policy-bot. Everything in it could be said.
# What is different everywhere: docs/coming-from.md. Among it: only reviews that approve count, approvals are bound to the content,
# one person fills one seat, and who wrote, committed or pushed any of it fills none.

# Before it is put into force, say which branches lead where, which also names the check (else it is countersign/unclassified):
#   environments: { production: { base: [main] } }
# Underneath the policy of an organization a repository keeps \`version\`, \`roles\` and \`rules\` only, and uses its stages.

${head}`);
  });

  test('says how much of it is lost', () => {
    const text = 'policy: { x: 1, y: 2 }';
    expect(textOf(text, 'a\nb.yml')).toContain(
      '# Made from a b.yml of policy-bot. 2 of its parts could not be said, and are stricter here.\n',
    );
  });

  test('has a role for each set of people, and a comment for each rule', () => {
    const text = `
policy: { approval: [one, two, same, none] }
approval_rules:
  - { name: one, description: First. , requires: { count: 1, users: [ana] }, options: { invalidate_on_push: true } }
  - { name: two, requires: { count: 2, teams: [acme/devs], users: [zoe, bea] } }
  - { name: same, description: ' ', requires: { count: 2, users: [ana, ana] } }
  - { name: none, extra: 1, requires: { count: 0 } }
`;
    expect(bodyOf(text)).toBe(`${head}roles:
  ana:
    members: [ user:ana ]
  approvers:
    members: [ team:acme/devs, user:bea, user:zoe ]
  # Fills no seat. Where a rule names it, decide what the rule is to become, and take that seat away.
  nobody:
    members: [ user:ghost ]
rules:
  # First.
  - name: one
    require:
      approval: [ { role: ana } ]
    approvals:
      stale: on-push
  - name: two
    require:
      approval: [ { role: approvers, count: 2 } ]
  - name: same
    require:
      approval: [ { role: ana, count: 2 } ]
  # Blocks until you have decided: \`extra\` is not known here.
  - name: none
    require:
      approval: [ { role: nobody, count: 2 } ]
  - name: a change of policy
    when:
      categories: [ policy-change ]
    require:
      approval: [ { role: ana } ]
`);
  });

  test('names are unique, of rules and of roles', () => {
    const text = `
policy: { approval: [a, { and: [b, c, d, e] }, 'a change of policy'] }
approval_rules:
  - { name: a, requires: { count: 1, users: [devs] } }
  - { name: b, requires: { count: 1, teams: [acme/devs] } }
  - { name: c, requires: { count: 1, teams: [other/devs] } }
  - { name: d, requires: { count: 1, users: [nobody] } }
  - { name: e, requires: { count: 1, users: [1a] } }
  - { name: a change of policy, requires: { count: 1, users: [a, b] } }
`;
    const body = bodyOf(text);
    expect(Array.from(body.matchAll(/^ {2}([\w-]+):$/gm), ([, name]) => name)).toEqual([
      'devs',
      'devs-2',
      'devs-3',
      'nobody-2',
      'approvers',
      'approvers-2',
    ]);
    expect(Array.from(body.matchAll(/- name: (.*)$/gm), ([, name]) => name).slice(-2)).toEqual([
      'a change of policy',
      'a change of policy (2)',
    ]);
  });

  test('of one rule named in two places, the second has a number', () => {
    const text =
      'policy: { approval: [a, a, a] }\napproval_rules: [ { name: a, requires: { count: 1, users: [ana] } } ]';
    expect(Array.from(bodyOf(text).matchAll(/- name: (.*)$/gm), ([, name]) => name)).toEqual([
      'a',
      'a (2)',
      'a (3)',
      'a change of policy',
    ]);
  });

  test('what comes to more than a policy may hold blocks everything', () => {
    const rule = `{ name: a, description: ${'x'.repeat(300)}, requires: { count: 1, users: [ana] } }`;
    const approval = Array.from({ length: 2000 }, () => 'a').join(', ');
    const text = `approval_rules: [${rule}]\npolicy: { approval: [${approval}] }`;
    const result = importPolicyBot({ file: '.policy.yml', text });
    const message =
      'this comes to more than a policy may hold, so that none of it is said: the policy blocks everything';
    expect(result).toMatchObject({ ok: true, lost: [{ line: 1, column: 1, message }] });
    expect(result.ok ? result.text : '').toContain(`rules:
  # Blocks until you have decided: ${message}.
  - name: everything
    require:
      approval: [ { role: nobody, count: 2 } ]
`);
  });
});
