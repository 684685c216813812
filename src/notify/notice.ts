import type { NotifyEvent } from '../policy/policy.ts';

/** Something that people are to be told, in plain text, before it is written for one kind of channel. */
export type Notice = {
  readonly event: NotifyEvent;
  /** What makes two notices the same: no channel is told twice of one key. It names what it is about, the repository included. */
  readonly key: string;
  readonly title: string;
  readonly lines: readonly string[];
  /** Where to look. */
  readonly url: string;
  /** `acme/shop` */
  readonly repository: string;
  /** Null where it is about a repository and not about one pull request. */
  readonly pull: number | null;
};

export type About = Pick<Notice, 'repository' | 'pull' | 'url'>;
export type Said = Pick<Notice, 'key' | 'title' | 'lines'>;

const longestTitle = 200;
const longestLine = 500;
const mostLines = 40;

/**
 * Makes a notice. Whatever stands in its words, each line stays one line, and none is endless: titles and rationales are
 * written by people who may not be well meaning.
 */
export function notice(event: NotifyEvent, about: About, { key, title, lines }: Said): Notice {
  const { repository, pull, url } = about;
  const kept = lines.slice(0, mostLines).map((line) => oneLine(line, longestLine));
  return {
    event,
    key: `${event} ${key}`,
    title: oneLine(title, longestTitle),
    lines: kept.filter((line) => line !== ''),
    url,
    repository,
    pull,
  };
}

/** `acme/shop#7`, or `acme/shop`. */
export function placeOf({ repository, pull }: Pick<Notice, 'repository' | 'pull'>): string {
  return pull === null ? repository : `${repository}#${pull}`;
}

/** Control characters, and those that reverse the direction of text, could make a line read as what it is not. */
function oneLine(text: string, longest: number): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  const cut = characters.length > longest ? [...characters.slice(0, longest - 1), '…'] : characters;
  return cut.join('').replace(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
