import { createVerify, type KeyObject, randomBytes } from 'node:crypto';
import { installationShape, userShape } from '../shapes/people.ts';
import { installationRepositoryShape } from '../shapes/repository.ts';
import type { AccessToken, Installation, Repository } from './types.ts';
import { now, Refusal, takeId, timestamp, type World } from './world.ts';

export function installApp(
  world: World,
  accountId: number,
  actorId: number,
  input: {
    readonly selection?: 'all' | 'selected';
    readonly repositoryIds?: readonly number[];
    readonly id?: number;
  } = {},
): Installation {
  const installation: Installation = {
    id: input.id ?? takeId(world),
    accountId,
    selection: input.selection ?? 'all',
    repositoryIds: new Set(input.repositoryIds ?? []),
    suspendedAt: null,
    suspendedBy: null,
    removedAt: null,
    createdAt: now(world),
  };
  world.installations.set(installation.id, installation);
  world.installationByAccount.set(accountId, installation);
  announceInstallation(world, installation, actorId, 'created');
  return installation;
}

export function announceInstallation(
  world: World,
  installation: Installation,
  actorId: number,
  action: 'created' | 'deleted' | 'suspend' | 'unsuspend',
): void {
  const repositories =
    action === 'created' || action === 'deleted' ? installationRepositories(world, installation) : null;
  world.emit({
    name: 'installation',
    action,
    accountId: installation.accountId,
    senderId: actorId,
    body: () => ({
      action,
      installation: installationShape(world, installation),
      ...(repositories ? { repositories: repositories.map((each) => installationRepositoryShape(world, each)) } : {}),
      sender: userShape(world, actorId),
    }),
  });
}

export function removeInstallation(world: World, installation: Installation, actorId: number): void {
  announceInstallation(world, installation, actorId, 'deleted');
  installation.removedAt = now(world);
  if (world.installationByAccount.get(installation.accountId) === installation)
    world.installationByAccount.delete(installation.accountId);
}

export function suspendInstallation(
  world: World,
  installation: Installation,
  actorId: number,
  suspended: boolean,
): void {
  installation.suspendedAt = suspended ? now(world) : null;
  installation.suspendedBy = suspended ? actorId : null;
  announceInstallation(world, installation, actorId, suspended ? 'suspend' : 'unsuspend');
}

export function selectRepositories(
  world: World,
  installation: Installation,
  actorId: number,
  change: { readonly add?: readonly Repository[]; readonly remove?: readonly Repository[] },
): void {
  installation.selection = 'selected';
  for (const [action, repositories] of [
    ['added', change.add ?? []],
    ['removed', change.remove ?? []],
  ] as const) {
    if (repositories.length === 0) continue;
    for (const repository of repositories) {
      if (action === 'added') installation.repositoryIds.add(repository.id);
      else installation.repositoryIds.delete(repository.id);
    }
    const list = repositories.map((each) => installationRepositoryShape(world, each));
    world.emit({
      name: 'installation_repositories',
      action,
      accountId: installation.accountId,
      senderId: actorId,
      body: () => ({
        action,
        installation: installationShape(world, installation),
        repository_selection: installation.selection,
        repositories_added: action === 'added' ? list : [],
        repositories_removed: action === 'removed' ? list : [],
        requester: null,
        sender: userShape(world, actorId),
      }),
    });
  }
}

export function covers(installation: Installation, repository: Repository): boolean {
  if (repository.ownerId !== installation.accountId) return false;
  return installation.selection === 'all' || installation.repositoryIds.has(repository.id);
}

export function installationRepositories(world: World, installation: Installation): readonly Repository[] {
  return [...world.repositories.values()].filter((repository) => covers(installation, repository));
}

/** Tokens live and die by real time, whatever the world's clock says: clients renew them by their own clock. */
export function createToken(
  world: World,
  installation: Installation,
  lifetimeMs: number,
  narrowed: { readonly repositoryIds?: readonly number[]; readonly permissions?: Readonly<Record<string, string>> },
): AccessToken {
  const token: AccessToken = {
    token: `ghs_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`,
    installationId: installation.id,
    expiresAt: world.machineClock() + lifetimeMs,
    repositoryIds: narrowed.repositoryIds ? new Set(narrowed.repositoryIds) : null,
    permissions: narrowed.permissions ?? world.app.permissions,
  };
  world.tokens.set(token.token, token);
  return token;
}

export function tokenShape(token: AccessToken, selection: string) {
  return {
    token: token.token,
    expires_at: timestamp(token.expiresAt),
    permissions: token.permissions,
    repository_selection: token.repositoryIds ? 'selected' : selection,
  };
}

function decodePart(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded');
  }
}

/** docs, "Generating a JSON Web Token": RS256, `iss` is the app, `exp` at most ten minutes away, `iat` not in the future.
 * Clients make them with their own clock, so real time judges them. */
export function verifyAppToken(world: World, key: KeyObject, token: string): void {
  const [header, payload, signature] = token.split('.');
  const claims = decodePart(payload);
  if (decodePart(header).alg !== 'RS256' || String(claims.iss) !== String(world.app.id))
    throw new Refusal(401, 'A JSON web token could not be decoded');
  const verified = createVerify('RSA-SHA256')
    .update(`${header}.${payload}`)
    .verify(key, signature ?? '', 'base64url');
  if (!verified) throw new Refusal(401, 'A JSON web token could not be decoded');
  const seconds = world.machineClock() / 1000;
  const [exp, iat] = [Number(claims.exp), Number(claims.iat)];
  if (!(exp > seconds))
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (!(exp <= seconds + 600)) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (!(iat <= seconds + 60))
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}
