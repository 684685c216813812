import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { AppError, messageOf } from '../errors.ts';
import { type Database, withTenant } from '../store/database.ts';
import { newestCheckpoint } from '../store/tree.ts';
import { answer } from './answer.ts';
import { bearerOf, type Verifier } from './oidc.ts';

export const CHECKPOINT_PATH = '/api/v1/checkpoint';
const COME_BACK_S = 10;

type Refusal = { readonly status: number; readonly code: string; readonly message: string };

/**
 * Gives the newest checkpoint of a ledger to a workflow of the organization that it is of: `GET /api/v1/checkpoint` with a token of GitHub
 * Actions as bearer. Whose it is, is what the token says of the repository's owner; of another's ledger nothing is learned here. So a
 * workflow keeps checkpoints where its organization wants them, and the app needs no permission to write there.
 */
export function createCheckpointApi(database: Database, log: Logger, verify: Verifier) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const found = await find(request);
    if (typeof found === 'string') return answerNote(response, found);
    const { status, code, message } = found;
    log.info({ code }, 'gave no checkpoint');
    if (status === 503) response.setHeader('retry-after', COME_BACK_S);
    answer(response, status, { code, message });
  };

  async function find(request: IncomingMessage): Promise<string | Refusal> {
    if (request.method !== 'GET') return { status: 405, code: 'method', message: 'Only GET is answered here.' };
    const token = bearerOf(request.headers.authorization);
    if (token === undefined) return missingToken;
    const verified = await verify(token);
    if (verified.kind === 'unavailable') return { status: 503, code: 'undecidable', message: verified.message };
    if (verified.kind === 'refused') return { status: 401, code: verified.code, message: verified.message };
    return newestOf(verified.claims.repository_owner_id);
  }

  async function newestOf(tenant: number): Promise<string | Refusal> {
    try {
      return (await withTenant(database, tenant, newestCheckpoint))?.note ?? nothingYet;
    } catch (error) {
      if (!(error instanceof AppError && error.retryable)) throw error;
      return { status: 503, code: 'undecidable', message: messageOf(error) };
    }
  }
}

const missingToken: Refusal = {
  status: 401,
  code: 'token-missing',
  message: 'Send a token of GitHub Actions: "Authorization: Bearer …" (permissions: id-token: write).',
};

const nothingYet: Refusal = {
  status: 404,
  code: 'nothing-signed',
  message: 'Nothing has been recorded of this organization, or not signed yet.',
};

function answerNote(response: ServerResponse, note: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(200, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(note),
    'cache-control': 'no-store',
  });
  response.end(note);
}
