import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { globTest } from '../../src/policy/glob.ts';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';
import { globsOf } from '../../src/policy/import-regexp.ts';
import { loadPolicy } from '../../src/policy/load.ts';
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
      { numRuns: 150 },
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
      { numRuns: 300 },
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
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(50);
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
      { numRuns: 2000 },
    );
  });
});
