import { factsOf } from '../../findings/matter.ts';
import { contributorsTo, unknownOf } from '../../findings/people.ts';
import type { Segregation } from '../../policy/policy.ts';
import { type Session, transact } from '../../store/database.ts';
import type { StoredFinding } from '../../store/findings.ts';
import { knowledgeOf } from '../../store/knowledge.ts';
import { loadBindings } from '../../store/lookups.ts';
import type { StoredReconciliation } from '../../store/reconciliations.ts';
import type { Deps } from '../deps.ts';
import { effectiveOf } from '../policy-in-force.ts';
import { peopleOfFinding } from './people.ts';

const noPolicy = { organization: null, repository: null };
const strictest: Segregation = {
  exclude: ['committers', 'co-authors', 'pushers', 'initiator'],
  unattributedCommits: 'block',
  sharedAccounts: [],
  exceptions: [],
};

/** A finding with all that judging it takes. */
export async function toReconcile(deps: Deps, session: Session, stored: StoredFinding): Promise<StoredReconciliation> {
  const { locator, finding, policy, people: _people, ...progress } = stored;
  const { tenant, repositoryId: id, owner, repository: name } = locator;
  const effective = policy === null ? undefined : await effectiveOf(knowledgeOf(session, tenant), policy);
  // Without a policy nobody can approve it, so nothing rests on this.
  const segregation = effective?.layers[0].policy.segregation ?? strictest;
  const people = await peopleOfFinding(deps, session, stored, segregation);
  const bindings = await transact(session, tenant, loadBindings);
  return {
    ...progress,
    locator,
    matter: { kind: 'finding', finding },
    policy: policy ?? noPolicy,
    facts: factsOf({ id, server: deps.github.server, owner, name }, finding, { ...bindings }),
    letPass: people.by.map((account) => ({ account, how: 'bypassed' })),
    contributors: contributorsTo(people),
    unknown: unknownOf(finding, people, segregation),
  };
}
