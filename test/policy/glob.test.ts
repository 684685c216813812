import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { globTest } from '../../src/policy/glob.ts';
import { globProblem } from '../../src/policy/schema/glob-syntax.ts';
import { caseCount } from '../support/cases.ts';

describe('globs', () => {
  const segment = fc
    .array(fc.constantFrom('a', 'b', '.', '*', '?', '[ab]', '[^a]', '{a,b}', '{a,b*}', 'x.y'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join(''));
  const glob = fc
    .array(fc.oneof({ weight: 3, arbitrary: segment }, fc.constant('**')), { minLength: 1, maxLength: 4 })
    .map((segments) => segments.join('/'));
  const path = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'b', '.', 'x', 'y'), minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    })
    .filter((segments) => segments.every((name) => name !== '.' && name !== '..'))
    .map((segments) => segments.join('/'));

  test('mean what picomatch means (but for `[!a]`, which it reads otherwise than a shell)', () => {
    fc.assert(
      fc.property(glob, path, (written, tried) => {
        fc.pre(globProblem(written) === undefined && !/\}\/\*\*$|\*\*\/\*\*/.test(written));
        // A shortcut of picomatch wants a character behind the dot, which is no shell's and not its own in longer globs.
        fc.pre(!(/^(\*\*\/)?\*\.\*$/.test(written) && tried.endsWith('.')));
        const reference = picomatch(written, { dot: true, noextglob: true, nonegate: true });
        expect(globTest(written)(tried), `${written} on ${tried}`).toBe(reference(tried));
      }),
      { numRuns: caseCount(5000) },
    );
  });
});
