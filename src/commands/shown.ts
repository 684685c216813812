import { shortened } from '../decision/escape.ts';

/** A piece of what somebody wrote, to be put between backquotes: short, and without what could end them or turn the text around. */
export function shown(text: string): string {
  const visible = text
    .trim()
    .replace(/`/g, "'")
    .replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
  return shortened(visible, 60);
}
