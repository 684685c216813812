import { clashes } from './clashes.ts';
import type { EffectivePolicy, PolicySource } from './compose.ts';
import { layersOf } from './layers.ts';
import type { Finding } from './messages.ts';
import { didYouMean } from './nearest.ts';
import { packNames, packText } from './packs/packs.ts';
import { type PolicyText, type ReadFile, readPolicyFile } from './parse.ts';
import type { Policy } from './policy.ts';
import { type Problem, sortProblems } from './problem.ts';
import { mostFindings } from './read-yaml.ts';
import { resolve } from './resolve.ts';
import { missingForPack, scopeOf, undefinedUses } from './scope.ts';
import { repositoryFindings } from './tighten.ts';
import { warningsOf } from './warnings.ts';

export type { PolicyText } from './parse.ts';

type Invalid = { readonly ok: false; readonly errors: readonly Problem[] };

export type LoadResult =
  | { readonly ok: true; readonly effective: EffectivePolicy; readonly warnings: readonly Problem[] }
  | Invalid;

export type ParseResult =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly sources: readonly PolicySource[];
      readonly warnings: readonly Problem[];
    }
  | Invalid;

/**
 * Loads the policy that governs a repository from the texts found: the organization's, the repository's, or both.
 * At least one must be there; with neither the repository is ungoverned, and there is nothing to load.
 */
export function loadPolicy(texts: {
  readonly organization?: PolicyText | undefined;
  readonly repository?: PolicyText | undefined;
}): LoadResult {
  if (texts.organization === undefined) {
    if (texts.repository === undefined)
      throw new Error('loadPolicy needs an organization policy, a repository policy, or both');
    return alone(parsePolicy({ ...texts.repository, kind: 'repository' }), 'repository');
  }
  const organization = parsePolicy({ ...texts.organization, kind: 'organization' });
  if (texts.repository === undefined) return alone(organization, 'organization');
  const repository = readPolicyFile(texts.repository);
  if (!organization.ok) {
    return { ok: false, errors: [...organization.errors, ...(repository.ok ? [] : repository.errors)] };
  }
  return repository.ok ? together(organization, repository.read) : repository;
}

/** Parses a policy that stands alone: an organization's, or a repository's where there is no other. */
export function parsePolicy(source: PolicyText & { readonly kind: 'organization' | 'repository' }): ParseResult {
  const result = readPolicyFile(source);
  if (!result.ok) return result;
  const own = result.read;
  const { packs, findings } = packsOf(own);
  const policy = resolve([
    { source: own.file, file: own.content },
    ...packs.map(({ file, content }) => ({ source: file, file: content })),
  ]);
  const scope = scopeOf(policy);
  const errors = [
    ...findings,
    ...undefinedUses(own.written, scope),
    ...clashes(own.written, packs),
    ...packs.flatMap(({ file, written }, index) => missingForPack(file, written, scope, ['extends', index])),
  ];
  if (errors.length > 0) return { ok: false, errors: sortProblems(errors.slice(0, mostFindings).map(own.problemAt)) };
  return {
    ok: true,
    policy,
    warnings: sortProblems(warningsOf(own.written, policy).slice(0, mostFindings).map(own.problemAt)),
    sources: [
      { kind: source.kind, file: own.file, sha256: own.sha256 },
      ...packs.map(({ file, sha256 }) => ({ kind: 'pack' as const, file, sha256 })),
    ],
  };
}

function alone(parsed: ParseResult, name: 'organization' | 'repository'): LoadResult {
  if (!parsed.ok) return parsed;
  const { policy, sources, warnings } = parsed;
  return { ok: true, effective: { layers: [{ name, policy }], sources }, warnings };
}

function together(organization: Extract<ParseResult, { ok: true }>, repository: ReadFile): LoadResult {
  const layers = layersOf(organization.policy, repository.content, repository.file);
  const last = layers.at(-1)?.policy ?? organization.policy;
  const findings = [
    ...repositoryFindings(repository.written, organization.policy),
    ...undefinedUses(repository.written, scopeOf(last)),
  ];
  if (findings.length > 0)
    return { ok: false, errors: sortProblems(findings.slice(0, mostFindings).map(repository.problemAt)) };
  const source: PolicySource = { kind: 'repository', file: repository.file, sha256: repository.sha256 };
  const own = warningsOf(repository.written, last).slice(0, mostFindings);
  const warnings = [...organization.warnings, ...own.map(repository.problemAt)];
  return { ok: true, effective: { layers, sources: [...organization.sources, source] }, warnings };
}

function packsOf(own: ReadFile): { readonly packs: readonly ReadFile[]; readonly findings: readonly Finding[] } {
  const packs: ReadFile[] = [];
  const findings: Finding[] = [];
  for (const [index, name] of (own.written.extends ?? []).entries()) {
    if (findings.length >= mostFindings) break;
    const path = ['extends', index];
    const text = packText(name);
    if (text === undefined) {
      const hint = didYouMean(name, packNames) || `; one of ${packNames.map((pack) => `\`${pack}\``).join(', ')}`;
      findings.push({ path, of: 'value', message: `there is no policy pack \`${name}\`${hint}` });
    } else if (own.written.extends?.indexOf(name) !== index) {
      findings.push({ path, of: 'value', message: `\`${name}\` is extended twice` });
    } else packs.push(readPack(name, text));
  }
  return { packs, findings };
}

const readPacks = new Map<string, ReadFile>();

function readPack(name: string, text: string): ReadFile {
  const known = readPacks.get(name);
  if (known !== undefined) return known;
  const result = readPolicyFile({ file: name, text });
  if (!result.ok) throw new Error(`pack ${name} is invalid: ${JSON.stringify(result.errors)}`);
  readPacks.set(name, result.read);
  return result.read;
}
