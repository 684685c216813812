import { describe, expect, test } from 'vitest';
import { fencedBlocks } from '../../src/decision/fences.ts';
import { parseManifest } from '../../src/decision/manifest.ts';
import { manifest } from '../support/facts.ts';

describe('fenced blocks are found as a reader of the page sees them', () => {
  const block = (tag: string, line: number, text: string) => ({ tag, line, text });

  test.each([
    ['none', 'text', []],
    ['one', 'a\n```yaml\nx: 1\ny: 2\n```\nb', [block('yaml', 2, 'x: 1\ny: 2')]],
    ['two', '```a\n1\n```\n~~~b\n2\n~~~', [block('a', 1, '1'), block('b', 4, '2')]],
    ['directly after each other', '```a\n```\n```b\n```', [block('a', 1, ''), block('b', 3, '')]],
    ['any line endings', '```a\r\n1\r\n```\r```b\r2\r```', [block('a', 1, '1'), block('b', 4, '2')]],
    ['without a tag', '```\n1\n```', [block('', 1, '1')]],
    ['the first word is the tag, in lower case', '```  YAML title=x\n1\n```', [block('yaml', 1, '1')]],
    ['indented by up to three spaces', '   ```a\n1\n   ```', [block('a', 1, '1')]],
    ['indented by four is text', '    ```a\n1\n    ```', []],
    ['quoted is not one', '> ```a\n> 1\n> ```', []],
    ['two backticks are too few', '``a\n1\n``', []],
    ['two tildes are too few', '~~a\n1\n~~', []],
    ['a backtick after the fence makes it a line of code', '```a``` x\n1', []],
    ['text behind the tag with a backtick is none either', '```a b`c\n1', []],
    ['never closed reaches to the end', 'x\n```a\n1\n2', [block('a', 2, '1\n2')]],
    ['closed by as many or more', '````a\n```\n`````', [block('a', 1, '```')]],
    ['closed by its own kind only', '```a\n~~~\n```', [block('a', 1, '~~~')]],
    ['tildes closed by tildes only', '~~~a\n```\n~~~', [block('a', 1, '```')]],
    ['not closed by a fence with a tag', '```a\n```b\n```', [block('a', 1, '```b')]],
    ['not closed by an indented one', '```a\n    ```\n```', [block('a', 1, '    ```')]],
    ['not closed in the middle of a line', '```a\nx ```\n``` ', [block('a', 1, 'x ```')]],
    ['closed by two of them is not closed', '```a\n``\n```', [block('a', 1, '``')]],
    ['in a comment is none', '<!--\n```a\n1\n```\n-->\n```b\n2\n```', [block('b', 6, '2')]],
    ['a comment on one line', '<!-- x -->\n```b\n2\n```', [block('b', 2, '2')]],
    ['an indented comment', '   <!--\n```a\n```\n-->\n```b\n```', [block('b', 5, '')]],
    ['a comment in the middle of a line', 'x <!--\n```a\n```', [block('a', 2, '')]],
    ['a comment that ended before is another one', '-->\n<!--\n```a\n```\n-->', []],
    ['a comment without an end', '<!--\n```a\n1\n```', []],
  ])('%s', (_, text, expected) => {
    expect(fencedBlocks(text)).toEqual(expected);
  });
});

describe('a manifest', () => {
  const known = 'known are failure, runs, services, initiator, verification, rollback, ticket';
  const valid = (written: object) => ({ kind: 'valid', manifest: written });
  const invalid = (...problems: string[]) => ({ kind: 'invalid', problems });

  test.each([
    [
      'says everything',
      'failure: f\nruns: [1]\nservices: [s]\nverification: v\nrollback: r\nticket: t',
      {
        failure: 'f',
        runs: [1],
        services: ['s'],
        verification: 'v',
        rollback: 'r',
        ticket: 't',
      },
    ],
    ['is trimmed', 'ticket: "  t  "', { ticket: 't' }],
    ['names a person', 'initiator: ana', { initiator: 'ana' }],
    ['names a person with an at', 'initiator: "@ana"', { initiator: 'ana' }],
  ])('%s', (_, text, expected) => {
    expect(parseManifest(manifest(text))).toEqual(valid(expected));
  });

  test.each([
    ['a key that nobody knows', 'runz: [1]', `line 4, column 1: unknown key \`runz\`; ${known}`],
    ['two of them', 'a: 1\nb: 2', `line 4, column 1: unknown key \`a\`, \`b\`; ${known}`],
    ['nothing behind a key', 'ticket: ""', 'line 4, column 9: `ticket`: must not be blank'],
    ['nobody’s login', 'ticket: t\ninitiator: a b', 'line 5, column 12: `initiator`: must be the login of a person'],
    ['an at in the middle', 'initiator: a@b', 'line 4, column 12: `initiator`: must be the login of a person'],
    [
      'a wrong item of a list',
      'runs:\n  - 1\n  - 0',
      'line 6, column 5: `runs.1`: Too small: expected number to be >0',
    ],
    ['another type', 'services: all', 'line 4, column 11: `services`: Invalid input: expected array, received string'],
    ['no mapping', 'all', 'line 4, column 1: Invalid input: expected object, received string'],
    ['nothing', '', 'line 4, column 1: Invalid input: expected object, received null'],
    ['a key twice', 'ticket: a\nticket: b', 'line 5, column 1: Map keys must be unique'],
    [
      'what is not YAML',
      'ticket: [',
      'line 4, column 10: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['an alias', 'ticket: &a x\nrollback: *a', 'line 4, column 1: Invalid input: expected object, received string'],
    ['a tag that nobody knows', 'ticket: !x y', 'line 4, column 9: Unresolved tag: !x'],
  ])('%s is answered with line and column', (_, text, expected) => {
    expect(parseManifest(manifest(text))).toEqual(invalid(expected));
  });

  test('is absent without a block that is tagged so', () => {
    const absent = { kind: 'absent' };
    expect(parseManifest('')).toEqual(absent);
    expect(parseManifest('a remediation of what failed')).toEqual(absent);
    expect(parseManifest('a remediation\n```yaml\nticket: t\n```')).toEqual(absent);
    expect(parseManifest('```yaml\nx\n```\n```remediation\nticket: t\n```')).toEqual(valid({ ticket: 't' }));
  });

  test('must be the only one', () => {
    expect(parseManifest(`${manifest('ticket: t')}\n${manifest('ticket: u')}`)).toEqual(
      invalid('line 9: there are two manifests; keep one'),
    );
  });

  test('may be 16,384 characters long', () => {
    const long = (length: number) => manifest(`ticket: t\n#${'x'.repeat(length - 'ticket: t\n#'.length)}`);
    expect(parseManifest(long(16_384))).toEqual(valid({ ticket: 't' }));
    expect(parseManifest(long(16_385))).toEqual(invalid('line 3: the manifest is longer than 16384 characters'));
  });
});
