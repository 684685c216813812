import { createHash } from 'node:crypto';
import { type DocumentResult, offsetOf, type Path, type Placed, readDocument } from './document.ts';
import { type Finding, findingsOf } from './messages.ts';
import type { Problem } from './problem.ts';
import { sortProblems } from './problem.ts';
import { PolicyFile, type PolicyFileInput } from './schema.ts';

export type PolicyText = {
  /** How the file is called in messages, such as `countersign.yml`. */
  readonly file: string;
  readonly text: string;
};

/** A file that is right by itself; whether its names mean anything depends on what it is read with. */
export type ReadFile = {
  readonly file: string;
  readonly sha256: string;
  readonly content: PolicyFile;
  readonly written: PolicyFileInput;
  readonly problemAt: (finding: Finding) => Problem;
};

export type ReadFileResult =
  | { readonly ok: true; readonly read: ReadFile }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** Nobody reads more, and an attacker's file could have one for every few bytes. */
export const mostFindings = 200;

/** Each is compiled while the file is read, at up to a millisecond. */
const mostPatterns = 50;

/** Reads the structure of one policy file, with every fault and its place. */
export function readPolicyFile({ file, text }: PolicyText): ReadFileResult {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const problemAt = placer(file, document);
  if (patternsIn(document.root) > mostPatterns) {
    const message = `holds more than ${mostPatterns} regular expressions`;
    return { ok: false, errors: [problemAt({ path: [], of: 'value', message })] };
  }
  const parsed = PolicyFile.safeParse(document.value);
  const findings = [
    ...(parsed.success
      ? []
      : parsed.error.issues.slice(0, mostFindings).flatMap((issue) => findingsOf(issue, document.root))),
    ...duplicateNames(document.root),
  ];
  if (!parsed.success || findings.length > 0)
    return { ok: false, errors: sortProblems(findings.slice(0, mostFindings).map(problemAt)) };
  const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
  // What the schema accepts is its own input, which is what this cast says.
  return {
    ok: true,
    read: { file, sha256, content: parsed.data, written: document.value as PolicyFileInput, problemAt },
  };
}

/** How many regular expressions a document may hold: every place where the language has one, counted before any is compiled. */
function patternsIn(placed: Placed): number {
  if (placed.kind === 'scalar') return 0;
  if (placed.kind === 'list') return placed.items.reduce((sum, item) => sum + patternsIn(item), 0);
  return Array.from(placed.entries).reduce(
    (sum, [key, { value }]) => sum + (key === 'title' || key === 'ticket' ? 1 : 0) + patternsIn(value),
    0,
  );
}

function placer(file: string, { root, placeOf }: Extract<DocumentResult, { ok: true }>): (finding: Finding) => Problem {
  return ({ path, of, message }) => ({ file, ...placeOf(offsetOf(root, path, of)), message });
}

/** Rules and freezes are lists, so YAML does not notice when two have one name. */
function duplicateNames(root: Placed): readonly Finding[] {
  return ['rules', 'freezes'].flatMap((section) => {
    const list = root.kind === 'map' ? root.entries.get(section)?.value : undefined;
    const seen = new Set<unknown>();
    return (list?.kind === 'list' ? list.items : []).flatMap((item, index): readonly Finding[] => {
      const name = item.kind === 'map' ? item.entries.get('name')?.value : undefined;
      if (name?.kind !== 'scalar' || name.value === null) return [];
      if (!seen.has(name.value)) {
        seen.add(name.value);
        return [];
      }
      const path: Path = [section, index, 'name'];
      return [
        { path, of: 'value', message: `\`${String(name.value)}\` is the name of an earlier one of the \`${section}\`` },
      ];
    });
  });
}
