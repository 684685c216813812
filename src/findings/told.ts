import { escaped } from '../decision/escape.ts';
import type { FindingKind, KnownFinding } from './finding.ts';

/** What a finding means, for people who have not been there. Markdown, with everything by others escaped (T29). */

const meanings: Readonly<Record<FindingKind, string>> = {
  'merged-unpermitted':
    'A pull request was merged into a governed branch, and no decision had let exactly that head pass. Somebody may have merged past the check, or the check was not required at that moment.',
  pushed:
    'Commits came to a governed branch by a push, and are not exactly the head of a pull request that had been permitted.',
  'force-pushed': 'The history of a governed branch was rewritten: it no longer holds what it held.',
  unwatched:
    'More came to a governed branch, while nobody looked, than can be judged one by one. Nothing of it is permitted.',
  'foreign-check':
    'Somebody else published a check or a status under a name of ours. Where a rule does not name this app as the source of the check, it may let something pass that nobody has signed.',
  'check-not-required': 'Nothing requires the check from this app any more before a merge.',
  'environment-unprotected': 'A deployment environment does not ask this app before it is deployed to.',
  'deployed-ungated': 'Something was deployed that the gate had not let pass.',
};

/** What has to be done where it should not have been. */
export const undo: Readonly<Record<FindingKind, string>> = {
  'merged-unpermitted': 'Revert what it brought, in a pull request that is signed.',
  pushed: 'Revert what it brought, in a pull request that is signed.',
  'force-pushed': 'Put the branch back to what it held, or have what it holds now signed.',
  unwatched: 'Look through what came, and revert what should not have.',
  'foreign-check': 'Find out what published it, stop it, and pin the rule to this app as the source of the check.',
  'check-not-required': 'Require the check again.',
  'environment-unprotected': 'Protect the environment again.',
  'deployed-ungated': 'Deploy what is permitted.',
};

const mostCommits = 20;

export function meaningOf(finding: KnownFinding): readonly string[] {
  const { kind, by, environment, pull, head, commits, details } = finding;
  const shown = commits.slice(0, mostCommits).map((sha) => sha);
  const more = commits.length > mostCommits ? ` and ${commits.length - mostCommits} more` : '';
  return [
    `**${escaped(finding.title)}.** ${meanings[kind]}`,
    '',
    `- Who: ${by === null ? 'GitHub does not tell' : `**${escaped(by.login)}**${by.kind === 'user' ? '' : ', not a person'}`}`,
    ...(environment === null ? [] : [`- Environment: ${escaped(environment)}`]),
    ...(typeof details.ref === 'string' ? [`- Branch: ${escaped(details.ref)}`] : []),
    ...(pull === null ? [] : [`- Pull request: #${pull}`]),
    `- Commit: ${head}`,
    ...(commits.length === 0 ? [] : [`- What came (${commits.length}): ${shown.join(', ')}${more}`]),
    ...named(details),
  ];
}

/** What a kind of finding knows besides, if it is short: names of checks, apps, rules, deployments. */
function named(details: KnownFinding['details']): readonly string[] {
  const words: Readonly<Record<string, string>> = {
    check: 'Check',
    app: 'Published by the app',
    conclusion: 'It says',
    deployment: 'Deployment',
    url: 'Where',
  };
  return Object.entries(words).flatMap(([key, word]) => {
    const value = details[key];
    return typeof value === 'string' || typeof value === 'number' ? [`- ${word}: ${escaped(String(value))}`] : [];
  });
}
