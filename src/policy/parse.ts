import { createHash } from 'node:crypto';
import { type DocumentResult, readDocument } from './document.ts';
import { type Finding, findingsOf } from './messages.ts';
import { offsetOf, type Path, type Placed } from './placed.ts';
import type { Problem } from './problem.ts';
import { sortProblems } from './problem.ts';
import { mostFindings } from './read-yaml.ts';
import { isWild } from './schema/glob-syntax.ts';
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

/** Each is compiled while the file is read, at up to a millisecond. */
const mostPatterns = 50;
/** Each is compiled when it is first matched, at some 0.1 ms for each of its alternatives. */
const mostWildGlobs = 1000;

/** Reads the structure of one policy file, with every fault and its place. */
export function readPolicyFile({ file, text }: PolicyText): ReadFileResult {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const problemAt = placer(file, document);
  const message = costly(document.root);
  if (message !== undefined) return { ok: false, errors: [problemAt({ path: [], of: 'value', message })] };
  const parsed = PolicyFile.safeParse(document.value);
  const findings: Finding[] = [];
  for (const issue of parsed.error?.issues ?? []) {
    if (findings.length >= mostFindings) break;
    findings.push(...findingsOf(issue, document.root));
  }
  findings.push(...duplicateNames(document.root).slice(0, mostFindings));
  if (!parsed.success || findings.length > 0)
    return { ok: false, errors: sortProblems(findings.slice(0, mostFindings).map(problemAt)) };
  const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
  // What the schema accepts is its own input, which is what this cast says.
  return {
    ok: true,
    read: { file, sha256, content: parsed.data, written: document.value as PolicyFileInput, problemAt },
  };
}

/** What would take long to compile, counted at every place where the language has it before any is compiled. */
function costly(root: Placed): string | undefined {
  const found = { patterns: 0, wildGlobs: 0 };
  countCostly(root, '', found);
  if (found.patterns > mostPatterns) return `holds more than ${mostPatterns} regular expressions`;
  if (found.wildGlobs > mostWildGlobs)
    return `holds more than ${mostWildGlobs} globs with wildcards in names; write \`folder/**\` or \`**/*.ending\` where that says the same`;
  return undefined;
}

const globKeys: ReadonlySet<string> = new Set(['repositories', 'base', 'head', 'paths', 'only-paths']);

function countCostly(placed: Placed, key: string, found: { patterns: number; wildGlobs: number }): void {
  if (key === 'title' || key === 'ticket') found.patterns += 1;
  if (placed.kind === 'map') for (const [inner, { value }] of placed.entries) countCostly(value, inner, found);
  else if (placed.kind === 'list')
    for (const item of placed.items) countCostly(item, globKeys.has(key) ? key : '', found);
  else if (globKeys.has(key) && typeof placed.value === 'string' && isWild(placed.value)) found.wildGlobs += 1;
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
