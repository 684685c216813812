import { describe, expect, test } from 'vitest';
import {
  approval,
  bot,
  commit,
  facts,
  manifest,
  person,
  policy,
  said,
  settled,
  time,
  twoStages,
} from '../support/facts.ts';
import { type Told, told } from '../support/told.ts';

const two = policy(twoStages);
const both = [approval('bo', '10:00'), approval('rita', '11:00')];
const lines = (more: string) => policy(`${twoStages}${more}\n`);
const asking = (more: string) => policy(twoStages.replace('    require: { peer: [ { role: peer } ] }', more));
const route = (name: string) =>
  policy(twoStages.replace('{ labels: [remediation] }', `{ labels: [remediation] }\n    route: ${name}`));
const machine = bot('fixer[bot]');
const byMachine = (body: string) =>
  facts({ pull: { author: machine, body }, commits: [commit(machine)], reviews: both });
const defer = (until: Parameters<typeof deferral>[0], because: string) =>
  facts({ reviews: both, interventions: [deferral(until, because)] });
const deferral = (until: { kind: 'instant'; at: string } | { kind: 'reference'; reference: string }, because: string) =>
  said('bo', '11:00', { kind: 'defer', until, because });

describe('a proposal that is incomplete or misrouted', () => {
  const cases: readonly Told[] = [
    [
      'without a manifest',
      () =>
        settled(
          asking('    require: { peer: [ { role: peer } ] }\n    evidence: [ticket, services]'),
          facts({ reviews: both }),
        ),
      [
        'incomplete: Incomplete: manifest: Add a fenced block tagged `remediation` to the description, or, with write permission, in a comment.',
        'manifest-missing: manifest: Add a fenced block tagged `remediation` to the description, or, with write permission, in a comment.',
        'evidence-missing: services: Add `services:` with the affected services.',
        'evidence-missing: ticket: Add `ticket:` with the change or incident ticket.',
        'author: Add a fenced block tagged `remediation` to the description, or, with write permission, in a comment.',
        'author: Add `services:` with the affected services.',
        'author: Add `ticket:` with the change or incident ticket.',
      ],
    ],
    [
      'with a manifest that cannot be read',
      () =>
        settled(
          asking('    require: { peer: [ { role: peer } ] }\n    evidence: [ticket]'),
          facts({ pull: { body: manifest('ticket: [') }, reviews: both }),
        ),
      [
        'incomplete: Incomplete: manifest: The manifest in the description cannot be read:',
        'manifest-invalid: manifest: The manifest in the description cannot be read:',
        'evidence-missing: ticket: Add `ticket:` with the change or incident ticket.',
        'author: The manifest in the description cannot be read:',
        'author: Add `ticket:` with the change or incident ticket.',
      ],
    ],
    [
      'by a machine that names nobody',
      () => settled(two, byMachine('')),
      [
        'incomplete: Incomplete: initiator: A machine proposed this. Add `initiator:` with the login of the person who asked for it.',
        'initiator-missing: initiator: A machine proposed this. Add `initiator:` with the login of the person who asked for it.',
        'author: A machine proposed this. Add `initiator:` with the login of the person who asked for it.',
      ],
    ],
    [
      'by a machine that names no person',
      () => settled(two, byMachine(manifest('initiator: nemo')), { missing: ['nemo'] }),
      [
        'incomplete: Incomplete: initiator: The initiator that the manifest names is nobody’s login. Name the person who asked for this.',
        'initiator-unknown: initiator: The initiator that the manifest names is nobody’s login. Name the person who asked for this.',
        'author: The initiator that the manifest names is nobody’s login. Name the person who asked for this.',
      ],
    ],
    [
      'by machines where engineers must author',
      () =>
        settled(
          route('engineering-only'),
          facts({ commits: [commit(person('author')), commit(machine), commit(bot('other[bot]'))] }),
        ),
      [
        'misrouted: An engineer must author this change',
        'engineering-only: Changes of category remediation must be authored by engineers; fixer[bot], other[bot] took part.',
        'author: Have an engineer make this change, with no commit by a machine.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
    [
      'by an account that is gone where engineers must author',
      () =>
        settled(
          policy(
            twoStages
              .replace('{ labels: [remediation] }', '{ labels: [remediation] }\n    route: engineering-only')
              .replace('segregation:', 'segregation:\n  unattributed-commits: ignore'),
          ),
          facts({ commits: [commit(null)] }),
        ),
      [
        'misrouted: An engineer must author this change',
        'engineering-only: Changes of category remediation must be authored by engineers; an unknown account took part.',
        'author: Have an engineer make this change, with no commit by a machine.',
        'approvers: Seat "peer": ana, bo can approve.',
      ],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});

describe('a proposal that somebody speaks against', () => {
  const cases: readonly Told[] = [
    [
      'rejected with a rationale',
      () =>
        settled(
          two,
          facts({ reviews: [...both, approval('ana', '11:30', { state: 'changes-requested', body: 'too wide' })] }),
        ),
      [
        'rejected: ana rejected it (other): too wide',
        'rejection-standing: ana rejected it (other): too wide',
        'author: Answer the rejection, then say `/resubmit` so that whoever rejected it looks again.',
      ],
    ],
    [
      'rejected without one',
      () => settled(two, facts({ reviews: [...both, approval('ana', '11:30', { state: 'changes-requested' })] })),
      [
        'rejected: ana rejected it (other): no rationale yet; ana is asked for one',
        'rejection-standing: ana rejected it (other): no rationale yet; ana is asked for one',
        'author: Answer the rejection, then say `/resubmit` so that whoever rejected it looks again.',
      ],
    ],
    [
      'rejected by command',
      () =>
        settled(
          two,
          facts({
            reviews: both,
            interventions: [said('bo', '11:30', { kind: 'reject', code: 'risk', rationale: 'no way back' })],
          }),
        ),
      [
        'rejected: bo rejected it (risk): no way back',
        'rejection-standing: bo rejected it (risk): no way back',
        'author: Answer the rejection, then say `/resubmit` so that whoever rejected it looks again.',
      ],
    ],
    [
      'deferred until an instant',
      () => settled(two, defer({ kind: 'instant', at: time('13:00') }, 'lunch')),
      [
        'deferred: bo deferred it until Mon 2026-11-23 13:00 UTC: lunch',
        'deferral-standing: bo deferred it until Mon 2026-11-23 13:00 UTC: lunch',
      ],
    ],
    [
      'deferred without a reason',
      () => settled(two, defer({ kind: 'instant', at: time('13:00') }, '')),
      [
        'deferred: bo deferred it until Mon 2026-11-23 13:00 UTC.',
        'deferral-standing: bo deferred it until Mon 2026-11-23 13:00 UTC.',
      ],
    ],
    [
      'deferred until another is merged',
      () =>
        settled(two, defer({ kind: 'reference', reference: 'acme/shop#9' }, ''), {
          issues: { 'acme/shop#9': { state: 'open', title: '', url: '' } },
        }),
      [
        'deferred: bo deferred it until acme/shop#9 is merged or closed.',
        'deferral-standing: bo deferred it until acme/shop#9 is merged or closed.',
      ],
    ],
    [
      'asked for a narrower scope',
      () =>
        settled(
          two,
          facts({
            reviews: both,
            interventions: [said('ana', '09:00', { kind: 'narrow-scope', what: 'only payments' })],
          }),
        ),
      [
        'waiting: Waiting: ana asks for a narrower scope: only payments',
        'narrower-scope-requested: ana asks for a narrower scope: only payments',
      ],
    ],
    [
      'asked for validation',
      () =>
        settled(
          two,
          facts({
            reviews: both,
            interventions: [
              said('ana', '09:00', { kind: 'request-validation', what: '' }),
              said('ana', '09:10', { kind: 'narrow-scope', what: 'less' }),
            ],
          }),
        ),
      [
        'waiting: Waiting: An approver asks for validation. The policy asks for validation and names no workflow for it.',
        'validation-requested: An approver asks for validation. The policy asks for validation and names no workflow for it.',
        'narrower-scope-requested: ana asks for a narrower scope: less',
      ],
    ],
    [
      'asked for validation by a policy that names a workflow',
      () =>
        settled(
          lines('evidence: { validation: { workflows: [ci.yml] } }'),
          facts({ reviews: both, interventions: [said('ana', '09:30', { kind: 'request-validation', what: '' })] }),
          { validations: [{}] },
        ),
      [
        'waiting: Waiting: An approver asks for validation. Validation was asked for again on Mon 2026-11-23 09:30 UTC; run 1200 began before that.',
        'validation-requested: An approver asks for validation. Validation was asked for again on Mon 2026-11-23 09:30 UTC; run 1200 began before that.',
      ],
    ],
    [
      'validated since',
      () =>
        settled(
          lines('evidence: { validation: { workflows: [ci.yml] } }'),
          facts({ reviews: both, interventions: [said('ana', '08:30', { kind: 'request-validation', what: '' })] }),
          { validations: [{}] },
        ),
      ['approved: Approved: 2 of 2 stages complete', 'author: Merge when ready.'],
    ],
  ];
  test.each(cases)('%s', (_, given, expected) => {
    expect(told(given())).toEqual(expected);
  });
});
