import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCommands } from '../../src/commands/find.ts';
import { commandWords } from '../../src/commands/words.ts';
import { fencedBlocks } from '../../src/decision/fences.ts';
import { caseCount } from '../support/cases.ts';

/** The commands of a text, as they would be written. */
function found(...lines: readonly string[]): readonly string[] {
  return findCommands(lines.join('\n')).map(({ word, rest }) => `/${word} ${rest}`.trim());
}

describe('what is a command', () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['a line of its own', ['/status'], ['/status']],
    ['what follows on the line belongs to it', ['/reject risk  no rollback '], ['/reject risk  no rollback']],
    ['several lines are several commands', ['/status', '/help', 'x', '/status'], ['/status', '/help', '/status']],
    ['prose around it does no harm', ['Hello.', '/status', 'Thanks.'], ['/status']],
    ['up to three spaces before it', ['   /status'], ['/status']],
    ['a tab after the word', ['/reject\trisk\tno'], ['/reject risk\tno']],
    ['upper case is the same word', ['/REJECT Risk No'], ['/reject Risk No']],
    ['blanks at the end', ['/status   \t'], ['/status']],
    ['right under a list', ['- one', '/status'], ['/status']],
    ['whoever writes about <pre> and <!-- opens none', ['Use `<pre>` or `<!--`.', '/status'], ['/status']],
    ['a comment that is closed in its line', ['so <!-- hidden --> it is', '/status'], ['/status']],
    ['characters that others take for the end of a line', ['/reject risk a\u2028b\u0085c'], ['/reject risk a b c']],
  ])('%s', (_, lines, expected) => {
    expect(found(...lines)).toEqual(expected);
  });

  test.each(['\r\n', '\n', '\r'])('lines may end with %j', (end) => {
    const text = ['one', '/status', '', '/help'].join(end);
    expect(findCommands(text)).toEqual([
      { line: 2, word: 'status', rest: '' },
      { line: 4, word: 'help', rest: '' },
    ]);
  });

  test.each(commandWords)('/%s', (word) => {
    expect(findCommands(`/${word} x`)).toEqual([{ line: 1, word, rest: 'x' }]);
  });
});

describe('what is none', () => {
  test.each([
    ['in the middle of a line', 'please /status'],
    ['another bot’s word', '/lgtm'],
    ['a word that only begins so', '/statuses'],
    ['a path', '/status/of/it'],
    ['with a colon', '/status: now'],
    ['a blank after the slash', '/ status'],
    ['two slashes', '//status'],
    ['a letter that looks like another (Cyrillic а)', '/st\u0430tus'],
    ['a slash that looks like one (U+2215)', '\u2215status'],
    ['an invisible character in front', '\u200b/status'],
    ['in a list', '- /status'],
    ['a heading', '# /status'],
    ['in code within a line', '`/status`'],
    ['after a no-break space', '/status\u00a0now'],
  ])('%s', (_, line) => {
    expect(found(line)).toEqual([]);
  });

  test.each<readonly [string, readonly string[]]>([
    ['quoted', ['> /status']],
    ['quoted twice, without blanks', ['>>/status']],
    ['quoted and indented', ['   > quoted', '/status']],
    ['right under a quotation', ['> quoted', '/status']],
    ['further under it', ['> quoted', 'on', 'and on', '/status']],
    ['under a quotation, a rule of mixed marks being none', ['> quoted', '-*_', '/status']],
    ['under a quotation in a list', ['- > quoted', '/status']],
    ['under a quotation in a numbered list', ['10. > quoted', '/status']],
    ['under a quotation deep in a list', ['10. a', '    > quoted', '/status']],
    ['under a quotation that hides something', ['> a <!-- b', '> c -->', '/status']],
    ['in a fence of backquotes', ['```', '/status', '```']],
    ['in a fence of tildes', ['~~~', '/status', '~~~']],
    ['in a fence of tildes whose info has a backquote', ['~~~ a`b', '/status', '~~~']],
    ['in a fence with an info', ['   ```sh now', '/status', '```']],
    ['in a fence that is never closed', ['```', 'x', '/status']],
    ['in a longer fence around a shorter', ['````', '```', '/status', '```', '/status', '````']],
    ['in a fence of the other kind', ['```', '~~~', '/status', '~~~', '/status', '```']],
    ['in a fence that something like its end is in', ['```', '``` x', '/status', '    ```', '/status', '```']],
    ['in a fence in a list', ['- ```', '  /status', '  ```']],
    ['in a fence in a list in a list', ['- 1. ~~~', '/status', '     ~~~']],
    ['indented code', ['    /status']],
    ['indented code with a tab', ['\t/status']],
    ['in a comment', ['<!--', '/status', '-->']],
    ['in a comment that begins in the middle of a line', ['text <!-- text', '/status', '--> text']],
    ['in a second comment of one line', ['<!-- a --> b <!-- c', '/status', '-->']],
    ['in a comment that begins where another ends', ['<!-- a', 'b --> <!-- c', '/status', '-->']],
    ['in a comment after a backquote that is meant as one', ['\\` <!-- \\`', '/status', '-->']],
    ['in a comment that is never closed', ['<!--', '', '/status']],
    ['in preformatted text', ['<pre>', '/status', '</pre>']],
    ['in preformatted text in upper case', ['<PRE class="x">', '', '/status', '</Pre>']],
    ['in preformatted text that begins in the middle of a line', ['text <pre>', '/status', '</pre>']],
    ['in code over several lines', ['<code>', '/status', '</code>']],
    ['in a quotation in HTML', ['<blockquote>', '', '/status', '', '</blockquote>']],
    ['in a script', ['<script>', '/status', '</script>']],
    ['in a field of a form', ['<textarea>', '/status', '</textarea>']],
  ])('T19 %s', (_, lines) => {
    expect(found(...lines)).toEqual([]);
    expect(findCommands(lines.join('\r\n'))).toEqual([]);
  });

  test.each<readonly [string, readonly string[]]>([
    ['a quotation, after an empty line', ['> quoted', '', '/status']],
    ['a quotation and a list', ['> quoted', '- item', '/status']],
    ['a quotation and a heading', ['> quoted', '## Now', '/status']],
    ['a quotation and a rule', ['> quoted', '***', '/status']],
    ['a quotation and a fence', ['> quoted', '```', 'x', '```', '/status']],
    ['a fence', ['```', 'x', '```', '/status']],
    ['a fence that is closed by a longer one', ['```', 'x', '   ````', '/status']],
    ['a fence in a list', ['1. ```', '   x', '   ```', '/status']],
    ['code in backquotes that look like a fence', ['``` a ``` b', '/status']],
    ['a comment', ['<!--', 'x', '-->', '/status']],
    ['preformatted text', ['<pre>', 'x', '</pre>', '/status']],
    ['preformatted text in one line', ['<pre>x</pre>', '/status']],
    ['something that only begins like it', ['<preview>', '/status']],
  ])('but again after %s', (_, lines) => {
    expect(found(...lines)).toEqual(['/status']);
  });
});

describe('any text', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '/status',
      '  /reject risk x',
      '> a',
      '```',
      '~~~',
      '<!--',
      '-->',
      '<pre>',
      '</pre>',
      '',
      '- x',
      '    y',
    ),
    fc.string({ unit: 'binary' }),
  );
  const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'));

  test('never throws, and says where each command is', () => {
    fc.assert(
      fc.property(text, (body) => {
        const lines = body.split(/\r\n|\n|\r/);
        for (const { line: at, word } of findCommands(body))
          expect(lines[at - 1]?.trimStart().toLowerCase().startsWith(`/${word}`)).toBe(true);
      }),
      { numRuns: caseCount(1_000) },
    );
  });

  test('T19 what is in a fence is never a command', () => {
    const inside = fc
      .array(line, { maxLength: 10 })
      .map((lines) => lines.filter((each) => !/^ {0,3}~{4,}\s*$/.test(each)));
    fc.assert(
      fc.property(inside, (lines) => {
        expect(found('~~~~ x', ...lines.flatMap((each) => each.split(/[\r\n]/)), '~~~~')).toEqual([]);
      }),
      { numRuns: caseCount(1_000) },
    );
  });

  test('T19 what is quoted line by line is never a command', () => {
    fc.assert(
      fc.property(text, (body) => {
        const lines = body.split(/\r\n|\n|\r/).map((each) => `> ${each}`);
        expect(found(...lines)).toEqual([]);
      }),
      { numRuns: caseCount(1_000) },
    );
  });

  /** Four times what a comment may hold. What is worse than linear does not end within the limit of a test. */
  const much = 2 ** 18;
  const runs = (...parts: readonly string[]) => parts.map((part) => part.repeat(Math.ceil(much / part.length)));
  const long = runs(
    ' ',
    '\t',
    '\n',
    '\r',
    '`',
    '~',
    '>',
    '- ',
    '1. ',
    '* * ',
    '<!--',
    '<!-- -->',
    '<pre>',
    '</pre>',
    '/',
    'a',
    '`a',
    '#',
    '_ ',
  );

  test.each([
    ['one thing over and over', long],
    ['after the word of a command', long.map((part) => `/reject${part}\u2028`)],
    ['after blanks', long.map((part) => `/reject ${part}\u2028x`)],
    ['between a fence and a backquote', long.map((part) => `\`\`\`${part}\``)],
    ['in a fence that never ends', long.map((part) => `\`\`\`\n${part}x`)],
    ['in a list', long.map((part) => `- ${part}x`)],
    ['in a quotation', long.map((part) => `> a\n${part}x`)],
    ['line by line', runs('/status\n', '```\nx\n', '> x\ny\n', '<pre>\n', '<!--\n-->\n', '   ```\n', '- x\n')],
  ])('takes time in proportion to its length: %s', (_, texts) => {
    for (const each of texts) {
      findCommands(each);
      fencedBlocks(each);
    }
  });
});
