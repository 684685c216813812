import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { globTest } from '../../src/policy/glob.ts';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';
import { globsOf } from '../../src/policy/import-regexp.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { caseCount } from '../support/cases.ts';
import { policy } from './load.ts';
import { botFiles, couldPass, passesPolicyBot, situations, written } from './policy-bot.ts';

function imported(text: string) {
  const result = importPolicyBot({ file: '.policy.yml', text });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result;
}

describe('whatever policy-bot is told', () => {
  test('the policy that is made of it loads, for an organization and for a repository', () => {
    fc.assert(
      fc.property(botFiles, (file) => {
        const { text } = imported(written(file));
        expect(loadPolicy({ organization: { file: 'countersign.yml', text } })).toMatchObject({ ok: true });
        expect(loadPolicy({ repository: { file: '.github/countersign.yml', text } })).toMatchObject({ ok: true });
      }),
      { numRuns: caseCount(150) },
    );
  });

  test('names and descriptions may be anything, and it still loads', () => {
    const strange = fc.oneof(
      // `fc.string` of any character makes a table of a million first.
      fc.array(fc.integer({ min: 0, max: 0x10ffff }), { minLength: 1 }).map((codes) => String.fromCodePoint(...codes)),
      fc.constantFrom('[', '{', '# x', 'a: b', '- x', '*', '&a', '!t', '"', "'").map((text) => text.repeat(90)),
    );
    fc.assert(
      fc.property(strange, strange, strange, (name, description, member) => {
        const rule = { name: `r${name}`, description, requires: { count: 1, users: ['ana', member], teams: [member] } };
        const text = stringify({ policy: { approval: [rule.name] }, approval_rules: [rule] });
        const result = importPolicyBot({ file: name, text });
        // YAML has no way to write some characters; such a file is refused, and nothing is thrown.
        if (!result.ok) return;
        expect(loadPolicy({ organization: { file: 'countersign.yml', text: result.text } })).toMatchObject({
          ok: true,
        });
      }),
      { numRuns: caseCount(300) },
    );
  });

  test('nothing passes that policy-bot would not let pass', () => {
    fc.assert(
      fc.property(botFiles, fc.array(situations, { minLength: 20, maxLength: 20 }), (file, cases) => {
        const made = policy(imported(written(file)).text);
        for (const situation of cases)
          if (couldPass(made, situation))
            expect(passesPolicyBot(file, situation), JSON.stringify(situation)).toBe(true);
      }),
      { numRuns: caseCount(300) },
    );
  });

  test('where nothing is reported as lost, the same passes', () => {
    let compared = 0;
    fc.assert(
      fc.property(botFiles, fc.array(situations, { minLength: 20, maxLength: 20 }), (file, cases) => {
        const { text, lost } = imported(written(file));
        if (lost.length > 0) return;
        compared += 1;
        const made = policy(text);
        for (const situation of cases)
          expect(couldPass(made, situation), JSON.stringify(situation)).toBe(passesPolicyBot(file, situation));
      }),
      { numRuns: caseCount(500) },
    );
    expect(compared).toBeGreaterThan(caseCount(500) / 10);
  });
});

/** The rules of the policy that is made, as its author would read them, and what is lost. */
function madeOf(text: string) {
  const { text: made, lost } = imported(text);
  const { rules } = policy(made);
  return {
    rules: rules
      .filter(({ name }) => name !== 'a change of policy')
      .map(({ name, require }) => [
        name,
        ...require.flatMap(({ seats }) =>
          seats.map((seat) => (seat.kind === 'role' ? `${seat.role} ${seat.count}` : '')),
        ),
      ]),
    lost: lost.map(({ line, column, message }) => `${line}:${column} ${message}`),
  };
}

describe('policies as people write them', () => {
  test('one team, and nothing for documentation', () => {
    const { text, lost } = imported(`
policy:
  approval:
    - or: [the team has approved, only documentation]
approval_rules:
  - name: the team has approved
    requires: { count: 1, teams: ["acme/devtools"] }
  - name: only documentation
    if: { only_changed_files: { paths: ['^docs/.*$', '\\.md$'] } }
    requires: { count: 0 }
`);
    expect(lost).toEqual([]);
    expect(policy(text)).toMatchObject({
      otherwise: 'ungoverned',
      proposals: [{ category: 'pull-request', initiator: 'none', route: 'approval' }],
      roles: [{ name: 'devtools', members: [{ kind: 'team', organization: 'acme', slug: 'devtools' }] }],
      rules: [
        {
          name: 'the team has approved',
          when: { kind: 'not', of: { kind: 'globs', key: 'only-paths', globs: ['docs/**/*', '**/*.md'] } },
          require: [{ stage: 'approval', seats: [{ kind: 'role', role: 'devtools', count: 1 }] }],
        },
        { name: 'a change of policy' },
      ],
    });
  });

  test('one team anywhere, another one too in its own place', () => {
    const text = `
policy: { approval: [{ or: [anything, staging] }] }
approval_rules:
  - { name: anything, requires: { count: 1, teams: [acme/platform] } }
  - { name: staging, if: { only_changed_files: { paths: [^staging/] } }, requires: { count: 1, teams: [acme/devs] } }
`;
    expect(madeOf(text)).toEqual({
      rules: [
        ['anything', 'platform 1'],
        ['anything or staging', 'approvers 1'],
      ],
      lost: [],
    });
  });

  test('two of one team or one of another: both are asked, and it is said', () => {
    const text = `policy:
  approval:
    - or: [developers, leads]
approval_rules:
  - { name: developers, requires: { count: 2, teams: [acme/devs] } }
  - { name: leads, requires: { count: 1, teams: [acme/leads] } }
`;
    expect(madeOf(text)).toEqual({
      rules: [
        ['developers', 'devs 2'],
        ['leads', 'leads 1'],
      ],
      lost: [
        '3:11 this `or` cannot be said, since rules only add up: `developers`, `leads` are all asked for, where they apply',
      ],
    });
  });

  test('what a rule requires and cannot be said blocks, and is no way out of an `or`', () => {
    const rules = `approval_rules:
  - { name: ci, requires: { conditions: { has_status: { statuses: [build] } } } }
  - { name: team, requires: { count: 1, teams: [acme/devs] } }
`;
    const because =
      '2:43 rule `ci`: the condition `has_status` cannot be required: a policy does not look at other checks; require that check in a ruleset. It blocks until you have decided';
    expect(madeOf(`${rules}policy: { approval: [ci, team] }`)).toEqual({
      rules: [
        ['ci', 'nobody 2'],
        ['team', 'devs 1'],
      ],
      lost: [because],
    });
    expect(madeOf(`${rules}policy: { approval: [{ or: [ci, team] }] }`)).toEqual({
      rules: [['team', 'devs 1']],
      lost: [because, '4:29 `ci` is no way out of this `or`, since not all of it can be said; the others are'],
    });
  });

  test('where no rule applies it blocks, as policy-bot does', () => {
    const text = `policy: { approval: [api] }
approval_rules:
  - { name: api, if: { changed_files: { paths: [^api/] } }, requires: { count: 1, users: [ana] } }
`;
    expect(madeOf(text)).toEqual({
      rules: [
        ['api', 'ana 1'],
        ['no rule of policy-bot applies', 'nobody 2'],
      ],
      lost: [],
    });
  });

  test('each thing that is lost is told with its place and its reason', () => {
    const text = `policy:
  approval: [review]
  disapproval:
    requires: { organizations: [acme] }
approval_rules:
  - name: review
    if:
      has_author_in: { organizations: [acme] }
      has_valid_signatures: true
      changed_files: { paths: ["(?i)readme"] }
      is_full_moon: true
    options:
      allow_author: true
      ignore_update_merges: yes
      ignore_commits_by: { users: ["bulldozer[bot]"] }
      request_review: { enabled: true }
      methods: { comments: [":+1:"], body_patterns: [lgtm] }
    requires:
      count: 1
      teams: [acme/devs]
      users: ["robot[bot]"]
      admins: true
`;
    expect(madeOf(text).lost.map((line) => line.replace(/:? cannot be said.*| is (neither|not).*/, ''))).toEqual([
      '4:15 who may disapprove',
      '8:7 rule `review`: `has_author_in`',
      '9:7 rule `review`: `has_valid_signatures`',
      '10:7 rule `review`: `changed_files`',
      '11:7 rule `review`: `is_full_moon`',
      '13:21 rule `review`: `allow_author`',
      '14:29 rule `review`: `ignore_update_merges`',
      '15:26 rule `review`: `ignore_commits_by`',
      '16:23 rule `review`: `request_review`',
      '17:18 rule `review`: `comments`',
      '17:38 rule `review`: `body_patterns`',
      '21:15 rule `review`: `robot[bot]`',
      '22:15 rule `review`: `admins`',
    ]);
  });

  test('a policy that ends approvals with a push says so in its rule', () => {
    const { text } = imported(`
policy: { approval: [review] }
approval_rules:
  - { name: review, options: { invalidate_on_push: true }, requires: { count: 1, users: [ana] } }
`);
    expect(policy(text)).toMatchObject({
      approvals: { stale: 'on-content-change' },
      rules: [{ approvals: { stale: 'on-push' } }, {}],
    });
  });

  test('more expressions than a policy holds are given up, and it still loads', () => {
    const rules = Array.from(
      { length: 60 },
      (_, index) =>
        `  - { name: r${index}, if: { title: { matches: [a${index}] } }, requires: { count: 1, users: [ana] } }`,
    );
    const names = rules.map((_, index) => `r${index}`).join(', ');
    const { lost } = imported(`policy: { approval: [${names}] }\napproval_rules:\n${rules.join('\n')}\n`);
    expect(lost).toHaveLength(60);
    expect(lost[0]?.message).toContain('more regular expressions than it may');
  });

  test.each([
    ['', '1:1 the file is blank'],
    ['remote: acme/policies', '1:1 this file only says where the policy is (`remote`); import the file that it names'],
    ['version: 1', '1:1 this is no policy of policy-bot: it has neither `policy` nor `approval_rules`'],
    [
      'policy: { approval: [revue] }\napproval_rules: [{ name: review }]',
      '1:22 there is no rule `revue` in `approval_rules`; did you mean `review`?',
    ],
    [
      'policy: { approval: [{ xor: [a] }] }\napproval_rules: [{ name: a }]',
      '1:22 must be the name of a rule, `and` or `or`',
    ],
    ['policy: [', '1:10 is not YAML'],
  ])('%j is refused', (text, message) => {
    const result = importPolicyBot({ file: '.policy.yml', text });
    const [first] = result.ok ? [] : result.errors;
    expect(`${first?.line}:${first?.column} ${first?.message}`).toContain(message);
  });
});

describe('expressions', () => {
  test.each([
    ['^docs/.*$', ['docs/**/*']],
    ['docs/', ['**/*docs/**/*']],
    ['\\.md$', ['**/*.md']],
    ['^src/main', ['src/main*', 'src/main*/**/*']],
    ['(^|/)Dockerfile$', ['Dockerfile', '**/*/Dockerfile']],
    ['^(main|release/[^/]+)$', ['main', 'release/?*']],
    ['^v[0-9]\\d$', ['v[0-9][0-9]']],
    ['^package(-lock)?\\.json$', ['package-lock.json', 'package.json']],
    ['^/', []],
    ['', ['**/*']],
  ])('%s is said in globs', (pattern, globs) => {
    expect(globsOf(pattern)).toEqual(globs);
  });

  test.each(['(?i)readme', '^[a-z]+$', '^a{2}$', '(ab)*', '\\bword\\b', '[^a]', '(unclosed', 'x^y', '(?!a)b'])(
    '%s is beyond them',
    (pattern) => {
      expect(globsOf(pattern)).toBeUndefined();
    },
  );

  const piece = fc.constantFrom(
    'a',
    'b',
    '/',
    '\\.',
    '.',
    '.*',
    '.+',
    '[^/]*',
    '[^/]+',
    '[ab]',
    'a?',
    '(a|b/)',
    '(?:ab)?',
    '-',
    '!',
    '\\*',
  );
  const patterns = fc
    .tuple(fc.constantFrom('', '^'), fc.array(piece, { maxLength: 5 }), fc.constantFrom('', '$'))
    .map(([start, inner, end]) => start + inner.join('') + end);
  const names = fc
    .array(fc.stringMatching(/^[ab.!*-]{1,4}$/), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join('/'))
    .filter((name) => !name.split('/').some((segment) => segment === '.' || segment === '..'));

  test('globs match the same names', () => {
    fc.assert(
      fc.property(patterns, fc.array(names, { minLength: 10, maxLength: 10 }), (pattern, all) => {
        const globs = globsOf(pattern);
        for (const name of globs === undefined ? [] : all)
          expect(
            globs?.some((glob) => globTest(glob)(name)),
            `${pattern} ${globs} ${name}`,
          ).toBe(RE2JS.compile(pattern).test(name));
      }),
      { numRuns: caseCount(2000) },
    );
  });
});
