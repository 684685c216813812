import * as z from 'zod';
import { CommentFact, CommitFact, FileFact, ProposedPolicy, ReviewFact } from './listed.ts';
import { Account, Id, Instant, listingOf, Sha } from './values.ts';

/**
 * What is read from GitHub only because a decision asked for it. `lookups[want.kind][want.key]` is where the answer to
 * a want belongs; `at` says when it was read, so that the shell can ask again for what must be fresh. Null as a value
 * is an answer ("there is no such thing"); `error` is one plain sentence and makes the decision `facts-incomplete`.
 */

function answers<Value extends z.ZodType>(value: Value) {
  return z
    .record(z.string(), z.union([z.object({ ok: value, at: Instant }), z.object({ error: z.string() })]))
    .optional();
}

export type Lookup<Value> = { readonly ok: Value; readonly at: string } | { readonly error: string };

export const permissions = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Permission = (typeof permissions)[number];

/** A team as it is now, members of child teams included. */
export const TeamFact = z.object({ id: Id, members: z.array(Account) });
export type TeamFact = Readonly<z.output<typeof TeamFact>>;

/** What an account may do on this repository (`role_name`, custom roles by their base), and whether it is suspended. */
export const PersonFact = z.object({ account: Account, permission: z.enum(permissions), suspended: z.boolean() });
export type PersonFact = Readonly<z.output<typeof PersonFact>>;

/** REST's list of files: old paths, blobs, and a digest of each patch; beside it git's modes. */
export const FileDetail = FileFact.extend({
  blob: z.string().nullable(),
  patch: z.string().nullable(),
  /** `100644`, `120000`, …; null when the head does not have the file. Facts of before modes were read have none. */
  mode: z.string().nullable().optional(),
});
export type FileDetail = Readonly<z.output<typeof FileDetail>>;

export const RunFact = z.object({
  id: Id,
  /** `acme/shop` */
  repository: z.string(),
  /** `.github/workflows/ci.yml` */
  workflow: z.string(),
  headSha: Sha,
  /** The first attempt is 1. */
  attempt: z.int().positive(),
  status: z.string(),
  conclusion: z.string().nullable(),
  /** When this attempt began. */
  startedAt: Instant,
  url: z.string(),
});
export type RunFact = Readonly<z.output<typeof RunFact>>;

export const IssueFact = z.object({
  state: z.enum(['open', 'closed', 'merged']),
  title: z.string(),
  url: z.string(),
});
export type IssueFact = Readonly<z.output<typeof IssueFact>>;

export const PropertyFact = z.object({
  name: z.string(),
  values: z.array(z.string()),
  editableBy: z.enum(['organization', 'anybody']),
});

export const Lookups = z.object({
  /** Custom properties of the repository. Key: `repository`. */
  properties: answers(z.array(PropertyFact)),
  /** Files that differ between the base and a head, with blobs and patches. Key: the head's commit id. */
  files: answers(listingOf(FileDetail)),
  /** The whole list where the base facts hold only its first page. Key: the present head's commit id. */
  commits: answers(listingOf(CommitFact)),
  /** The whole list where the base facts hold only a page. Key: `pull`. */
  reviews: answers(listingOf(ReviewFact)),
  /** The whole list where the base facts hold only a page. Key: `pull`. */
  comments: answers(listingOf(CommentFact)),
  /** Key: `org/slug` in lower case. Null: no such team, or not visible. */
  teams: answers(TeamFact.nullable()),
  /** Who holds a login now. Key: the login in lower case. Null: nobody. */
  users: answers(Account.nullable()),
  /** Key: the account's id. */
  people: answers(PersonFact),
  /** Who pushed a head, from the repository's activity. Key: the head's commit id. Null: activity does not tell. */
  pushers: answers(Account.nullable()),
  /** One workflow run. Key: `acme/shop/1200`. */
  runs: answers(RunFact.nullable()),
  /** Every workflow run on a commit. Key: the commit id. */
  validations: answers(listingOf(RunFact)),
  /** An issue or pull request. Key: `acme/shop#12`. */
  issues: answers(IssueFact.nullable()),
  /** An alert. Key: `acme/shop/code-scanning/7` or `acme/shop/dependabot/7`. */
  alerts: answers(IssueFact.nullable()),
  /** CODEOWNERS at the base: the first of `.github/`, root, `docs/`. Key: the base's commit id. Null: there is none. */
  codeowners: answers(z.object({ path: z.string(), text: z.string() }).nullable()),
  /** Policy files as the head would have them. Key: the head's commit id. */
  proposedPolicy: answers(ProposedPolicy),
});
export type Lookups = Readonly<z.output<typeof Lookups>>;

export type LookupKind = keyof Lookups;

/** A fact that the decision could come out differently with. `login` is there where GitHub's address needs one. */
export type Want = { readonly kind: LookupKind; readonly key: string; readonly login?: string };
