import type { Transport } from '../transport/http.ts';
import { checkControl } from './checks.ts';
import { deploymentControl } from './deployments.ts';
import { issueControl } from './issues.ts';
import { mergeQueueControl } from './merge-queue.ts';
import { oidcControl } from './oidc.ts';
import { organizationControl } from './organization.ts';
import { pullControl } from './pulls.ts';
import { repositoryControl } from './repositories.ts';
import { rulesControl } from './rules.ts';
import { statusControl } from './statuses.ts';
import { troubleControl } from './trouble.ts';

/** Everything people and other machines do on GitHub. Each method takes one JSON object and returns plain data. */
export function createControl(transport: Transport) {
  const { world } = transport;
  return {
    ...organizationControl(world),
    ...repositoryControl(world),
    ...rulesControl(world),
    ...pullControl(world),
    ...mergeQueueControl(world),
    ...issueControl(world),
    ...checkControl(world),
    ...deploymentControl(world),
    ...oidcControl(transport),
    ...statusControl(world),
    ...troubleControl(transport),
  };
}

export type Control = ReturnType<typeof createControl>;
