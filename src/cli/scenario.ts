import * as z from 'zod';
import { FileFact } from '../decision/listed.ts';
import { permissions } from '../decision/lookups.ts';
import { Instant } from '../decision/values.ts';

/**
 * A pull request in short form, as a person writes it in a table test or in a "what if": what it leaves out is ordinary. The long form
 * is `Facts`, as the app records it.
 */

const Login = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$/, 'must be a login, such as ana or dependabot[bot]');
const Opinion = z.union([
  Login,
  z.strictObject({ by: Login, at: Instant.optional(), body: z.string().optional(), stale: z.boolean().optional() }),
]);
const Run = z.strictObject({
  id: z.int().positive(),
  workflow: z.string().default('ci.yml'),
  conclusion: z.string().default('success'),
  at: Instant.optional(),
});
const State = z.enum(['open', 'closed', 'merged']);

export const Scenario = z.strictObject({
  at: Instant.optional(),
  opened: Instant.optional(),
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name')
    .default('acme/shop'),
  visibility: z.enum(['public', 'private', 'internal']).default('private'),
  topics: z.array(z.string()).default([]),
  /** Custom properties that organization actors alone may edit. */
  properties: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  base: z.string().default('main'),
  head: z.string().default('remediation/change'),
  /** The owner of the fork that it comes from. */
  fork: z.string().optional(),
  draft: z.boolean().default(false),
  author: Login.default('author'),
  title: z.string().default('A remediation'),
  labels: z.array(z.string()).default([]),
  files: z.array(z.union([z.string().min(1), FileFact])).default(['src/a.ts']),
  additions: z.int().min(0).default(10),
  deletions: z.int().min(0).default(2),
  /** Who wrote the commits; the author, if nobody is named. */
  'commits-by': z.array(Login).min(1).optional(),
  /** The evidence that the description carries. */
  manifest: z.record(z.string(), z.unknown()).optional(),
  approvals: z.array(Opinion).default([]),
  rejections: z.array(Opinion).default([]),
  teams: z.record(z.string(), z.array(Login)).default({}),
  /** What people may do on the repository; who is not named may write. */
  permissions: z.record(z.string(), z.enum(permissions)).default({}),
  /** Workflow runs on the head commit, or, by their id, elsewhere. */
  runs: z.array(Run).default([]),
  /** `acme/shop#12` */
  issues: z.record(z.string(), State).default({}),
  /** `acme/shop/dependabot/7` */
  alerts: z.record(z.string(), State).default({}),
  codeowners: z.string().optional(),
});
export type Scenario = Readonly<z.output<typeof Scenario>>;
export type Opinion = z.output<typeof Opinion>;

/** One sentence for each thing that is wrong, with the place of it. */
export function sentences(error: z.ZodError): readonly string[] {
  return error.issues.map((issue) => {
    const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    if (issue.code !== 'unrecognized_keys') return `${where}${issue.message}`;
    return `${where}there is no ${issue.keys.map((key) => `\`${key}\``).join(', ')}`;
  });
}
