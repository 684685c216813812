import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { fencedBlocks } from './fences.ts';

/**
 * The evidence manifest: a fenced block tagged `remediation`, in YAML. People write it, so an unknown key is an error,
 * and every error says line and column of the text that it stands in.
 */

const Written = z.string().trim().min(1, 'must not be blank').max(5000);

export const Manifest = z.strictObject({
  failure: Written.optional(),
  runs: z.array(z.int().positive()).min(1).max(50).optional(),
  services: z.array(Written).min(1).max(100).optional(),
  initiator: z
    .string()
    .regex(/^@?[A-Za-z0-9][A-Za-z0-9_-]{0,80}$/, 'must be the login of a person')
    .transform((login) => login.replace(/^@/, ''))
    .optional(),
  verification: Written.optional(),
  rollback: Written.optional(),
  ticket: Written.optional(),
});
export type Manifest = Readonly<z.output<typeof Manifest>>;

export type ParsedManifest =
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
  | { readonly kind: 'valid'; readonly manifest: Manifest };

/** GitHub allows 65,536 characters in a body; no manifest needs a quarter of that. */
const longest = 16_384;

export function parseManifest(text: string): ParsedManifest {
  if (!text.includes('remediation')) return { kind: 'absent' };
  const blocks = fencedBlocks(text).filter(({ tag }) => tag === 'remediation');
  const [block, second] = blocks;
  if (block === undefined) return { kind: 'absent' };
  if (second !== undefined) return invalid([`line ${second.line}: there are two manifests; keep one`]);
  if (block.text.length > longest)
    return invalid([`line ${block.line}: the manifest is longer than ${longest} characters`]);
  return parseBlock(block.text, block.line);
}

function parseBlock(text: string, fenceLine: number): ParsedManifest {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `line ${fenceLine + Math.max(line, 1)}, column ${Math.max(col, 1)}`;
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => `${at(pos[0])}: ${message}`);
  if (broken.length > 0) return invalid(broken);
  const parsed = Manifest.safeParse(plain(document));
  if (parsed.success) return { kind: 'valid', manifest: parsed.data };
  return invalid(parsed.error.issues.map((issue) => `${at(placeOf(document, issue))}: ${sentence(issue)}`));
}

/** Aliases are refused: nothing that a manifest says needs one, and a few can stand for gigabytes. */
function plain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return 'a manifest with aliases';
  }
}

/** An unknown key is pointed at itself, and not at the block that it is in. */
function placeOf(document: ReturnType<typeof parseDocument>, issue: z.core.$ZodIssue): number {
  const { contents } = document;
  if (issue.code !== 'unrecognized_keys' || issue.path.length > 0 || !isMap(contents))
    return offsetOf(document, issue.path);
  const key = contents.items.map((pair) => pair.key).find((node) => isScalar(node) && node.value === issue.keys[0]);
  return isScalar(key) ? (key.range?.[0] ?? 0) : 0;
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (node instanceof Object && 'range' in node && Array.isArray(node.range)) return Number(node.range[0]);
  }
  return 0;
}

function sentence(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? '' : `\`${issue.path.join('.')}\`: `;
  if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
  return `${where}unknown key ${issue.keys.map((key) => `\`${key}\``).join(', ')}; known are ${Object.keys(Manifest.shape).join(', ')}`;
}

function invalid(problems: readonly string[]): ParsedManifest {
  return { kind: 'invalid', problems };
}
