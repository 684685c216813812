import { organizationShape, userShape } from '../shapes/people.ts';
import { organizationOf, repositoryShape } from '../shapes/repository.ts';
import type { Organization, Repository } from './types.ts';
import type { World } from './world.ts';

/** Announces something that happened in a repository; the payload is made now, whenever it is delivered. */
export function announce(
  world: World,
  repository: Repository,
  senderId: number,
  event: readonly [name: string, action: string | null],
  body: () => Record<string, unknown>,
): void {
  const [name, action] = event;
  world.emit({
    name,
    action,
    accountId: repository.ownerId,
    repository,
    senderId,
    body: () => ({
      ...(action === null ? {} : { action }),
      ...body(),
      repository: repositoryShape(world, repository),
      ...organizationOf(world, repository),
      sender: userShape(world, senderId),
    }),
  });
}

export function announceOrganization(
  world: World,
  organization: Organization,
  senderId: number,
  event: readonly [name: string, action: string],
  body: () => Record<string, unknown>,
): void {
  const [name, action] = event;
  world.emit({
    name,
    action,
    accountId: organization.accountId,
    senderId,
    body: () => ({
      action,
      ...body(),
      organization: organizationShape(world, organization),
      sender: userShape(world, senderId),
    }),
  });
}
