import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digestOf, isCanonical } from '../../src/audit/canonical.ts';
import { leafHashOf } from '../../src/audit/tree.ts';

describe('canonical JSON (RFC 8785)', () => {
  test('the example of section 3.2.2 has the bytes of section 3.2.4', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('keys are sorted by UTF-16 code units, as in section 3.2.3', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    const order = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(Object.keys(value).sort()).toEqual(order);
    const at = order.map((key) => canonicalJson(value).indexOf(`${JSON.stringify(key)}:`));
    expect(at).toEqual([...at].sort((one, other) => one - other));
    expect(at).not.toContain(-1);
  });

  test('the same value has the same digest however it was written', () => {
    expect(digestOf({ b: 1, a: [1, { d: null, c: 'x' }] })).toBe(digestOf({ a: [1, { c: 'x', d: null }], b: 1 }));
  });

  test('a text is canonical if it is what is made of its value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        expect(isCanonical(text, value)).toBe(canonicalJson(value) === text);
        expect(isCanonical(canonicalJson(value), value)).toBe(true);
      }),
    );
  });

  test.each([
    ['{"b":1,"a":2}', false],
    ['{"10":1,"9":2}', true],
    ['{"9":2,"10":1}', false],
    ['{"a":1,"a":1}', false],
    ['{"a": 1}', false],
    ['[-0]', false],
    ['[1.0]', false],
    ['[1e400]', false],
    ['"\\ud800"', false],
    ['"\ud800"', false],
    ['"\\u00e9"', false],
    ['"é"', true],
    ['"\\\\ud800"', true],
    ['{"__proto__":1,"a":2}', true],
  ])('%s: %s', (text, expected) => {
    expect(isCanonical(text, JSON.parse(text))).toBe(expected);
  });

  test('what JSON cannot say is refused', () => {
    expect(() => canonicalJson(undefined)).toThrow('no JSON form');
    expect(() => canonicalJson(Number.NaN)).toThrow();
  });
});

test('leaf hashes are those of RFC 6962: the empty leaf, and one of its test tree', () => {
  expect(leafHashOf('').toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  expect(leafHashOf('\u0010').toString('hex')).toBe('0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7');
});
