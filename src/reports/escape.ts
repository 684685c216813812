/** Control characters, those that turn the direction of text, those without width, and line and paragraph separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text in one line that can steer neither a terminal nor a page: what cannot be seen is shown as `�`, and line breaks as spaces. */
export function plain(text: string): string {
  return text.replace(/\r\n|[\r\n\t]/g, ' ').replace(UNSEEN, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for the inside of an element, or of a quoted attribute. */
export function html(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
