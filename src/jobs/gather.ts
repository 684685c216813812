import { decide } from '../decision/decide.ts';
import type { Decision, PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import type { Lookups, Want } from '../decision/lookups.ts';
import { type Answered, answerWants, type Place, withAnswers } from '../github/answer-wants.ts';
import type { Installation, Purpose } from '../github/client.ts';
import type { Knowledge } from '../store/knowledge.ts';
import { loadLookups, saveLookups } from '../store/lookups.ts';
import { issueKey } from './job.ts';
import type { Proposal } from './proposed-policy.ts';

/** How long answers about people are believed while no webhook says otherwise; before a success they are read anew in any case. */
const BELIEVED_MS = 600_000;

/** Answers that hold for other pull requests and later evaluations too, by how their keys begin in the store. */
function storeKey(place: { readonly repositoryId: number }, want: Want): string | null {
  switch (want.kind) {
    case 'teams':
      return `team:${want.key}`;
    case 'users':
      return `user:${want.key}`;
    case 'people':
      return `permission:${place.repositoryId}/${want.key}`;
    case 'properties':
      return `properties:${place.repositoryId}`;
    case 'pushers':
      return `pusher:${want.key}`;
    case 'runs':
      return `run:${want.key.toLowerCase()}`;
    case 'issues':
      return issueKey(want.key);
    case 'validations':
      return `runs:${place.repositoryId}/${want.key}`;
    default:
      return null;
  }
}

/** Further wants can only come from answers to earlier ones; policy, people and files are three steps, and this is twice that. */
const MOST_ROUNDS = 6;

export type Gathered = { readonly decision: Decision; readonly facts: Facts; readonly lookupKeys: readonly string[] };

type Reader = {
  readonly knowledge: Knowledge;
  readonly installation: Installation;
  readonly place: Place & { readonly repositoryId: number };
  /** What the pull request makes of the policy files; read once, when it is first wanted. */
  readonly proposal: () => Promise<Proposal>;
  /** Answers from before this instant are not believed, in milliseconds; those of the last ten minutes are unless it is given. */
  readonly believedFrom?: number | undefined;
};

/**
 * Decides, reads what the decision asked for, and decides again, until nothing that could change the result is missing. A success is then
 * decided once more on people read at this moment: nobody passes on what was true ten minutes ago.
 */
export async function gatherAndDecide(reader: Reader, policy: PolicyInForce, facts: Facts): Promise<Gathered> {
  const started = facts.at;
  const keys = new Set<string>();
  let current = facts;
  let decision = decide(policy, current);
  for (let round = 0; round < MOST_ROUNDS && decision.wants.length > 0; round += 1) {
    for (const want of decision.wants) keys.add(storeKey(reader.place, want) ?? '');
    current = { ...current, lookups: withAnswers(current.lookups, await answer(reader, decision.wants)) };
    decision = decide(policy, current);
  }
  if (grants(decision)) {
    const doubtful = decision.restsOn.filter((want) => isOlder(current.lookups, want, started));
    for (const want of decision.restsOn) keys.add(storeKey(reader.place, want) ?? '');
    if (doubtful.length > 0) {
      const fresh = await readAndKeep(reader, doubtful, 'grant');
      return settle(reader, policy, { ...current, lookups: withAnswers(current.lookups, fresh) }, keys);
    }
  }
  return { decision, facts: current, lookupKeys: keysOf(keys) };
}

/** After people were read anew the decision may want more; it is given what it wants, live. */
async function settle(reader: Reader, policy: PolicyInForce, facts: Facts, keys: Set<string>): Promise<Gathered> {
  let current = facts;
  let decision = decide(policy, current);
  for (let round = 0; round < MOST_ROUNDS && decision.wants.length > 0; round += 1) {
    for (const want of decision.wants) keys.add(storeKey(reader.place, want) ?? '');
    current = { ...current, lookups: withAnswers(current.lookups, await readAndKeep(reader, decision.wants, 'grant')) };
    decision = decide(policy, current);
  }
  return { decision, facts: current, lookupKeys: keysOf(keys) };
}

function keysOf(keys: ReadonlySet<string>): readonly string[] {
  return [...keys].filter((key) => key !== '').sort();
}

function grants(decision: Decision): boolean {
  return (
    decision.gate.status === 'completed' && decision.gate.conclusion === 'success' && decision.state !== 'ungoverned'
  );
}

/** Whether an answer was read before this evaluation began. */
function isOlder(lookups: Lookups, want: Want, started: string): boolean {
  const known = lookups[want.kind]?.[want.key];
  return known === undefined || !('ok' in known) || Date.parse(known.at) < Date.parse(started);
}

async function answer(reader: Reader, wants: readonly Want[]): Promise<readonly Answered[]> {
  const stored = await fromStore(reader, wants);
  const answered = new Set(stored.map(({ want }) => want));
  const missing = wants.filter((want) => !answered.has(want));
  return missing.length === 0 ? stored : [...stored, ...(await readAndKeep(reader, missing, 'facts'))];
}

async function fromStore(reader: Reader, wants: readonly Want[]): Promise<readonly Answered[]> {
  const byKey = new Map<string, Want>();
  for (const want of wants) {
    const key = storeKey(reader.place, want);
    if (key !== null) byKey.set(key, want);
  }
  const since = new Date(reader.believedFrom ?? reader.installation.now() - BELIEVED_MS);
  const stored = await reader.knowledge.read((within) => loadLookups(within, [...byKey.keys()], since), []);
  return stored.flatMap(({ key, value, at }) => {
    const want = byKey.get(key);
    return want === undefined ? [] : [{ want, answer: { ok: value, at } }];
  });
}

async function readAndKeep(reader: Reader, wants: readonly Want[], purpose: Purpose): Promise<readonly Answered[]> {
  const ours = wants.filter(({ kind }) => kind === 'proposedPolicy');
  const theirs = wants.filter(({ kind }) => kind !== 'proposedPolicy');
  const answered = [
    ...(theirs.length === 0 ? [] : await answerWants(reader.installation, reader.place, theirs, purpose)),
    ...(await Promise.all(ours.map((want) => answerProposal(reader, want)))),
  ];
  const lasting = answered.flatMap(({ want, answer: read }) => {
    const key = storeKey(reader.place, want);
    return key !== null && 'ok' in read ? [{ key, value: read.ok, at: read.at }] : [];
  });
  await reader.knowledge.keep((within) => saveLookups(within, lasting));
  return answered;
}

/** Whether proposed policy files are valid is for the parser to say, not for GitHub. */
async function answerProposal({ proposal, installation }: Reader, want: Want): Promise<Answered> {
  const at = new Date(installation.now()).toISOString();
  return { want, answer: { ok: (await proposal()).answer, at } };
}
