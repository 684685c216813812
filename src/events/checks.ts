import type { z } from 'zod';
import { isOurName } from '../findings/foreign.ts';
import { CheckRunEvent, CheckSuiteEvent, StatusEvent } from '../github/events.ts';
import { accountOfSender } from '../github/sender.ts';
import { fanOutJob, foreignCheckJob } from '../jobs/job.ts';
import type { Context, Effect } from '../route.ts';

/** Somebody asks for a check of ours again, or somebody else publishes one under a name of ours (T18). */
export function onCheckRun(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = CheckRunEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { check_run: run, sender } = parsed.data;
  const isOurs = run.app?.id === context.app.appId;
  if (isOurs || !isOurName(run.name)) return asked(run.head_sha, isOurs, context);
  const publisher = { id: run.app?.id ?? 0, name: run.app?.slug ?? 'an unknown app' };
  const says = run.conclusion ?? run.status ?? 'nothing';
  return foreign({ source: 'check', name: run.name, head: run.head_sha, publisher, says }, sender, context);
}

export function onCheckSuite(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = CheckSuiteEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { head_sha: headSha, app } = parsed.data.check_suite;
  return asked(headSha, app?.id === context.app.appId, context);
}

/** This app writes no statuses, so that one under a name of ours is somebody else's. */
export function onStatus(payload: unknown, context: Context): Effect | z.ZodError {
  const parsed = StatusEvent.safeParse(payload);
  if (!parsed.success) return parsed.error;
  const { sha: head, context: name, state: says, sender } = parsed.data;
  if (!isOurName(name)) return { reason: 'a status under another name' };
  const publisher = { id: sender?.id ?? 0, name: sender?.login ?? 'somebody' };
  return foreign({ source: 'status', name, head, publisher, says }, sender, context);
}

const ASKS = new Set(['rerequested', 'requested_action']);

function asked(headSha: string, isOurs: boolean, { tenant, envelope }: Context): Effect {
  const repositoryId = envelope.repository?.id;
  if (!isOurs || !ASKS.has(envelope.action ?? '') || repositoryId === undefined)
    return { reason: 'asks nothing of this app' };
  return { jobs: [fanOutJob({ tenant, scope: 'commit', repositoryId, headSha })] };
}

type Published = Omit<Parameters<typeof foreignCheckJob>[0]['foreign'], 'by'>;

function foreign(published: Published, sender: CheckRunEvent['sender'], { locator }: Context): Effect {
  const place = locator(0);
  if (place === undefined) return { reason: 'no repository' };
  const { pull: _pull, ...repository } = place;
  const by = sender ? accountOfSender({ ...sender, kind: sender.type }) : null;
  return { jobs: [foreignCheckJob({ locator: repository, foreign: { ...published, by } })] };
}
