import { branchShape, protectionShape } from '../shapes/branches.ts';
import { optionalUser } from '../shapes/people.ts';
import { branchRuleShapes } from '../shapes/rulesets.ts';
import { activeRulesets, protectionOf } from '../world/rules.ts';
import { found, nodeId, Refusal } from '../world/world.ts';
import { repositoryIn } from './access.ts';
import { cursorPaged } from './cursor.ts';
import { type Context, ok, paged, param, type Reply, type Route } from './router.ts';
import { withinPeriod } from './time-period.ts';

/** Newest first unless asked otherwise; pages go by cursor, and a page number says nothing here. */
function activity(context: Context): Reply {
  const repository = repositoryIn(context);
  const { query, world } = context;
  const wanted = query.get('ref');
  const full = wanted === null || wanted.startsWith('refs/') ? wanted : `refs/heads/${wanted}`;
  const [type, actor] = [query.get('activity_type'), query.get('actor')];
  const within = withinPeriod(context, query.get('time_period'));
  const matching = repository.activities.filter(
    (each) =>
      (full === null || each.ref === full) &&
      (type === null || each.type === type) &&
      (actor === null || world.accounts.get(each.actorId)?.login.toLowerCase() === actor.toLowerCase()) &&
      within(each.at),
  );
  const ordered = query.get('direction') === 'asc' ? matching : matching.toReversed();
  return cursorPaged(context, ordered, (each) => ({
    id: each.id,
    node_id: nodeId('PSH', each.id),
    before: each.before,
    after: each.after,
    ref: each.ref,
    timestamp: each.at,
    activity_type: each.type,
    actor: optionalUser(world, each.actorId),
  }));
}

/** Whatever rules apply and are active, those of the organization too; not what classic protection asks for. */
function branchRules(context: Context): Reply {
  const repository = repositoryIn(context);
  const rulesets = activeRulesets(context.world, repository, param(context, 'branch'));
  const rules = rulesets.flatMap((ruleset) => branchRuleShapes(context.world, ruleset));
  return paged(context, rules, (rule) => rule);
}

function listBranches(context: Context): Reply {
  const repository = repositoryIn(context);
  const wanted = context.query.get('protected');
  const branches = [...repository.branches.keys()]
    .sort()
    .map((name) => branchShape(context.world, repository, name))
    .filter((branch) => wanted === null || String(branch.protected) === wanted);
  return paged(context, branches, (branch) => branch);
}

function showProtection(context: Context): Reply {
  const repository = repositoryIn(context);
  const branch = param(context, 'branch');
  found(repository.branches.get(branch), 'Branch not found');
  const protection = protectionOf(repository, branch);
  if (!protection) throw new Refusal(404, 'Branch not protected');
  return ok(protectionShape(context.world, repository, branch, protection));
}

const repo = '/repos/{owner}/{repo}';

export const branchRoutes: readonly Route[] = [
  { operation: `GET ${repo}/activity`, access: 'contents:read', handle: activity },
  { operation: `GET ${repo}/branches`, access: 'contents:read', handle: listBranches },
  { operation: `GET ${repo}/branches/{branch}/protection`, access: 'administration:read', handle: showProtection },
  { operation: `GET ${repo}/rules/branches/{branch}`, access: 'metadata:read', handle: branchRules },
];
