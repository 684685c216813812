/** A piece of what somebody wrote, to be put between backquotes: short, and without what could end them or turn the text around. */
export function shown(text: string): string {
  const visible = text
    .trim()
    .replace(/`/g, "'")
    .replace(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
  return visible.length > 60 ? `${visible.slice(0, 59)}…` : visible;
}
