import { describe, expect, test } from 'vitest';
import { type PolicyGateInput, policyGate } from '../../src/decision/policy-gate.ts';
import type { EffectivePolicy } from '../../src/policy/compose.ts';
import { loadProposed, type Proposed } from '../../src/policy/proposed.ts';
import { policy } from '../support/facts.ts';

const file = 'countersign.yml';
const one =
  'version: 1\nfreezes:\n  - { name: stop, from: "2026-12-24T00:00", to: "2026-12-27T00:00", timezone: UTC }\n';

function proposed(text: string | undefined): Proposed {
  return loadProposed(
    { organization: text === undefined ? undefined : { file, text }, repository: undefined },
    undefined,
  );
}

function inForce(text: string): EffectivePolicy {
  const loaded = policy(text);
  if (loaded.kind !== 'valid') throw new Error('not valid');
  return loaded.effective;
}

function gate(more: Partial<PolicyGateInput> = {}) {
  return policyGate({
    touched: [{ path: file, what: 'changed' }],
    proposed: proposed(one),
    before: inForce('version: 1\n'),
    base: 'main',
    defaultBranch: 'main',
    past: { kind: 'none' },
    visibility: 'private',
    ...more,
  });
}

const underTheOldOne = 'Until then this pull request, like every other, is decided under the policy in force.';
const theFreeze =
  '- Freeze stop from 2026-12-24T00:00 to 2026-12-27T00:00 (UTC) in every environment; nobody may let a proposal through.';

describe('a policy that would be valid', () => {
  test('what would hold from then on is listed', () => {
    expect(gate()).toEqual({
      conclusion: 'success',
      title: 'Valid: 1 provision added, 0 removed',
      summary: [
        '- countersign.yml is changed.',
        '',
        `It comes into force once it is merged. ${underTheOldOne}`,
        '',
        '### What would hold from then on',
        '',
        theFreeze,
        '',
      ].join('\n'),
      annotations: [],
    });
  });

  test('what would hold no longer is listed', () => {
    const { title, summary } = gate({ proposed: proposed('version: 1\n'), before: inForce(one) });
    expect(title).toBe('Valid: 0 provisions added, 1 removed');
    expect(summary.split('\n').slice(4)).toEqual(['### What would hold no longer', '', theFreeze, '']);
  });

  test('the first policy of all adds everything that it says', () => {
    const { title, summary } = gate({ before: undefined, touched: [{ path: file, what: 'added' }] });
    expect(title).toBe('Valid: 13 provisions added, 0 removed');
    expect(summary).toMatch(/^- countersign\.yml is added\.\n/);
    expect(summary).toContain('- Other pull requests are ungoverned.\n');
  });

  test('one that says the same in other words changes nothing that holds', () => {
    const { title, summary } = gate({ proposed: proposed('version: 1\n# as it was\n') });
    expect(title).toBe('Valid: changes nothing that holds');
    expect(summary.split('\n').slice(4)).toEqual(['Nothing that holds changes.', '']);
  });

  test('without any policy left, nothing would be governed', () => {
    const { title, summary } = gate({
      proposed: proposed(undefined),
      before: inForce(one),
      touched: [{ path: file, what: 'removed' }],
    });
    expect(title).toBe('Valid: no policy would be left');
    expect(summary.split('\n').slice(0, 8)).toEqual([
      '- countersign.yml is removed.',
      '',
      `It comes into force once it is merged. ${underTheOldOne}`,
      '',
      'No policy would be left: nothing would be governed here any more, and no check be published.',
      '',
      '### What would hold no longer',
      '',
    ]);
    expect(summary).toContain(theFreeze);
  });

  test.each([
    [['changed'], ''],
    [['removed', 'changed'], ', a policy file removed'],
    [['removed', 'removed'], ', 2 policy files removed'],
  ] as const)('the title tells of files that go: %s', (whats, end) => {
    const touched = whats.map((what, index) => ({ path: `policy-${index}.yml`, what }));
    expect(gate({ touched }).title).toBe(`Valid: 1 provision added, 0 removed${end}`);
    expect(gate({ touched, proposed: proposed('version: 1\n') }).title).toBe(`Valid: changes nothing that holds${end}`);
  });

  test('what is probably not meant is said, and shown at its line', () => {
    const { conclusion, summary, annotations } = gate({
      proposed: proposed('version: 1\nroles: { unused: { members: ["user:ana"] } }\n'),
    });
    expect(conclusion).toBe('success');
    expect(summary.split('\n').slice(-4)).toEqual([
      '### Probably not meant',
      '',
      '- countersign.yml:2:10: the role \\`unused\\` fills no seat anywhere',
      '',
    ]);
    expect(annotations).toEqual([
      {
        path: file,
        start_line: 2,
        end_line: 2,
        annotation_level: 'warning',
        message: 'the role `unused` fills no seat anywhere',
      },
    ]);
  });

  test('merged into another branch than the one that is read, it changes nothing yet', () => {
    const { summary } = gate({ base: 'dev_x', defaultBranch: 'the_main' });
    expect(summary.split('\n')[2]).toBe(
      `Policy is read from **the\\_main** and nowhere else: merged into dev\\_x, this changes nothing yet. ${underTheOldOne}`,
    );
  });
});

describe('a policy that would be invalid', () => {
  const wrong = proposed('version: 2\nfoo: 1\n');

  test('says what is wrong, how many mistakes there are, and what would follow', () => {
    expect(gate({ proposed: wrong })).toEqual({
      conclusion: 'failure',
      title: 'The policy would be invalid (and 1 more): countersign.yml:1:10: `version` must be `1`',
      summary: [
        '- countersign.yml is changed.',
        '',
        'It comes into force once it is merged.',
        '',
        '### What is wrong',
        '',
        '- countersign.yml:1:10: \\`version\\` must be \\`1\\`',
        '- countersign.yml:2:1: \\`foo\\` is not a key that may stand here',
        '',
        'Once merged, an invalid policy fails every check of this app that it names, so that nothing passes under it.',
      ].join('\n'),
      annotations: [
        { line: 1, message: '`version` must be `1`' },
        { line: 2, message: '`foo` is not a key that may stand here' },
      ].map(({ line, message }) => ({
        path: file,
        start_line: line,
        end_line: line,
        annotation_level: 'failure',
        message,
      })),
    });
  });

  test('one mistake is not counted', () => {
    expect(gate({ proposed: proposed('version: 2\n') }).title).toBe(
      'The policy would be invalid: countersign.yml:1:10: `version` must be `1`',
    );
  });

  test('does not speak of the policy in force when it is merged elsewhere', () => {
    expect(gate({ proposed: wrong, base: 'dev' }).summary).toContain(
      'merged into dev, this changes nothing yet.\n\n### What is wrong',
    );
  });

  test('only what is left in a file of this pull request is shown at its line', () => {
    const shown = (path: string, what: 'changed' | 'removed') =>
      gate({ proposed: wrong, touched: [{ path, what }] }).annotations.length;
    expect([shown(file, 'changed'), shown(file, 'removed'), shown('other.yml', 'changed')]).toEqual([2, 0, 0]);
  });
});

describe('what does not fit', () => {
  const errors = (count: number, message: string): Proposed => ({
    ok: false,
    errors: Array.from({ length: count }, (_, index) => ({ file, line: index + 1, column: 1, message })),
  });

  test('is cut from a title and from an annotation', () => {
    const { title, annotations } = gate({ proposed: errors(1, 'x'.repeat(5000)) });
    expect([title.length, annotations[0]?.message.length]).toEqual([200, 4000]);
  });

  test('is left out of the summary by whole lines, which are counted', () => {
    const few = gate({ proposed: errors(195, 'x'.repeat(280)) }).summary;
    expect(few).not.toContain('more lines');
    const { summary } = gate({ proposed: errors(300, 'x'.repeat(280)) });
    expect(summary.length).toBeGreaterThan(59_000);
    expect(summary.length).toBeLessThan(60_100);
    expect(summary).toMatch(/^- countersign\.yml is changed\.\n/);
    expect(summary).toMatch(/x+…?\n\n… 10\d more lines do not fit here\.$/);
  });
});

test('whatever is touched is written so that Markdown takes it for text', () => {
  expect(gate({ touched: [{ path: 'a|<b>.yml', what: 'added' }] }).summary).toMatch(
    /^- a\\\|&lt;b&gt;\.yml is added\.\n/,
  );
});
