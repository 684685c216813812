import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { GateAnswer } from '../deployment/judge.ts';
import { AppError, messageOf } from '../errors.ts';
import type { Deps } from '../jobs/deps.ts';
import { reachAnswer } from '../jobs/gate/reach-answer.ts';
import { recordAnswer } from '../jobs/gate/record-answer.ts';
import type { RepositoryLocator } from '../jobs/job.ts';
import { connect, type Session, transact, withTenant } from '../store/database.ts';
import { countRefusal, saveQuestion } from '../store/gate.ts';
import type { Recorded } from '../store/ledger.ts';
import { answer } from './answer.ts';
import { createBodyReader } from './body.ts';
import { bearerOf, type Claims, type Verifier } from './oidc.ts';

export const GATE_PATH = '/api/v1/gate';
/** Three short texts. */
const LARGEST_QUESTION = 4_096;
const COME_BACK_S = 10;

const Question = z.strictObject({
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be written as owner/name'),
  commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be a full commit id, in lower case'),
  environment: z.string().min(1, 'must name a deployment environment').max(255),
});
type Question = z.infer<typeof Question>;

type Refusal = { readonly status: number; readonly code: string; readonly message: string };
type Told = { readonly status: number; readonly body: unknown; readonly retryAfter?: number };

/**
 * Answers pipelines outside GitHub's deployments: `POST /api/v1/gate` with `{repository, commit, environment}` and a token of GitHub
 * Actions as bearer. 200 allows; 403 does not, with the reasons; 400 and 401 say what is wrong with the question or the token; 503 asks to
 * come again. `curl --fail` stops on all but the first.
 */
export function createGateApi(deps: Deps, verify: Verifier) {
  const read = createBodyReader(LARGEST_QUESTION, LARGEST_QUESTION * 256);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const told = await tell(request);
    if (told.retryAfter !== undefined) response.setHeader('retry-after', told.retryAfter);
    answer(response, told.status, told.body);
  };

  async function tell(request: IncomingMessage): Promise<Told> {
    if (request.method !== 'POST') return bad({ status: 405, code: 'method', message: 'Only POST is answered here.' });
    const body = await read(request);
    if (body.kind === 'too-large') return bad({ status: 413, code: 'body', message: 'The question is too long.' });
    if (body.kind !== 'read') return later('Too many questions at once; come again.');
    const token = bearerOf(request.headers.authorization);
    if (token === undefined) return refused(deps, missingToken, '');
    const verified = await verify(token);
    if (verified.kind === 'unavailable') return later(verified.message);
    if (verified.kind === 'refused') return refused(deps, { status: 401, ...verified }, '');
    const question = parse(body.bytes);
    return 'code' in question ? bad(question) : ask(deps, verified.claims, question);
  }
}

const missingToken: Refusal = {
  status: 401,
  code: 'token-missing',
  message: 'Send a token of GitHub Actions: "Authorization: Bearer …" (permissions: id-token: write).',
};

function parse(bytes: Buffer): Question | Refusal {
  try {
    const parsed = Question.safeParse(JSON.parse(bytes.toString('utf8')));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'the question';
    return { status: 400, code: 'body', message: `${where}: ${issue?.message ?? 'is not of the documented shape'}` };
  } catch {
    return {
      status: 400,
      code: 'body',
      message: 'The question must be JSON: {"repository", "commit", "environment"}.',
    };
  }
}

async function ask(deps: Deps, claims: Claims, question: Question): Promise<Told> {
  if (claims.repository.toLowerCase() !== question.repository.toLowerCase()) {
    const message = `The token is of ${claims.repository}, and the question about ${question.repository}: a pipeline may ask about its own repository only.`;
    return refused(deps, { status: 403, code: 'token-repository', message }, claims.repository);
  }
  try {
    const locator = await locate(deps, claims);
    if (locator === null) return refused(deps, notInstalled(claims), claims.repository);
    const session = await connect(deps.database);
    try {
      const told = await decide(deps, session, claims, { question, locator });
      session.release();
      return told;
    } catch (error) {
      session.release(!(error instanceof AppError));
      throw error;
    }
  } catch (error) {
    if (!(error instanceof AppError) || !error.retryable) throw error;
    return later(`It cannot be decided at the moment: ${messageOf(error)}`);
  }
}

function notInstalled({ repository }: Claims): Refusal {
  return { status: 403, code: 'not-installed', message: `The app is not installed on ${repository}.` };
}

/** GitHub's word on which installation reaches the repository, and whose it is; the token's must be the same. */
async function locate(deps: Deps, claims: Claims): Promise<RepositoryLocator | null> {
  const [owner = '', repository = ''] = claims.repository.split('/');
  const found = await deps.github.installationOf(owner, repository);
  if (found === null || found.account.id !== claims.repository_owner_id) return null;
  return {
    tenant: found.account.id,
    installation: found.id,
    repositoryId: claims.repository_id,
    owner,
    repository,
  };
}

type Asked = { readonly question: Question; readonly locator: RepositoryLocator };

async function decide(deps: Deps, session: Session, claims: Claims, { question, locator }: Asked): Promise<Told> {
  const { environment, commit: sha } = question;
  const reached = await reachAnswer(deps, session, { locator, environment, sha, askedAt: null });
  const by = {
    id: claims.actor_id,
    login: claims.actor,
    kind: claims.actor.endsWith('[bot]') ? 'bot' : 'user',
  } as const;
  const recorded = await transact(session, locator.tenant, async (within) => {
    const asked = { locator, source: 'api', run: claims.run_id, environment, sha, askedBy: by } as const;
    const id = await saveQuestion(within, asked, new Date(deps.now()));
    return recordAnswer(deps, within, { ...asked, id, actor: by, answer: reached });
  });
  return { status: reached.allowed ? 200 : 403, body: shown(question, reached, recorded) };
}

function shown(question: Question, given: GateAnswer, { leaf }: Recorded) {
  const { allowed, reasons, uncovered, pulls, start, total, until } = given;
  return { ...question, allowed, reasons, uncovered, pulls, since: start, commits: total, until, leaf };
}

/** Nobody who may not ask learns anything, and it is counted what was tried. Only what a verified token says is kept. */
async function refused(deps: Deps, { status, code, message }: Refusal, claimed: string): Promise<Told> {
  deps.log.warn({ code, claimed }, 'refused a question about a deployment');
  deps.metrics.gates.inc({ source: 'api', outcome: code });
  await withTenant(deps.database, 0, (session) => countRefusal(session, code, claimed, new Date(deps.now())));
  return bad({ status, code, message });
}

function bad({ status, code, message }: Refusal): Told {
  return { status, body: { allowed: false, reasons: [{ code, message }] } };
}

function later(message: string): Told {
  return { ...bad({ status: 503, code: 'undecidable', message }), retryAfter: COME_BACK_S };
}
