import { expect, test } from 'vitest';
import { notice } from '../../src/notify/notice.ts';
import { slackMessage } from '../../src/notify/slack.ts';

const url = 'https://github.com/acme/shop/pull/7';
const about = { repository: 'acme/shop', pull: 7, url };

function message(title: string, lines: readonly string[]) {
  return slackMessage(notice('waiting', about, { key: 'k', title, lines }));
}

test('a notice in Block Kit', () => {
  expect(message('acme/shop#7 waits for peer', ['Remedy', 'peer: ana can sign.'])).toEqual({
    text: 'acme/shop#7 waits for peer',
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: 'acme/shop#7 waits for peer', emoji: false } },
      { type: 'section', text: { type: 'mrkdwn', text: 'Remedy\npeer: ana can sign.', verbatim: true } },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: `<${url}|acme/shop#7>`, verbatim: true },
          { type: 'mrkdwn', text: 'Countersign, waiting', verbatim: true },
        ],
      },
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
});

test('without lines there is no section, since Slack takes no empty one', () => {
  expect(message('x', []).blocks.map(({ type }) => type)).toEqual(['header', 'context']);
});

test.each([
  ['a mention of all', '<!channel> now'],
  ['a mention of one', '<@U0123ABC>'],
  ['a link', '<https://evil.example|your bank>'],
  ['an escape', '&lt;!here&gt;'],
])('nothing that people write becomes %s', (_, text) => {
  const sent = message(text, [text]);
  const texts = JSON.stringify(sent).replace(`<${url}|acme/shop#7>`, '');
  expect(texts).not.toMatch(/[<>]/);
  expect(texts).not.toMatch(/&(?!amp;|lt;|gt;)/);
  expect(texts).not.toContain('"&lt;!here&gt;');
});

test('no limit of Slack’s is passed, and no escape is cut in two', () => {
  const lines = Array.from({ length: 40 }, () => '<&>'.repeat(100));
  const { blocks, text } = message('&'.repeat(200), lines);
  const [header, section] = blocks;
  const headerText = header?.type === 'header' ? header.text.text : '';
  const sectionText = section?.type === 'section' ? section.text.text : '';
  for (const [cut, longest] of [
    [headerText, 150],
    [sectionText, 3000],
  ] as const) {
    expect(cut.length).toBeLessThanOrEqual(longest);
    expect(cut.length).toBeGreaterThan(longest - 6);
    expect(cut).toMatch(/^(&amp;|&lt;|&gt;|\n)+…$/);
  }
  expect(text).toBe('&amp;'.repeat(200));
});
