import * as yaml from 'yaml';

/** Something wrong, and where in the text. */
export type Fault = { readonly at: number; readonly message: string };

export type ReadYaml = { readonly contents: yaml.ParsedNode | null; readonly faults: readonly Fault[] };

/** Nobody reads more, and an attacker's file could have one for every few bytes. */
export const mostFindings = 200;

/**
 * Reads one YAML document. The library itself would go on through a second one, and after any number of faults, each
 * of which it makes an error with a stack: 4 s for a file of brackets.
 */
export function readYaml(text: string): ReadYaml {
  const faults: Fault[] = [];
  try {
    const contents = contentsOf(text, (at, message) => {
      faults.push({ at, message });
      if (faults.length === mostFindings) throw new Enough();
    });
    // Where nothing is written, there is nothing to be right or wrong.
    return { contents: contents ?? null, faults: contents === undefined ? [] : faults };
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
    return { contents: null, faults };
  }
}

class Enough extends Error {}

type Note = (at: number, message: string) => void;

/** What the one document holds; undefined without a document. */
function contentsOf(text: string, note: Note): yaml.ParsedNode | null | undefined {
  const composer = new yaml.Composer({ uniqueKeys: false, version: '1.2' });
  const notYaml = (at: number, message: string) =>
    note(at, `is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
  Object.assign(composer, {
    onError: (source: Source, _: string, message: string) => notYaml(offsetOf(source), message),
  });
  let isBegun = false;
  for (const token of new yaml.Parser().parse(text)) {
    if (token.type === 'error') notYaml(token.offset, messageOf(token));
    else if (token.type === 'document' && isBegun) {
      note(token.offset, 'a policy file holds one YAML document, not several');
      break;
    } else for (const _ of composer.next(token));
    isBegun ||= token.type === 'document';
  }
  for (const document of composer.end()) {
    for (const { pos, message } of document.errors) notYaml(pos[0], message);
    return document.contents;
  }
  return undefined;
}

/** What the library hands to its private `onError`, which is how faults are heard of before they are errors. */
type Source = number | readonly number[] | { readonly offset: number };

function offsetOf(source: Source): number {
  if (typeof source === 'number') return source;
  return 'offset' in source ? source.offset : (source[0] ?? 0);
}

function messageOf({ message, source }: Extract<yaml.CST.Token, { type: 'error' }>): string {
  return source ? `${message}: ${JSON.stringify(source)}` : message;
}
