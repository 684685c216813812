import { describe, expect, test } from 'vitest';
import type { Lookups } from '../../src/decision/lookups.ts';
import { asking, bad, good, judged, lacking } from '../support/evidence.ts';
import { type Changes, facts, run, settled, sha, time, type World } from '../support/facts.ts';

describe('validation', () => {
  const workflows = 'evidence: { validation: { workflows: [ci.yml, nightly.yaml] } }\n';
  const url = run().url;
  const of = (world: World, changes: Changes = {}) => judged('validation', 'ticket: X', world, changes, workflows);

  test.each([
    ['one that succeeded', [{}], good('Run 1200 succeeded.', url)],
    ['under a ref', [{ workflow: '.github/workflows/ci.yml@refs/heads/main' }], good('Run 1200 succeeded.', url)],
    [
      'several workflows',
      [{ id: 1300, workflow: '.github/workflows/nightly.yaml', url: 'u' }, {}],
      good('Run 1200, 1300 succeeded.', url, 'u'),
    ],
    ['a repository in other letters', [{ repository: 'Acme/Shop' }], good('Run 1200 succeeded.', url)],
    ['another repository', [{ repository: 'acme/other' }], lacking('Run ci.yml or nightly.yaml on the head commit.')],
    ['one under way', [{ status: 'queued' }], lacking('Run ci.yml or nightly.yaml on the head commit.')],
    ['no workflow file', [{ workflow: 'dynamic/ci.yml' }], lacking('Run ci.yml or nightly.yaml on the head commit.')],
    ['none', [], lacking('Run ci.yml or nightly.yaml on the head commit.')],
    ['one that failed', [{ conclusion: 'failure' }], bad('Run 1200 of ci.yml ended with failure.', url)],
    ['one that ended with nothing', [{ conclusion: null }], bad('Run 1200 of ci.yml ended with nothing.', url)],
    [
      'two in one second',
      [{ id: 1300, conclusion: 'failure' }, { id: 1299 }],
      bad('Run 1300 of ci.yml ended with failure.', url),
    ],
    [
      'an older one with a higher number',
      [{ id: 1300, conclusion: 'failure', startedAt: time('08:30') }, {}],
      good('Run 1200 succeeded.', url),
    ],
  ])('%s', (_, validations, expected) => {
    expect(of({ validations })).toEqual(expected);
  });

  test('a workflow that the proposal changes', () => {
    const files = ['src/a.ts', '.github/workflows/ci.yml'];
    const message = 'The proposal changes ci.yml itself, so its runs prove nothing about it.';
    expect(of({ validations: [{}] }, { files })).toEqual(bad(message, url));
    const moved = [{ path: 'ci.txt', status: 'renamed' as const, previousPath: '.github/workflows/ci.yml' }];
    expect(of({ validations: [{}] }, { files: moved })).toEqual(bad(message, url));
  });

  test('without a workflow in the policy', () => {
    expect(judged('validation', 'ticket: X', { validations: [{}] })).toEqual(
      lacking('The policy asks for validation and names no workflow for it.'),
    );
  });

  test('runs that cannot be read, or not all of them', () => {
    const unread: Lookups = { validations: { [sha('a')]: { error: 'No.' } } };
    expect(of({ lookups: unread }).slice(0, 4)).toEqual([
      'facts-incomplete',
      false,
      'evidence-missing',
      'The runs on the head commit have not been read yet.',
    ]);
    const cut: Lookups = { validations: { [sha('a')]: { ok: { items: [run()], total: 2 }, at: time('12:00') } } };
    const decision = settled(asking('validation', workflows), facts(), { lookups: cut });
    expect([decision.state, decision.reasons]).toEqual([
      'facts-incomplete',
      [{ code: 'fact-truncated', message: 'Not every run on the head commit could be read.' }],
    ]);
  });
});
