import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { BranchRule, ClassicProtection, RequiredCheck } from '../findings/judge-rules.ts';
import type { Installation, Purpose } from './client.ts';

/** A branch, where it is, and what GitHub's list says of its classic protection. */
export type Branch = {
  readonly ref: string;
  readonly sha: string;
  readonly isProtected: boolean;
  readonly requires: readonly RequiredCheck[];
};

const Checks = z.array(z.object({ context: z.string(), app_id: z.number().nullish() }));
const Branches = z.array(
  z.object({
    name: z.string(),
    commit: z.object({ sha: z.string() }),
    protected: z.boolean().default(false),
    protection: z
      .object({
        required_status_checks: z
          .object({ enforcement_level: z.string().optional(), checks: Checks.default([]) })
          .nullish(),
      })
      .nullish(),
  }),
);

/** As many pages of a hundred as are looked through for governed branches. */
const MOST_PAGES = 10;

export type RepositoryPlace = { readonly owner: string; readonly repository: string };

export async function readBranches(
  installation: Installation,
  { owner, repository }: RepositoryPlace,
  purpose: Purpose,
): Promise<readonly Branch[]> {
  const found: Branch[] = [];
  let asked: Readonly<Record<string, unknown>> = { per_page: 100 };
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const parameters = { ...asked, owner, repo: repository };
    const { data, next } = await installation.readPage('GET /repos/{owner}/{repo}/branches', parameters, purpose);
    for (const { name, commit, protected: isProtected, protection } of Branches.parse(data)) {
      const checks = protection?.required_status_checks;
      const requires = checks?.enforcement_level === 'off' ? [] : requiredBy(checks?.checks ?? []);
      found.push({ ref: name, sha: commit.sha, isProtected, requires });
    }
    if (next === undefined) break;
    asked = next;
  }
  return found;
}

/** GitHub says of a check that any app may set that its app is null, or -1. */
function requiredBy(checks: z.infer<typeof Checks>): readonly RequiredCheck[] {
  return checks.map(({ context, app_id: app }) => ({
    context,
    integration: typeof app === 'number' && app > 0 ? app : null,
  }));
}

const Rules = z.array(
  z.object({
    type: z.string(),
    ruleset_id: z.number().optional(),
    ruleset_source: z.string().optional(),
    parameters: z.unknown().optional(),
  }),
);
const StatusChecks = z.object({
  required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })),
});

/** The rules that apply to a branch, the organization's too: what metadata alone lets anybody read. */
export async function readBranchRules(
  installation: Installation,
  { owner, repository }: RepositoryPlace,
  branch: string,
  purpose: Purpose,
): Promise<readonly BranchRule[]> {
  const found: BranchRule[] = [];
  let asked: Readonly<Record<string, unknown>> | undefined = { per_page: 100 };
  while (asked !== undefined) {
    const parameters: Readonly<Record<string, unknown>> = { ...asked, owner, repo: repository, branch };
    const page = await installation.readPage('GET /repos/{owner}/{repo}/rules/branches/{branch}', parameters, purpose);
    for (const rule of Rules.parse(page.data)) {
      if (rule.type !== 'required_status_checks') continue;
      const { required_status_checks: checks } = StatusChecks.parse(rule.parameters);
      found.push({
        ruleset: rule.ruleset_id ?? null,
        source: rule.ruleset_source ?? null,
        requires: checks.map(({ context, integration_id: id }) => ({ context, integration: id ?? null })),
      });
    }
    asked = page.next;
  }
  return found;
}

const Protection = z.object({
  required_status_checks: z.object({ checks: Checks.default([]) }).nullish(),
  enforce_admins: z.object({ enabled: z.boolean() }).nullish(),
});

/** Classic protection of a branch; null where there is none, `unreadable` where this installation may not see it. */
export async function readProtection(
  installation: Installation,
  { owner, repository }: RepositoryPlace,
  branch: string,
  purpose: Purpose,
): Promise<ClassicProtection | null | 'unreadable'> {
  try {
    const parameters = { owner, repo: repository, branch };
    const data = await installation.read('GET /repos/{owner}/{repo}/branches/{branch}/protection', parameters, purpose);
    const { required_status_checks: checks, enforce_admins: admins } = Protection.parse(data);
    return { requires: requiredBy(checks?.checks ?? []), bindsAdministrators: admins?.enabled ?? false };
  } catch (error) {
    if (error instanceof AppError && error.code === 'github-not-found') return null;
    if (error instanceof AppError && error.code === 'github-refused') return 'unreadable';
    throw error;
  }
}
