import { z } from 'zod';
import { OUR_CHECKS } from '../findings/judge-rules.ts';
import { accountOfSender } from '../github/sender.ts';
import { adoptJob, type Job, lookAtRulesJob, type RulesChanged, sweepJob } from '../jobs/job.ts';
import type { Context, Effect } from '../route.ts';

/** Everything that this reads is optional in the published schema but the name. */
const RulesetEvent = z.object({
  action: z.string(),
  repository_ruleset: z.object({
    id: z.number().int(),
    name: z.string(),
    enforcement: z.string().optional(),
    updated_at: z.string().nullish(),
    rules: z.array(z.unknown()).nullish(),
  }),
  changes: z.object({ enforcement: z.object({ from: z.string().nullish() }).nullish() }).nullish(),
});
const StatusChecks = z.object({
  type: z.literal('required_status_checks'),
  parameters: z.object({ required_status_checks: z.array(z.object({ context: z.string() })) }),
});

/** A ruleset was made, changed or deleted: of one repository, or of the organization, which may reach every repository. */
export function onRuleset(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = RulesetEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const off = offOf(parsed.data);
  const jobs = lookAgain(context, off);
  const { tenant, installation } = context;
  return { jobs: jobs.length > 0 ? jobs : [sweepJob({ what: 'installation', tenant, installation, begin: true })] };
}

/** What only this delivery tells, should the ruleset be on again by the time somebody looks (T32). */
function offOf({ action, repository_ruleset: ruleset, changes }: z.infer<typeof RulesetEvent>): RulesChanged['off'] {
  const { id, name, enforcement, updated_at: at, rules } = ruleset;
  const wasActive = changes?.enforcement?.from === 'active';
  const isOff = action === 'deleted' ? enforcement === 'active' : wasActive && enforcement !== 'active';
  const checks = (rules ?? []).flatMap((rule) => {
    const read = StatusChecks.safeParse(rule);
    return read.success ? read.data.parameters.required_status_checks.map((check) => check.context) : [];
  });
  const ours = checks.filter((check) => check.startsWith(OUR_CHECKS));
  return isOff && ours.length > 0 ? { ruleset: id, name, checks: ours, at: at ?? '' } : null;
}

/** Classic protection of a branch was made, changed or deleted. */
export function onBranchProtection(_payload: unknown, context: Context): Effect {
  return { jobs: lookAgain(context, null) };
}

function lookAgain({ locator, envelope }: Context, off: RulesChanged['off']): readonly Job[] {
  const place = locator(0);
  if (place === undefined) return [];
  const { pull: _pull, ...repository } = place;
  const { sender } = envelope;
  const by = sender ? accountOfSender({ ...sender, kind: sender.type }) : null;
  return [lookAtRulesJob({ locator: repository, by, off })];
}

const NEW = new Set(['created', 'transferred', 'unarchived']);
/** A default branch that was changed, or a visibility that ends private rulesets, changes what is required. */
const CHANGED = new Set(['edited', 'publicized', 'privatized', 'renamed']);

/** A repository that is new is watched from its beginning; one that was changed may ask for less. */
export function rulesOfRepository(context: Context): readonly Job[] {
  const action = context.envelope.action ?? '';
  const place = context.locator(0);
  if (place === undefined) return [];
  const { pull: _pull, ...repository } = place;
  return [
    ...(NEW.has(action) ? [adoptJob(repository)] : []),
    ...(NEW.has(action) || CHANGED.has(action) ? lookAgain(context, null) : []),
  ];
}
