import { conditionWords } from './condition-words.ts';
import { memberText } from './names.ts';
import type { Approvals, Policy, Rule } from './policy.ts';
import type { Seat } from './schema/seat.ts';
import type { OpenHours } from './schema/time.ts';
import type { Duration } from './schema/values.ts';

/** What a change of policy does, sentence by sentence: what holds from now on, and what no longer does. */
export type PolicyChange = { readonly added: readonly string[]; readonly removed: readonly string[] };

/**
 * Says in plain words how two policies differ. Each is turned into sentences that stand for themselves, and the
 * sentences are compared; so a rule that only moves, or changes its name, changes nothing.
 */
export function describePolicyChange(before: Policy, after: Policy): PolicyChange {
  const [then, now] = [describePolicy(before), describePolicy(after)];
  const [known, kept] = [new Set(then), new Set(now)];
  return {
    added: now.filter((sentence) => !known.has(sentence)),
    removed: then.filter((sentence) => !kept.has(sentence)),
  };
}

/** A policy as sentences, each of which can be understood alone. */
export function describePolicy(policy: Policy): readonly string[] {
  const sentences = [
    ...governance(policy),
    ...definitions(policy),
    ...policy.rules.flatMap(ruleSentences),
    ...people(policy),
    ...times(policy),
    ...afterwards(policy),
  ];
  return [...new Set(sentences)];
}

function governance({ stages, proposals, otherwise, approvals, segregation, evidence }: Policy): readonly string[] {
  return [
    `Approval goes through the stages ${stages.join(', then ') || '(none)'}.`,
    ...proposals.map(
      ({ category, when, route, initiator }, index) =>
        `Proposal ${index + 1}, ${category}: ${conditionWords(when)}; route ${route}, initiator ${initiator}.`,
    ),
    `Other pull requests are ${otherwise}.`,
    ...approvalSentences(approvals, 'By default'),
    ...segregation.exclude.map((kind) => `Set apart from approving: ${kind}.`),
    `Commits of no account: ${segregation.unattributedCommits}.`,
    ...segregation.sharedAccounts.map((pattern) => `${pattern} is a shared account and fills no seat.`),
    ...segregation.exceptions.map(
      ({ login, environment, until, reason }) =>
        `${login} may approve their own work for ${environment} until ${until} (${reason}).`,
    ),
    ...evidence.validationWorkflows.map((workflow) => `Runs of ${workflow} count as validation.`),
    ...(evidence.ticket === undefined ? [] : [`A ticket matches ${evidence.ticket}.`]),
  ];
}

function definitions({ environments, systems, classifications, blastRadius }: Policy): readonly string[] {
  return [
    ...environments.flatMap(({ name, base, paths, deployments }, index) => [
      `Environment ${index + 1} by strictness is ${name}.`,
      ...base.map((glob) => `Branch ${glob} belongs to ${name}.`),
      ...paths.map((glob) => `Path ${glob} belongs to ${name}.`),
      ...deployments.map((deployment) => `Deployment environment ${deployment} belongs to ${name}.`),
    ]),
    ...systems.flatMap(({ name, when, classifications: labels, owners }) => [
      `System ${name}: ${conditionWords(when)}.`,
      ...labels.map((label) => `System ${name} is ${label}.`),
      ...owners.map((owner) => `${memberText(owner)} owns system ${name}.`),
    ]),
    ...classifications.map(({ name, when }) => `Classification ${name}: ${conditionWords(when)}.`),
    ...blastRadius.map(({ level, when }) => `Blast radius ${level}: ${conditionWords(when)}.`),
  ];
}

function ruleSentences({ when, require, evidence, window, approvals, sla }: Rule): readonly string[] {
  const about = when.kind === 'all' && when.of.length === 0 ? 'Always' : `When ${conditionWords(when)}`;
  const calendar = sla?.calendar === undefined ? '' : ` of ${sla.calendar} time`;
  return [
    ...require.flatMap(({ stage, seats }) => seats.map((seat) => `${about}: ${seatWords(seat)} in stage ${stage}.`)),
    ...evidence.map((kind) => `${about}: evidence of ${kind}.`),
    ...(window === undefined ? [] : [`${about}: only in window ${window}.`]),
    ...approvalSentences(approvals, about),
    ...(sla?.stages ?? []).map(
      ({ stage, within }) => `${about}: stage ${stage} within ${durationText(within)}${calendar}.`,
    ),
  ];
}

function approvalSentences(approvals: Approvals, about: string): readonly string[] {
  const { stale, minimumOpen, permission, samePerson, citeEvidence, expireAfter, calendar } = approvals;
  const unit = calendar === undefined ? '' : ` of ${calendar} time`;
  return [
    ...(stale === undefined ? [] : [`${about}: approvals go stale ${stale}.`]),
    ...(minimumOpen === undefined ? [] : [`${about}: open for at least ${durationText(minimumOpen)}${unit}.`]),
    ...(permission === undefined ? [] : [`${about}: approvers have at least the permission ${permission}.`]),
    ...(samePerson === undefined ? [] : [`${about}: one person fills a role seat ${samePerson}.`]),
    ...(citeEvidence === undefined ? [] : [`${about}: approvals ${citeEvidence ? 'cite' : 'need not cite'} evidence.`]),
    ...(expireAfter === undefined ? [] : [`${about}: approvals expire after ${durationText(expireAfter)}${unit}.`]),
  ];
}

function people({ roles, breakGlass, accessReview }: Policy): readonly string[] {
  return [
    ...roles.flatMap(({ name, members, backups, backupsDuring }) => [
      ...members.map((member) => `${memberText(member)} is a member of ${name}.`),
      ...backups.map((backup) => `${memberText(backup)} is a backup of ${name}.`),
      ...backupsDuring.map((window) => `Backups of ${name} are on duty in window ${window}.`),
    ]),
    ...(breakGlass?.roles ?? []).map(
      (role) => `${role} may break the glass in ${everywhere(breakGlass?.environments ?? [])}.`,
    ),
    ...(breakGlass?.require ?? []).map((seat) => `A broken glass is reconciled by ${seatWords(seat)}.`),
    ...(breakGlass === undefined
      ? []
      : [
          `A broken glass is reconciled within ${durationText(breakGlass.reconcileWithin)}${breakGlass.calendar === undefined ? '' : ` of ${breakGlass.calendar} time`}.`,
        ]),
    ...(accessReview?.reviewers ?? []).map(
      (seat) => `${seatWords(seat)} reviews access every ${durationText(accessReview?.every)}.`,
    ),
  ];
}

function times({ calendars, windows, freezes }: Policy): readonly string[] {
  return [
    ...calendars.flatMap(({ name, timezone, hours, holidays }) => [
      `Calendar ${name} (${timezone}): ${hoursWords(hours)}.`,
      ...holidays.map((day) => `${day} is a holiday in ${name}.`),
    ]),
    ...windows.map(({ name, calendar, hours }) => `Window ${name} (calendar ${calendar}): ${hoursWords(hours)}.`),
    ...freezes.map(({ name, from, to, timezone, environments, approvers }) => {
      const pass = approvers.map(seatWords).join(', ') || 'nobody';
      return `Freeze ${name} from ${from} to ${to} (${timezone}) in ${everywhere(environments)}; ${pass} may let a proposal through.`;
    }),
  ];
}

function afterwards({ afterMerge, notify }: Policy): readonly string[] {
  return [
    ...afterMerge.flatMap(({ when, apply, verify, onFailure }) => [
      ...(apply === undefined
        ? []
        : [
            `After the merge, ${conditionWords(when)}: applied to ${apply.deployments.join(', ')} within ${durationText(apply.within)}.`,
          ]),
      ...(verify === undefined
        ? []
        : [
            `After the merge, ${conditionWords(when)}: verified by ${verify.workflows.join(', ')} within ${durationText(verify.within)}.`,
          ]),
      ...(onFailure.issue ? [`After a failure, ${conditionWords(when)}: an issue to the owners.`] : []),
      ...onFailure.notify.map((channel) => `After a failure, ${conditionWords(when)}: ${channel} is told.`),
    ]),
    ...notify.channels.map(({ name, kind, secret }) => `Channel ${name} is ${kind} with the secret ${secret}.`),
    ...notify.on.flatMap(({ event, channels }) => channels.map((channel) => `Channel ${channel} is told of ${event}.`)),
  ];
}

function seatWords(seat: Seat): string {
  if (seat.kind === 'owners')
    return seat.of === 'code' ? 'an owner of each changed path' : 'an owner of each touched system';
  return `${seat.count} of ${seat.role}`;
}

function everywhere(environments: readonly string[]): string {
  return environments.length === 0 ? 'every environment' : environments.join(', ');
}

/** `2d` */
export function durationText(duration: Duration | undefined): string {
  return duration === undefined ? '' : `${duration.amount}${duration.unit}`;
}

const dayNames = ['', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function hoursWords(hours: readonly OpenHours[]): string {
  return hours.map(({ day, from, to }) => `${dayNames[day]} ${clock(from)}-${clock(to)}`).join(', ');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
