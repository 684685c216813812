import { commitmentOf } from '../../src/audit/commitment.ts';
import { entryText, type Log } from '../support/exports.ts';

/** Numbers that are the same in every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x45d9f3b);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

export type Forgery = { readonly how: string; readonly log: Log };

type Forge = (log: Log, random: (below: number) => number) => Log;

function edited(texts: readonly string[], at: number, text: string): readonly string[] {
  return texts.map((was, index) => (index === at ? text : was));
}

/** What a forger may do to a log: everything in it he computes anew, and only the signature is beyond him. */
const FORGERIES: Readonly<Record<string, Forge>> = {
  edit: ({ texts, openings }, random) => {
    const at = random(texts.length);
    return { openings, texts: edited(texts, at, entryText({ n: at, forged: random(1_000_000) })) };
  },
  'edit of a single letter': ({ texts, openings }, random) => {
    const at = random(texts.length);
    return { openings, texts: edited(texts, at, (texts[at] ?? '').replace('acme/shop', 'acme/shoq')) };
  },
  'a person exchanged, commitment and all': ({ texts, openings }, random) => {
    const at = random(texts.length);
    const opening = { salt: 'ab'.repeat(16), value: `somebody else ${random(1_000)}` };
    const commitment = commitmentOf(opening);
    const text = (texts[at] ?? '').replace(/"commitment":"[0-9a-f]{64}"/, `"commitment":"${commitment}"`);
    return { texts: edited(texts, at, text), openings: { ...openings, [commitment]: opening } };
  },
  deletion: ({ texts, openings }, random) => {
    const at = random(texts.length);
    return { openings, texts: texts.filter((_, index) => index !== at) };
  },
  insertion: ({ texts, openings }, random) => {
    const at = random(texts.length + 1);
    const more = entryText({ inserted: random(1_000_000) });
    return { openings, texts: [...texts.slice(0, at), more, ...texts.slice(at)] };
  },
  'one exchanged for another': ({ texts, openings }, random) => {
    const [one, other] = [random(texts.length), random(texts.length)];
    const moved = edited(edited(texts, one, texts[other] ?? ''), other, texts[one] ?? '');
    return { openings, texts: moved };
  },
  'one moved': ({ texts, openings }, random) => {
    const at = random(texts.length);
    const rest = texts.filter((_, index) => index !== at);
    const to = random(texts.length);
    return { openings, texts: [...rest.slice(0, to), texts[at] ?? '', ...rest.slice(to)] };
  },
  truncation: ({ texts, openings }, random) => ({ openings, texts: texts.slice(0, random(texts.length)) }),
  'one twice': ({ texts, openings }, random) => {
    const at = random(texts.length);
    return { openings, texts: [...texts.slice(0, at + 1), ...texts.slice(at)] };
  },
};

export const howMany = Object.keys(FORGERIES).length;

export function forge(log: Log, which: number, random: (below: number) => number): Forgery {
  const [how, forgery] = Object.entries(FORGERIES)[which % howMany] ?? ['nothing', (same: Log) => same];
  return { how, log: forgery(log, random) };
}

/** How many entries at the beginning are the same in both. */
export function sameUpTo(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((text, at) => text !== other[at]);
  return differs === -1 ? one.length : differs;
}
