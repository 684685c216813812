/**
 * Text by others, made harmless in Markdown: no mention, no HTML, no link, no table cell, no marker can come out of it
 * (T29). A zero-width space keeps `@` and `#` from turning into mentions and references; everything that Markdown
 * gives a meaning to is written as a character reference or behind a backslash.
 */
export function escaped(text: string, longest = 300): string {
  const oneLine = [...text.replace(/\s+/g, ' ').trim()];
  const cut = oneLine.length > longest ? [...oneLine.slice(0, longest - 1), '…'] : oneLine;
  return cut
    .map((character) => replacements[character] ?? visible(character))
    .join('')
    .replace(/(https?|www)(?=[:.])/gi, '$1\u200b');
}

/** The beginning of a text, as long as asked. Never half a character, which has no form in UTF-8 and so cannot be recorded. */
export function shortened(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}

const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '@': '@\u200b',
  '#': '#\u200b',
  '|': '\\|',
  '\\': '\\\\',
  '`': '\\`',
  '*': '\\*',
  _: '\\_',
  '~': '\\~',
  '[': '\\[',
  ']': '\\]',
  '!': '\\!',
  $: '\\$',
};

/** Control characters and those that reverse the direction of text could make a line read as what it is not. */
function visible(character: string): string {
  return /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(character) ? '\ufffd' : character;
}
