import { type Notice, placeOf } from './notice.ts';

/** Limits of Block Kit: https://docs.slack.dev/reference/block-kit/blocks/header-block, …/section-block */
const longestHeader = 150;
const longestSection = 3000;

type Text =
  | { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
  | { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };

export type SlackMessage = {
  /** What is shown where blocks are not, such as on a locked telephone. */
  readonly text: string;
  readonly blocks: readonly (
    | { readonly type: 'header' | 'section'; readonly text: Text }
    | { readonly type: 'context'; readonly elements: readonly Text[] }
  )[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
};

/**
 * A notice as a message of Slack's. The way to the pull request is a link and not a button: Slack asks the app behind a
 * button whenever it is pressed, and an incoming webhook has none to answer.
 */
export function slackMessage(notice: Notice): SlackMessage {
  const { title, lines, url, event } = notice;
  const link = `<${escaped(url).replaceAll('|', '%7C')}|${escaped(placeOf(notice))}>`;
  const section = { type: 'section', text: mrkdwn(fitting(lines.join('\n'), longestSection)) } as const;
  return {
    text: fitting(title, longestSection),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: fitting(title, longestHeader), emoji: false } },
      ...(lines.length === 0 ? [] : [section]),
      { type: 'context', elements: [mrkdwn(link), mrkdwn(`Countersign, ${event}`)] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** `verbatim` keeps Slack from making links and mentions out of what only looks like one. */
function mrkdwn(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true };
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The three characters that mentions and links are made of: https://docs.slack.dev/messaging/formatting-message-text */
function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => escapes[character] ?? '');
}

/** Escaped, and cut so that no escape is cut in two; at least one character, which Slack asks for. */
function fitting(text: string, longest: number): string {
  const whole = escaped(text);
  if (whole.length <= longest) return whole || ' ';
  let cut = '';
  for (const character of text) {
    const next = escaped(character);
    if (cut.length + next.length > longest - 1) break;
    cut += next;
  }
  return `${cut}…`;
}
