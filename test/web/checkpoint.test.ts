import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCheckpointApi } from '../../src/web/checkpoint-api.ts';
import type { Verified, Verifier } from '../../src/web/oidc.ts';
import { createLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
let server: Server;
let url: string;
const log = { info: () => undefined } as unknown as Parameters<typeof createCheckpointApi>[1];

/** Stands in for GitHub's signature: what a token is worth is tested with the verifier itself. */
const verify: Verifier = async (token): Promise<Verified> => {
  if (token === 'forged') return { kind: 'refused', code: 'token-signature', message: 'The token is not signed.' };
  if (token === 'later') return { kind: 'unavailable', message: 'The keys cannot be read.' };
  const claims = {
    repository: 'a/b',
    repository_id: 1,
    repository_owner_id: Number(token),
    run_id: 1,
    actor: 'sam',
    actor_id: 9,
  };
  return { kind: 'verified', claims };
};

beforeAll(async () => {
  ledger = await createLedger();
  await ledger.write(31, [{}, {}]);
  await ledger.sign(31);
  const handle = createCheckpointApi(ledger.database, log, verify);
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/checkpoint`;
});
afterAll(async () => {
  server.close();
  await ledger.close();
});

function ask(token: string | undefined, method = 'GET'): Promise<Response> {
  return fetch(url, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
}

test('a workflow gets the newest checkpoint of the organization that owns its repository, as text', async () => {
  const response = await ask('31');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toMatch(/^test\/31\n2\n\S{44}\n\n— test \S+\n$/);
});

test.each([
  [undefined, 'GET', 401, 'token-missing'],
  ['forged', 'GET', 401, 'token-signature'],
  ['later', 'GET', 503, 'undecidable'],
  ['32', 'GET', 404, 'nothing-signed'],
  ['31', 'POST', 405, 'method'],
])('%s %s is answered with %s %s', async (token, method, status, code) => {
  const response = await ask(token, method);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
  if (status === 503) expect(response.headers.get('retry-after')).toBe('10');
});
