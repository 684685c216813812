/** What a pull request says of itself and its commits. */
export type Texts = { readonly title: string; readonly body: string; readonly messages: readonly string[] };

/** A file as REST lists it. */
export type ChangedFile = {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: string;
  /** The blob that the change leaves there, or takes away. */
  readonly blob: string | null;
  /** Unified diff without its header; null where GitHub shows none: binary, or too large. */
  readonly patch: string | null;
};

/** A merged change that may be undone. */
export type Original = {
  /** `acme/shop` */
  readonly repository: string;
  readonly pull: number;
  readonly title: string;
  /** The merge commit, the head, and its commits. */
  readonly commits: readonly string[];
  readonly files: readonly ChangedFile[];
};

export type Reverts = 'claimed' | 'inverse' | null;

/**
 * Whether a change undoes another: because it says so and touches all that the other had touched, or because it is exactly the inverse,
 * whatever it says. A claim alone proves nothing, since anybody can write one.
 */
export function revertsOriginal(original: Original, texts: Texts, files: readonly ChangedFile[]): Reverts {
  if (original.files.length === 0) return null;
  if (isInverse(original.files, files)) return 'inverse';
  return claims(texts, original) && touchesAll(original.files, files) ? 'claimed' : null;
}

/** GitHub's button writes `Reverts acme/shop#12` and `Revert "…"`; `git revert` writes `This reverts commit <sha>.` */
export function claims({ title, body, messages }: Texts, original: Original): boolean {
  const texts = [body, ...messages];
  if (texts.some((text) => namesPull(text, original) || namesCommit(text, original))) return true;
  return original.title !== '' && title.trim() === `Revert "${original.title}"`;
}

function namesPull(text: string, { repository, pull }: Original): boolean {
  const found = text.matchAll(/^\s*reverts\s+(?:([\w.-]+\/[\w.-]+))?#(\d{1,9})\b/gim);
  return [...found].some(
    ([, where, number]) =>
      Number(number) === pull && (where === undefined || where.toLowerCase() === repository.toLowerCase()),
  );
}

/** A commit id may be cut short, but to no less than git itself does. */
function namesCommit(text: string, { commits }: Original): boolean {
  const found = text.matchAll(/\bThis reverts commit ([0-9a-f]{7,64})\b/gi);
  return [...found].some(([, sha = '']) => commits.some((commit) => commit.startsWith(sha.toLowerCase())));
}

function pathsOf({ path, previousPath }: ChangedFile): readonly string[] {
  return previousPath === null ? [path] : [path, previousPath];
}

function touchesAll(original: readonly ChangedFile[], files: readonly ChangedFile[]): boolean {
  const touched = new Set(files.flatMap(pathsOf));
  return original.every((file) => pathsOf(file).every((path) => touched.has(path)));
}

const opposite: Readonly<Record<string, string>> = {
  added: 'removed',
  removed: 'added',
  modified: 'modified',
  changed: 'changed',
  renamed: 'renamed',
};

/** Path by path: what one adds the other takes away, and the other way round. */
export function isInverse(original: readonly ChangedFile[], files: readonly ChangedFile[]): boolean {
  if (original.length !== files.length) return false;
  const byPath = new Map(files.map((file) => [file.previousPath ?? file.path, file]));
  return original.every((file) => {
    const other = byPath.get(file.path);
    return other !== undefined && undoes(file, other);
  });
}

function undoes(one: ChangedFile, other: ChangedFile): boolean {
  if (opposite[one.status] !== other.status) return false;
  const isBack = one.status === 'renamed' ? other.path === one.previousPath : other.path === one.path;
  if (!isBack) return false;
  const isWhole = one.status === 'added' || one.status === 'removed';
  if (isWhole && one.blob !== null && one.blob === other.blob) return true;
  if (one.status === 'renamed' && one.patch === null && other.patch === null) return one.blob === other.blob;
  if (one.patch === null || other.patch === null) return false;
  const [there, backward] = [linesOf(one.patch), linesOf(other.patch)];
  return there.added === backward.removed && there.removed === backward.added;
}

function linesOf(patch: string): { readonly added: string; readonly removed: string } {
  const lines = patch.split('\n');
  const starting = (sign: string) =>
    lines
      .filter((line) => line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n');
  return { added: starting('+'), removed: starting('-') };
}
