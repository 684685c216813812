import type { Attestation } from '../access-review/attest.ts';
import { answered, refusedText } from '../commands/answers.ts';
import { headAt } from '../commands/heads.ts';
import { helpFor } from '../commands/help.ts';
import { judge, type Outcome, type Reconciling } from '../commands/judge.ts';
import { type Heard, heard, loginsIn, type Speech, speechesOf } from '../commands/speech.ts';
import { timezoneOf } from '../commands/timezone.ts';
import type { PolicyInForce } from '../decision/decision.ts';
import { entitlementsOf } from '../decision/entitlements.ts';
import type { Facts } from '../decision/facts.ts';
import type { Intervention } from '../decision/intervention.ts';
import type { Want } from '../decision/lookups.ts';
import type { Statement } from '../decision/reconciliation.ts';
import { okOf } from '../decision/subject.ts';
import type { Knowledge } from '../store/knowledge.ts';
import { reconcilingOn } from '../store/reconciliations.ts';
import { openRemarks, type StoredRemark, standingReferences, takenInterventions } from '../store/remarks.ts';
import type { Gathered } from './gather.ts';

/** New commands on a pull request, before and after they are judged. */
export type HeardSpeech = { readonly speech: Speech; readonly remark: StoredRemark; readonly heard: Heard };
export type JudgedSpeech = HeardSpeech & {
  readonly outcome: Outcome;
  /** What it says of a broken glass or a finding, or in an access review. */
  readonly statement?: Pick<Statement, 'verdict' | 'rationale'> | AttestationStatement;
};

/** With the number of the review, so that it counts on whichever issue it was said. */
export type AttestationStatement = Pick<Attestation, 'verdict' | 'lines' | 'rationale' | 'roles'> & {
  readonly review: number;
};

export type Hearing = {
  /** What was taken before. */
  readonly standing: readonly Intervention[];
  readonly remarks: readonly StoredRemark[];
  readonly fresh: readonly HeardSpeech[];
  readonly reconciling: Reconciling;
};

/** Answers wants outside of a decision, and adds them to the facts. */
export type Look = (facts: Facts, wants: readonly Want[]) => Promise<Facts>;

/** Reads what has been said on a pull request since the last evaluation. Whom commands name is looked up, so that they can be judged. */
export async function hear(
  knowledge: Knowledge,
  policy: PolicyInForce,
  facts: Facts,
  look: Look,
): Promise<{ readonly hearing: Hearing; readonly facts: Facts }> {
  const { remarks, standing, reconciling, references } = await whatWasSaid(knowledge, facts);
  const place = {
    timezone: timezoneOf(policy),
    repository: `${facts.repository.owner}/${facts.repository.name}`,
    server: facts.repository.server,
  };
  const said = remarks.flatMap((remark) =>
    speechesOf({ ...remark, head: remark.head ?? headAt(facts, remark.at) }, place)
      .filter(({ id }) => !remark.settled.includes(id))
      .map((speech) => ({ speech, remark })),
  );
  const speeches = said.map(({ speech }) => speech);
  const wants = [
    ...loginsIn(speeches).map((login): Want => ({ kind: 'users', key: login })),
    ...speeches
      .filter(({ word }) => word === 'recheck' || word === 'help')
      .map(({ by }): Want => ({ kind: 'people', key: `${by.id}`, login: by.login })),
  ];
  const informed = wants.length === 0 ? facts : await look(facts, wants);
  const holders = (login: string) => okOf(informed.lookups.users?.[login.toLowerCase()]);
  const self = `${place.repository}#${facts.pull.number}`;
  const fresh = said.map(({ speech, remark }) => ({
    speech,
    remark,
    heard: withoutCircle(heard(speech, holders), self, references),
  }));
  const interventions = [...standing, ...fresh.flatMap(({ heard: made }) => interventionIn(made))];
  return { hearing: { standing, remarks, fresh, reconciling }, facts: { ...informed, interventions } };
}

type WhatWasSaid = Pick<Hearing, 'remarks' | 'standing' | 'reconciling'> & {
  readonly references: readonly { readonly from: string; readonly to: string }[];
};

function whatWasSaid(knowledge: Knowledge, { repository, pull }: Facts): Promise<WhatWasSaid> {
  return knowledge.read<WhatWasSaid>(
    async (within) => ({
      remarks: await openRemarks(within, repository.id, pull.number),
      standing: await takenInterventions(within, repository.id, pull.number),
      reconciling: await reconcilingOn(within, repository.id, pull.number),
      references: await standingReferences(within),
    }),
    { remarks: [], standing: [], reconciling: undefined, references: [] },
  );
}

function interventionIn(made: Heard): readonly Intervention[] {
  return made.kind === 'intervention' ? [made.intervention] : [];
}

/** Whoever waits for something that waits for them waits for ever. */
function withoutCircle(made: Heard, self: string, references: readonly { from: string; to: string }[]): Heard {
  if (made.kind !== 'intervention' || made.intervention.kind !== 'defer') return made;
  const { until } = made.intervention;
  if (until.kind !== 'reference' || until.reference.toLowerCase() === self.toLowerCase()) return made;
  if (!leadsTo(until.reference, self, references)) return made;
  return {
    kind: 'problem',
    problem: `${until.reference} waits for this pull request itself, so neither would ever go on. Withdraw that deferral first.`,
  };
}

function leadsTo(from: string, to: string, references: readonly { from: string; to: string }[]): boolean {
  const seen = new Set<string>();
  const next = [from.toLowerCase()];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    for (const edge of references) if (edge.from.toLowerCase() === at) next.push(edge.to.toLowerCase());
  }
  return seen.has(to.toLowerCase());
}

/** Judges the new commands by the decision that was reached with them. */
export function judgeAll(
  hearing: Hearing,
  policy: PolicyInForce,
  { decision, facts }: Gathered,
  forHelp: Facts = facts,
): readonly JudgedSpeech[] {
  const circumstances = {
    decision,
    headSha: facts.pull.headSha,
    reconciling: hearing.reconciling,
    permissionOf: ({ id }: { readonly id: number }) => okOf(facts.lookups.people?.[`${id}`])?.permission,
    helpFor: helpFor({ policy, facts: forHelp }),
  };
  return hearing.fresh.map((one) => ({ ...one, outcome: judge(one.speech, one.heard, circumstances) }));
}

/** A role's members may be named by teams, and those by others. */
const MOST_ROUNDS = 4;

/** Facts with what it takes to say what those who ask for help may do. No decision rests on it, so it is not recorded with one. */
export async function factsForHelp(
  { fresh }: Hearing,
  policy: PolicyInForce,
  facts: Facts,
  look: Look,
): Promise<Facts> {
  const asking = fresh.flatMap(({ speech }) => (speech.word === 'help' ? [speech.by] : []));
  if (policy.kind !== 'valid') return facts;
  let informed = facts;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const wants = asking.flatMap((account) => entitlementsOf(policy.effective, informed, account).wants);
    const people = wants.filter(({ kind }) => kind === 'teams' || kind === 'users');
    if (people.length === 0) break;
    informed = await look(informed, people);
  }
  return informed;
}

/** Facts without what was refused: the decision that is recorded is the one without it. Null where nothing was. */
export function factsWithoutRefused(judged: readonly JudgedSpeech[], facts: Facts): Facts | null {
  const refused = new Set(judged.filter(({ outcome }) => outcome.kind === 'refused').map(({ speech }) => speech.id));
  const interventions = facts.interventions.filter(({ id }) => !refused.has(id));
  return interventions.length === facts.interventions.length ? null : { ...facts, interventions };
}

/** What is said in answer to one command; null where a reaction is enough. */
export function replyTo({ speech, outcome }: JudgedSpeech): string | null {
  if (outcome.kind === 'refused') return refusedText(speech.by.login, speech.text, outcome.said, outcome.reason.code);
  return outcome.answer === null ? null : answered(speech.by.login, speech.text, outcome.answer);
}
