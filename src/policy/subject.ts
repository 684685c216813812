/**
 * What conditions are judged on: plain facts about a repository and a change. A fact that could not be read is
 * `undefined` (or, for files, an incomplete list) and makes what depends on it unknown, which never loosens anything.
 */
export type Subject = { readonly repository: RepositoryFacts; readonly change: ChangeFacts };

export type RepositoryFacts = {
  readonly owner: string;
  readonly name: string;
  readonly topics: readonly string[];
  readonly visibility: 'public' | 'private' | 'internal';
  /** Custom property values; undefined when they could not be read. */
  readonly properties: readonly CustomProperty[] | undefined;
  /** Paths in this repository at which a policy in force is read: touching one is a `policy-change`. */
  readonly policyPaths: readonly string[];
};

export type CustomProperty = {
  readonly name: string;
  readonly values: readonly string[];
  /** GitHub's `values_editable_by`: `organization` for `org_actors`, `anybody` for `org_and_repo_actors`. */
  readonly editableBy: 'organization' | 'anybody';
};

export type ChangeFacts = {
  /** Branch names without `refs/heads/`. */
  readonly base: string;
  readonly head: string;
  /** Set when the head lives in another repository: its owner. */
  readonly forkOwner: string | undefined;
  readonly draft: boolean;
  readonly author: ChangeAuthor;
  readonly labels: readonly string[];
  readonly title: string;
  readonly files: ChangedFiles;
};

export type ChangeAuthor = {
  /** With or without `[bot]`; `kind` tells apps from people. */
  readonly login: string;
  readonly kind: 'human' | 'bot';
  /** Whether the author is in each team that was looked up, as `org/slug`; a team not listed is unknown. */
  readonly teams: readonly { readonly team: string; readonly member: boolean }[];
};

export type ChangedFiles = {
  /** What was read of the list of files. */
  readonly list: readonly ChangedFile[];
  /** False when GitHub truncated it or a page could not be read. */
  readonly complete: boolean;
  /** GitHub's own totals, which hold even when the list is cut short. */
  readonly count: number;
  readonly additions: number;
  readonly deletions: number;
  /** Paths known to be unchanged by other means although the list is incomplete, such as equal blobs of a policy file. */
  readonly untouched?: readonly string[] | undefined;
};

export type ChangedFile = { readonly path: string; readonly previousPath?: string | undefined };

/** The category that touching a policy file gives. */
export const policyChangeCategory = 'policy-change';

/** The category of every pull request under `otherwise: governed` that no proposal condition matches. */
export const otherwiseCategory = 'change';

/** The system of every path that no system claims. */
export const unmapped = 'unmapped';
