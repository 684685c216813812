import * as yaml from 'yaml';
import { mostDepth } from './excess.ts';
import { type Entry, keyFault, listAt, mapAt, type Placed, scalarAt } from './placed.ts';

/**
 * Reads a document that is written the usual way: mappings and lists, and scalars on one line. Undefined is whatever
 * else there is, right or wrong, which is the YAML library's to read. What the library would make of the text, this
 * makes of it in a quarter of the time: the library's lexer and scalars are used, its syntax tree is left out.
 */
export function readUsual(text: string): Placed | undefined {
  try {
    return new UsualReader(text).document();
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

class Unusual extends Error {}

function unusual(): never {
  throw new Unusual();
}

/** An indicator stands for itself; of the others, what they are. */
type Kind = ',' | ':' | '-' | '[' | ']' | '{' | '}' | '---' | 'scalar' | 'space' | 'newline' | 'comment' | 'end';

const startOfDocument = '\u0002';
const startOfPlainScalar = '\u001f';

class UsualReader {
  readonly #lexemes: Iterator<string, unknown>;
  #kind: Kind = 'end';
  #lexeme = '';
  #isPlain = false;
  #at = 0;
  #lineAt = 0;

  constructor(text: string) {
    this.#lexemes = new yaml.Lexer().lex(text);
  }

  document(): Placed {
    this.#next();
    this.#skipBlank();
    if (this.#is('---')) {
      this.#next();
      this.#endLine();
    }
    const root = this.#block(0);
    return this.#is('end') && root.kind !== 'scalar' ? root : unusual();
  }

  /** What starts here, in block style, and everything blank after it. Its column is how far it is indented. */
  #block(depth: number): Placed {
    if (depth > mostDepth) unusual();
    const [at, column] = [this.#at, this.#at - this.#lineAt];
    if (this.#is('-')) return this.#blockList(at, column, depth);
    if (!this.#is('scalar')) return this.#lastOfLine(this.#flow(depth));
    const scalar = this.#scalar(depth);
    this.#skip('space');
    return this.#is(':') ? this.#blockMap(scalar, column, depth) : this.#lastOfLine(scalar);
  }

  #blockList(at: number, column: number, depth: number): Placed {
    const items: Placed[] = [];
    while (this.#is('-') && this.#at - this.#lineAt === column) {
      this.#next();
      this.#skip('space');
      items.push(this.#block(depth + 1));
    }
    return this.#at - this.#lineAt > column ? unusual() : listAt(at, items);
  }

  #blockMap(firstKey: Placed, column: number, depth: number): Placed {
    const entries = new Map<string, Entry>();
    for (let key = firstKey; ; key = this.#scalar(depth)) {
      this.#entry(entries, key, () => this.#blockValue(column, depth + 1));
      if (this.#is('end') || this.#at - this.#lineAt < column) return mapAt(firstKey.at, entries);
      if (this.#at - this.#lineAt > column) unusual();
    }
  }

  /** On the line of its key it is a scalar or has brackets. */
  #blockValue(column: number, depth: number): Placed {
    this.#skip('space');
    if (this.#is('scalar')) return this.#lastOfLine(this.#scalar(depth));
    if (!this.#is('newline') && !this.#is('comment')) return this.#lastOfLine(this.#flow(depth));
    this.#endLine();
    const indent = this.#at - this.#lineAt;
    return indent > column || (indent === column && this.#is('-')) ? this.#block(depth) : unusual();
  }

  /** A list or a mapping in brackets. */
  #flow(depth: number): Placed {
    const [at, isMap] = [this.#at, this.#is('{')];
    if (depth > mostDepth || (!this.#is('[') && !isMap)) unusual();
    const close = isMap ? '}' : ']';
    const items: Placed[] = [];
    const entries = new Map<string, Entry>();
    do {
      this.#next();
      this.#skipBlank();
      if (this.#is(close)) break;
      if (isMap) this.#entry(entries, this.#scalar(depth), () => this.#flowValue(depth + 1));
      else items.push(this.#flowValue(depth + 1));
    } while (this.#is(','));
    if (!this.#is(close)) unusual();
    this.#next();
    return isMap ? mapAt(at, entries) : listAt(at, items);
  }

  #flowValue(depth: number): Placed {
    this.#skipBlank();
    const value = this.#is('scalar') ? this.#scalar(depth) : this.#flow(depth);
    // A comment at the beginning of a line is refused by the library after a value of a mapping, and taken in a list.
    this.#skipBlank(() => (this.#at === this.#lineAt ? unusual() : undefined));
    return value;
  }

  #entry(entries: Map<string, Entry>, key: Placed, readValue: () => Placed): void {
    this.#skip('space');
    if (!this.#is(':') || this.#at - key.at > longestKey || key.kind !== 'scalar') unusual();
    if (typeof key.value !== 'string' || keyFault(key.value, entries) !== undefined) unusual();
    this.#next();
    entries.set(key.value, { keyAt: key.at, value: readValue() });
  }

  #scalar(depth: number): Placed {
    if (!this.#is('scalar') || depth > mostDepth) unusual();
    const value = this.#isPlain ? plainValue(this.#lexeme) : quotedValue(this.#lexeme);
    const scalar = scalarAt(this.#at, value);
    this.#next();
    return scalar;
  }

  #lastOfLine(value: Placed): Placed {
    this.#endLine();
    return value;
  }

  #endLine(): void {
    const lineAt = this.#lineAt;
    this.#skipBlank();
    if (this.#lineAt === lineAt && !this.#is('end')) unusual();
  }

  #skip(kind: Kind): void {
    while (this.#is(kind)) this.#next();
  }

  #is(kind: Kind): boolean {
    return this.#kind === kind;
  }

  #skipBlank(onComment: () => void = () => undefined): void {
    for (;;) {
      const before = this.#kind;
      if (before === 'comment') onComment();
      if (before !== 'space' && before !== 'newline' && before !== 'comment') return;
      this.#next();
      if (this.#is('comment') && before === 'comment') unusual();
    }
  }

  #next(): void {
    this.#at += this.#lexeme.length;
    if (this.#is('newline')) this.#lineAt = this.#at;
    const mayBeComment = this.#at === this.#lineAt || this.#is('space');
    let lexeme = this.#pull();
    if (lexeme === startOfDocument) lexeme = this.#pull();
    this.#isPlain = lexeme === startOfPlainScalar;
    if (this.#isPlain) lexeme = this.#pull();
    this.#lexeme = lexeme ?? '';
    this.#kind = lexeme === undefined ? 'end' : this.#isPlain ? 'scalar' : kindOf(lexeme);
    if (this.#is('comment') && !mayBeComment) unusual();
  }

  #pull(): string | undefined {
    const { done, value } = this.#lexemes.next();
    return done === true ? undefined : (value as string);
  }
}

/** The library allows them 1024 characters up to the colon. */
const longestKey = 1000;

function kindOf(lexeme: string): Kind {
  switch (lexeme) {
    case ',':
    case ':':
    case '-':
    case '[':
    case ']':
    case '{':
    case '}':
    case '---':
      return lexeme;
    case '\n':
    case '\r\n':
      return 'newline';
  }
  switch (lexeme[0]) {
    case ' ':
      return lexeme.includes('\t') ? unusual() : 'space';
    case '"':
    case "'":
      return 'scalar';
    case '#':
      return 'comment';
    default:
      return unusual();
  }
}

const coreTags = new yaml.Schema({ schema: 'core' }).tags;
const manyLines = /[\r\n]/;
/** Of no tag but the one of text, and without anything that must not start a scalar. */
const isWord = /^(?![nNtTfF])[A-Za-z][^\r\n]*$/;

function plainValue(source: string): unknown {
  if (isWord.test(source)) return source;
  const text = flowScalar('scalar', source);
  for (const tag of coreTags)
    if (tag.collection === undefined && tag.default === true && tag.test?.test(text)) {
      const value = tag.resolve(text, unusual, {});
      return yaml.isScalar(value) ? value.value : value;
    }
  return text;
}

function quotedValue(source: string): string {
  return flowScalar(source.startsWith('"') ? 'double-quoted-scalar' : 'single-quoted-scalar', source);
}

function flowScalar(type: yaml.CST.FlowScalar['type'], source: string): string {
  if (source === '' || manyLines.test(source)) unusual();
  return yaml.CST.resolveAsScalar({ type, offset: 0, indent: 0, source }, true, unusual).value;
}
