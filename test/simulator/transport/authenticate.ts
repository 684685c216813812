import type { Caller, Services } from '../rest/router.ts';
import { verifyAppToken } from '../world/installations.ts';
import { Refusal } from '../world/world.ts';

function callerOfToken(services: Services, value: string): Caller {
  const { world } = services;
  const account = world.accounts.get(world.userTokens.get(value) ?? -1);
  if (account?.suspendedAt === null) return { kind: 'user', account };
  const token = world.tokens.get(value);
  if (!token || token.expiresAt <= world.machineClock()) throw new Refusal(401, 'Bad credentials');
  const installation = world.installations.get(token.installationId);
  if (!installation || installation.removedAt !== null) throw new Refusal(401, 'Bad credentials');
  if (installation.suspendedAt !== null) throw new Refusal(403, 'This installation has been suspended');
  return { kind: 'installation', installation, token };
}

/** `Bearer <JSON web token>` is the app itself; `token …` or `Bearer …` with anything else an installation or a person. */
export function authenticate(services: Services, header: string | undefined): Caller {
  const value = /^(?:bearer|token)\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (value === undefined) throw new Refusal(401, 'Requires authentication');
  if (value.split('.').length !== 3) return callerOfToken(services, value);
  verifyAppToken(services.world, services.appKey, value);
  return { kind: 'app' };
}

/** Which door a route has: the app's token opens only the app's routes, an installation needs the
 * permission, and what a person may do depends on the place: see `rest/access.ts`. */
export function authorize(caller: Caller, access: string): void {
  if (access === 'app') {
    if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
    return;
  }
  if (caller.kind === 'app') throw new Refusal(401, 'Bad credentials');
  if (caller.kind === 'user') return;
  const [name = '', level = ''] = access.split(':');
  const granted = caller.token.permissions[name];
  const enough = name === 'metadata' || granted === 'write' || (granted !== undefined && level === 'read');
  if (!enough) throw new Refusal(403, 'Resource not accessible by integration');
}
