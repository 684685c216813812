import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/policy/document.ts';
import { readUsual } from '../../src/policy/read-usual.ts';

/** What the YAML library makes of a text, which an end of the document leaves to it. */
function readByLibrary(text: string) {
  const whole = `${text}\n...\n`;
  expect(readUsual(whole)).toBeUndefined();
  const document = readDocument('a.yml', whole);
  return document.ok ? document.root : document.errors;
}

const scalars = [
  ...['a', 'b c', 'user:ada', 'a:b', 'x#y', '>= 3', '1d', '09:00-10:00', '2026-01-01', '-x', '.', '', '#', '# x', ' #'],
  ...['null', '~', 'True', 'no', '12', '-3', '007', '0x1F', '0o17', '1.5', '.5', '1e3', '.inf', '.NaN', '0b1', '+'],
  ...['"q"', "'it''s'", '"a\\n\\u0041"', '"\\q"', '""', '"open', "'x\n  y'", '"k":1', 'x: y', 'z\n z', '|\n  t', '?'],
  ...['<<', '__proto__', '&a x', '*a', '!t x', '@x', '%x', '`x', '- a', ':', ',', '[', '}', '...', '---', '\t', 'a\r'],
];
const words = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('a', 'b', 'c d', 'k', '"q"', "'r'", '1', 'true') },
  { weight: 1, arbitrary: fc.constantFrom(...scalars) },
);
const gaps = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('', ' ') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\n  ', ' # c\n', ' #c', '#c\n', '\t') },
);
const keys = fc.oneof({ weight: 30, arbitrary: fc.nat(99).map((n) => `k${n}`) }, { weight: 1, arbitrary: words });
const separators = fc.oneof(
  { weight: 20, arbitrary: fc.constant(': ') },
  { weight: 1, arbitrary: fc.constantFrom(':', ' : ', ':\n', ' ') },
);
const lineEnds = fc.oneof(
  { weight: 10, arbitrary: fc.constant('\n') },
  { weight: 1, arbitrary: fc.constantFrom(' # c\n', '\n\n', '\r\n', '\n  # c\n', '\n# c\n', ' \n', '#c\n', '\n \n') },
);

const { flow } = fc.letrec<{ flow: string; list: string; map: string }>((tie) => ({
  flow: fc.oneof({ maxDepth: 3 }, words, tie('list'), tie('map')),
  list: fc
    .tuple(gaps, fc.array(fc.tuple(tie('flow'), gaps), { maxLength: 3 }), gaps)
    .map(([open, items, close]) => `[${open}${items.map((item) => item.join('')).join(', ')}${close}]`),
  map: fc
    .tuple(gaps, fc.array(fc.tuple(keys, separators, tie('flow'), gaps), { maxLength: 3 }), gaps)
    .map(([open, items, close]) => `{${open}${items.map((item) => item.join('')).join(', ')}${close}}`),
}));

/** Lines of a block: its items have values on their line, below it, or begun on it. */
const block: fc.Memo<readonly string[]> = fc.memo((depth) => {
  const onLine = fc.tuple(flow, lineEnds).map(([value, end]) => [` ${value}${end}`]);
  const below = fc
    .tuple(fc.constantFrom(0, 1, 2, 2, 2, 3), lineEnds, depth > 1 ? block(depth - 1) : onLine)
    .map(([indent, end, lines]) => [end, ...lines.map((line) => ' '.repeat(indent) + line)]);
  const compact = (depth > 1 ? block(depth - 1) : onLine).map(([first = '', ...lines]) => [
    ` ${first}`,
    ...lines.map((line) => `  ${line}`),
  ]);
  const list = fc
    .array(fc.oneof(onLine, below, compact), { minLength: 1, maxLength: 3 })
    .map((items) => items.flatMap(([first = '', ...lines]) => [`-${first}`, ...lines]));
  const map = fc
    .array(fc.tuple(keys, fc.oneof(onLine, below)), { minLength: 1, maxLength: 3 })
    .map((items) => items.flatMap(([key, [first = '', ...lines]]) => [`${key}:${first}`, ...lines]));
  return fc.oneof(list, map);
});

const heads = fc.constantFrom(
  '',
  '',
  '',
  '# c\n',
  '\n',
  '---\n',
  '--- # c\n',
  '--- ',
  '\uFEFF',
  '%YAML 1.2\n---\n',
  '  ',
);
const tails = fc.constantFrom('', '', '', '', 'a', '# c', '  ', '- x\n', 'b: 1\n', ' b: 1', '---\nb: 1', '...\n');
const documents = fc
  .tuple(
    heads,
    fc.oneof(
      flow,
      block(3).map((lines) => lines.join('')),
    ),
    tails,
  )
  .map((parts) => parts.join(''));
const marks = fc.constantFrom('', '', ...' \n:,-[]{}"\'#&*!|>%@?\t\r.x1', ': ', '- ', ' #', '\n\n');
/** With a fault, perhaps, in the middle. */
const broken = fc.tuple(documents, fc.double({ min: 0, max: 1, noNaN: true }), marks).map(([text, share, mark]) => {
  const at = Math.floor(text.length * share);
  return text.slice(0, at) + mark + text.slice(at + (mark.length > 1 ? 1 : 0));
});

describe('documents that are written the usual way', () => {
  test('are read as the YAML library reads them, with every place', () => {
    fc.assert(
      fc.property(fc.oneof(documents, broken), (text) => {
        const root = readUsual(text);
        if (root !== undefined) expect(root).toEqual(readByLibrary(text));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    '# c\n\n---\nversion: 1\n',
    'a: 1\r\nb:\r\n  - c\r\n',
    'a:\n- b\n- - c\n  - d: e\n    f: g\n# c\nh: { i: [j, "k", \'l\'], "m":n }\n',
    'a: [\n  b, # c\n  # d\n  e,\n]\n',
    '{ "a": [1, 2.5, -3, true, null, ~, 0x1F] }',
    '- a: x >= 3\n  "b c" : 2026-01-01 # d\n-   e: user:f#g\n    h: 1d\n',
    `a: ${'['.repeat(39)}b${']'.repeat(39)}\n`,
    `${'k'.repeat(1000)}: 1\n`,
  ])('such as %j, which is left to nobody else', (text) => {
    expect(readUsual(text)).toBeDefined();
    expect(readUsual(text)).toEqual(readByLibrary(text));
  });

  test.each([
    ...[
      '',
      '# c',
      '3',
      'a',
      'a:',
      'a: b\n  c',
      'a: |\n  b',
      '? a\n: b',
      '[a: b]',
      '{a: b\n#c\n}',
      '{a}',
      '{a: }',
      '{a: , b: 1}',
      '[,]',
    ],
    ...[
      'a: &b c',
      'a: *b',
      'a: !t b',
      '<<: {}',
      '__proto__: 1',
      'a: 1\na: 2',
      '1: a',
      'a:\tb',
      '\uFEFFa: 1',
      'a: "\\q"',
    ],
    ...[
      'a: [b',
      'a: b: c',
      'a: - b',
      'a:\n    b: 1\n  c: 2',
      '- a\nb: c',
      'a: 1\n---\nb: 2',
      'a: @b',
      '%YAML 1.2\n---\na: 1',
    ],
    ...['a: ""#c', 'a: "b\n  c"', '[a]: b', '[a b"]"', '--- a: 1', `a: ${'['.repeat(41)}${']'.repeat(41)}`],
    `${'k'.repeat(1001)}: 1`,
  ])('%j is not', (text) => {
    expect(readUsual(text)).toBeUndefined();
  });
});
