import type { Reconciliation } from '../decision/reconciliation.ts';
import { epochOf, inWords } from '../decision/time.ts';
import type { Finding } from '../findings/finding.ts';
import type { Matter } from '../findings/matter.ts';
import { type About, type Notice, notice, placeOf } from './notice.ts';

/** What people are told of a finding, and of what nobody has judged in time. */

/** Once for each finding. */
export function noticeOfFinding(finding: Finding, about: About): Notice {
  const { key, title, by, environment, commits = [] } = finding;
  return notice('bypass', about, {
    key: `${about.repository} ${key}`,
    title: `${about.repository}: ${title}`,
    lines: [
      `Who: ${by === null ? 'GitHub does not tell' : by.login}`,
      ...(environment === null ? [] : [`Environment: ${environment}`]),
      ...(commits.length === 0
        ? []
        : [`${commits.length === 1 ? '1 commit' : `${commits.length} commits`} came with it and may not be deployed.`]),
      'An issue is opened in the repository, on which other people reconcile it.',
    ],
  });
}

/** Once for each broken glass and each finding. */
export function noticeOfOverdue(matter: Matter, { seats, dueAt, unknown }: Reconciliation, about: About): Notice {
  const open = seats.filter(({ filledBy }) => filledBy === null);
  return notice('reconciliation-overdue', about, {
    ...subject(matter, about),
    lines: [
      matter.kind === 'glass'
        ? `${matter.glass.by.login} broke it for ${matter.glass.incident}: ${matter.glass.reason}`
        : matter.finding.title,
      `It was to be reconciled by ${inWords(epochOf(dueAt))}.`,
      ...open.map(
        ({ label, candidates }) => `${label}: ${candidates.map(({ login }) => login).join(', ') || 'nobody can'}`,
      ),
      ...unknown,
    ],
  });
}

function subject(matter: Matter, about: About) {
  if (matter.kind === 'glass')
    return {
      key: `${placeOf(about)} ${matter.glass.id}`,
      title: `The broken glass of ${placeOf(about)} is not reconciled`,
    };
  return {
    key: `${about.repository} ${matter.finding.key}`,
    title: `A finding in ${placeOf(about)} is not reconciled`,
  };
}
