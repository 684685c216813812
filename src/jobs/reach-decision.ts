import type { PolicyInForce } from '../decision/decision.ts';
import type { Facts } from '../decision/facts.ts';
import { noHistory } from '../decision/history.ts';
import { answerWants, withAnswers } from '../github/answer-wants.ts';
import { headsOf, type QueriedFacts, queriedFacts, writersOf } from '../github/facts.ts';
import { loadBacktest } from '../store/backtests.ts';
import type { Knowledge } from '../store/knowledge.ts';
import { loadBindings } from '../store/lookups.ts';
import { loadMemory, type Memory, pushesOf } from '../store/pulls.ts';
import { keyOfProposal } from './backtest/try-policy.ts';
import { type Gathered, gatherAndDecide } from './gather.ts';
import { factsForHelp, factsWithoutRefused, hear, judgeAll, type Look } from './hear.ts';
import { withLineage } from './lineage.ts';
import type { Seen } from './look.ts';
import type { InForce } from './policy-in-force.ts';
import { type GateOfPolicy, gateOfPolicy, readProposal } from './proposed-policy.ts';
import type { JudgedHearing } from './record-commands.ts';

export type Surroundings = {
  readonly knowledge: Knowledge;
  /** Where people see GitHub. */
  readonly server: string;
  readonly now: () => number;
  /** Kept answers of GitHub from before this instant are not believed. */
  readonly believedFrom?: number | undefined;
};

export type Reached = Gathered & {
  /** What the check of the policy itself must say; null where no policy file is touched. */
  readonly policyGate: GateOfPolicy | null;
  /** What was said since the last decision, and what became of it. */
  readonly heard: JudgedHearing;
};

/** Decides about a pull request that was just seen, under the policy in force: reads whatever that takes, and records nothing. */
export async function reachDecision(
  { knowledge, server, now, believedFrom }: Surroundings,
  seen: Seen,
  force: InForce,
): Promise<Reached> {
  const { installation, answer } = seen;
  const queried = queriedFacts(server, answer.repository, seen.pull, force.paths);
  const at = new Date(now()).toISOString();
  const told = await remembered(knowledge, queried, at);
  const known = asksForWrite(force.policy) ? { ...told, lookups: { people: writersOf(seen.pull, at) } } : told;
  const place = placeOf(queried);
  const key = { repositoryId: place.repositoryId, pull: place.pull };
  const facts = await withLineage({ knowledge, installation, key, place, policy: force.policy }, known);
  const look: Look = async (from, wants) => ({
    ...from,
    lookups: withAnswers(from.lookups, await answerWants(installation, place, wants, 'facts')),
  });
  const { hearing, facts: spoken } = await hear(knowledge, force.policy, facts, look);
  const proposal = once(() => readProposal({ installation, place, force, facts: spoken }));
  const reader = { knowledge, installation, place, proposal, believedFrom };
  const withAll = await gatherAndDecide(reader, force.policy, spoken);
  const forHelp = await factsForHelp(hearing, force.policy, withAll.facts, look);
  const judged = judgeAll(hearing, force.policy, withAll, forHelp);
  const without = factsWithoutRefused(judged, withAll.facts);
  const gathered = without === null ? withAll : await decideAgain(reader, force.policy, without, withAll.lookupKeys);
  const defaultBranch = answer.repository.defaultBranchRef?.name ?? '';
  const policyGate = await gateOfPolicy({ facts: gathered.facts, force, defaultBranch }, proposal, (trial) =>
    knowledge.read((within) => loadBacktest(within, place.repositoryId, keyOfProposal(trial)), null),
  );
  return { ...gathered, policyGate, heard: { hearing, judged } };
}

async function decideAgain(
  reader: Parameters<typeof gatherAndDecide>[0],
  policy: PolicyInForce,
  facts: Facts,
  keys: readonly string[],
): Promise<Gathered> {
  const gathered = await gatherAndDecide(reader, policy, facts);
  return { ...gathered, lookupKeys: [...new Set([...keys, ...gathered.lookupKeys])].sort() };
}

function placeOf({ repository, pull, files }: QueriedFacts) {
  return {
    owner: repository.owner,
    repository: repository.name,
    repositoryId: repository.id,
    pull: pull.number,
    head: pull.head,
    headSha: pull.headSha,
    baseSha: pull.baseSha,
    fork: pull.forkOwner !== null,
    changedFiles: files.total,
  };
}

/** What is asked for the first time is asked; after that it is known. */
function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let known: Promise<Value> | undefined;
  return () => {
    known ??= read();
    return known;
  };
}

/** Whether `write` is the permission that the whole policy asks of approvers. */
function asksForWrite(policy: PolicyInForce): boolean {
  if (policy.kind !== 'valid') return false;
  return policy.effective.layers.every(({ policy: { approvals, rules } }) =>
    [approvals, ...rules.map((rule) => rule.approvals)].every(({ permission }) => (permission ?? 'write') === 'write'),
  );
}

const noMemory: Memory = { history: noHistory, deliveredReviews: [], pushes: [] };

/** Adds to what GitHub says now what the app alone knows: deliveries, earlier decisions, bindings. */
async function remembered(knowledge: Knowledge, queried: QueriedFacts, at: string): Promise<Facts> {
  const { repository, pull } = queried;
  const commits = [pull.headSha, ...queried.commits.items.map(({ sha }) => sha)];
  const { memory, pushes, bindings } = await knowledge.read(
    async (within) => ({
      memory: await loadMemory(within, repository.id, pull.number),
      pushes: await pushesOf(within, commits),
      bindings: await loadBindings(within),
    }),
    { memory: noMemory, pushes: [], bindings: {} },
  );
  return {
    at,
    ...queried,
    heads: headsOf(pull, [...memory.pushes, ...pushes], at),
    deliveredReviews: [...memory.deliveredReviews],
    interventions: [],
    history: memory.history,
    bindings: { ...bindings },
    lookups: {},
  };
}
