import { z } from 'zod';
import type { Lookup, Want } from '../decision/lookups.ts';
import type { Account } from '../decision/values.ts';
import { AppError } from '../errors.ts';
import type { Installation, Purpose } from './client.ts';
import { readFiles } from './lookup-files.ts';
import type { Place } from './lookup-pieces.ts';
import { orNull } from './or-null.ts';

/** Answers a want that GraphQL has no answer to. Trouble that may pass is thrown; a refusal is an answer. */
export async function answerByRest(
  installation: Installation,
  place: Place,
  want: Want,
  purpose: Purpose,
): Promise<Lookup<unknown>> {
  const at = new Date(installation.now()).toISOString();
  try {
    return { ok: await readWant(installation, place, want, purpose), at };
  } catch (error) {
    if (error instanceof z.ZodError)
      return { error: `GitHub answered in an unknown form about ${want.kind} ${want.key}.` };
    if (error instanceof AppError && !error.retryable) return { error: error.message };
    throw error;
  }
}

function readWant(installation: Installation, place: Place, want: Want, purpose: Purpose): Promise<unknown> {
  switch (want.kind) {
    case 'files':
      return readFiles(installation, place, want.key, purpose);
    case 'properties':
      return readProperties(installation, place, purpose);
    case 'pushers':
      return readPusher(installation, place, want.key, purpose);
    case 'runs':
      return readRun(installation, want.key, purpose);
    case 'validations':
      return readValidations(installation, place, want.key, purpose);
    case 'alerts':
      return readAlert(installation, want.key, purpose);
    default:
      throw new AppError('github-unexpected', `Nothing is known about how to read ${want.kind} ${want.key}.`);
  }
}

const PER_PAGE = 100;

const PropertyValues = z.array(
  z.object({ property_name: z.string(), value: z.union([z.string(), z.array(z.string())]).nullable() }),
);
const PropertyDefinitions = z.array(z.object({ property_name: z.string(), values_editable_by: z.string().nullish() }));

/** Values of custom properties, and who may edit them: `org_actors` only, or the repository too, which then could classify itself. */
async function readProperties(installation: Installation, place: Place, purpose: Purpose): Promise<unknown> {
  const values = await installation.read(
    'GET /repos/{owner}/{repo}/properties/values',
    { owner: place.owner, repo: place.repository },
    purpose,
  );
  const definitions = await installation.read('GET /orgs/{org}/properties/schema', { org: place.owner }, purpose);
  const editors = new Map(
    PropertyDefinitions.parse(definitions).map((item) => [item.property_name, item.values_editable_by]),
  );
  return PropertyValues.parse(values).map((item) => ({
    name: item.property_name,
    values: item.value === null ? [] : Array.isArray(item.value) ? item.value : [item.value],
    editableBy: editors.get(item.property_name) === 'org_actors' ? 'organization' : 'anybody',
  }));
}

const Activity = z.array(
  z.object({ after: z.string(), actor: z.object({ id: z.number(), login: z.string(), type: z.string() }).nullable() }),
);

/** Who pushed a commit to the head branch, from the repository's own activity. A fork's activity is not ours to read. */
async function readPusher(
  installation: Installation,
  place: Place,
  sha: string,
  purpose: Purpose,
): Promise<Account | null> {
  if (place.fork) return null;
  const parameters = {
    owner: place.owner,
    repo: place.repository,
    ref: `refs/heads/${place.head}`,
    per_page: PER_PAGE,
  };
  const actor = Activity.parse(await installation.read('GET /repos/{owner}/{repo}/activity', parameters, purpose)).find(
    (item) => item.after === sha,
  )?.actor;
  if (actor === null || actor === undefined) return null;
  return {
    id: actor.id,
    login: actor.login,
    kind: actor.type === 'Bot' ? 'bot' : actor.type === 'Organization' ? 'organization' : 'user',
  };
}

const Run = z.object({
  id: z.number(),
  path: z.string(),
  head_sha: z.string(),
  run_attempt: z.number().int().default(1),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  run_started_at: z.string().optional(),
  created_at: z.string(),
  html_url: z.string(),
  repository: z.object({ full_name: z.string() }),
});

function runFact(run: z.infer<typeof Run>): unknown {
  return {
    id: run.id,
    repository: run.repository.full_name,
    workflow: run.path.replace(/@.*$/, ''),
    headSha: run.head_sha,
    attempt: run.run_attempt,
    status: run.status ?? 'unknown',
    conclusion: run.conclusion,
    startedAt: run.run_started_at ?? run.created_at,
    url: run.html_url,
  };
}

async function readRun(installation: Installation, key: string, purpose: Purpose): Promise<unknown> {
  const [owner = '', repo = '', run_id = ''] = key.split('/');
  const data = await orNull(
    installation.read(
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      { owner, repo, run_id: Number(run_id) },
      purpose,
    ),
  );
  return data === null ? null : runFact(Run.parse(data));
}

async function readValidations(
  installation: Installation,
  place: Place,
  sha: string,
  purpose: Purpose,
): Promise<unknown> {
  const parameters = { owner: place.owner, repo: place.repository, head_sha: sha, per_page: PER_PAGE };
  const data = await installation.read('GET /repos/{owner}/{repo}/actions/runs', parameters, purpose);
  const { total_count: total, workflow_runs: runs } = z
    .object({ total_count: z.number(), workflow_runs: z.array(Run) })
    .parse(data);
  return { items: runs.map(runFact), total };
}

const Alert = z.object({ state: z.string(), html_url: z.string() });

async function readAlert(installation: Installation, key: string, purpose: Purpose): Promise<unknown> {
  const [owner = '', repo = '', kind = '', alert_number = ''] = key.split('/');
  const path = kind === 'dependabot' ? 'dependabot' : 'code-scanning';
  const data = await orNull(
    installation.read(
      `GET /repos/{owner}/{repo}/${path}/alerts/{alert_number}`,
      { owner, repo, alert_number: Number(alert_number) },
      purpose,
    ),
  );
  if (data === null) return null;
  const alert = Alert.parse(data);
  return {
    state: alert.state === 'open' ? 'open' : 'closed',
    title: `${path} alert ${alert_number}`,
    url: alert.html_url,
  };
}
