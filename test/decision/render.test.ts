import { describe, expect, test } from 'vitest';
import { escaped } from '../../src/decision/escape.ts';
import { explain } from '../../src/decision/explain.ts';
import { longestSummary, renderCheck } from '../../src/decision/render.ts';
import { approval, commit, facts, manifest, person, policy, said, settled, twoStages } from '../support/facts.ts';

const two = policy(twoStages);

describe('the check run', () => {
  test('says in order what it is, the plan, what stands in the way, what does not count, what to do', () => {
    const decision = settled(two, facts({ reviews: [approval('rita', '10:00'), approval('zoe', '10:00')] }));
    const summary = renderCheck(decision, { leaf: 12 });
    const headings = [...summary.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What this change is',
      'Plan',
      'What stands in the way',
      'Approvals that do not count',
      'Next, for approvers',
    ]);
    expect(summary).toContain('| peer | peer |  | ana, bo |');
    expect(summary).toContain('ledger entry 12');
    expect(decision.title).toBe('Waiting for peer (0 of 2 stages complete)');
  });

  test('T29 text by others mentions nobody, breaks no table and forges nothing', () => {
    const nasty = '@acme/all <script>x</script> | a | <!-- countersign --> [x](http://evil.example) #1 \u202e';
    const reject = said('bo', '10:00', { kind: 'reject', code: 'risk', rationale: `\n### fake\n${nasty}` });
    const summary = renderCheck(settled(two, facts({ interventions: [reject], files: ['a|b<img>@x.ts'] })));
    expect(summary).not.toMatch(/@acme|<script|<!--|http:|^### fake|#1|\u202e/m);
    expect(escaped('a|b')).toBe('a\\|b');
    expect(escaped('x'.repeat(1000)).length).toBe(300);
  });

  test('never exceeds the limit, and says what it left out', () => {
    const decision = settled(two, facts({ reviews: [approval('zoe', '10:00')] }));
    const approvals = Array.from({ length: 800 }, () => decision.approvals).flat();
    const summary = renderCheck({ ...decision, approvals });
    expect(summary.length).toBeLessThanOrEqual(longestSummary);
    expect(summary).toContain('are left out here');
  });

  test('the explanation is a tree of the same statements', () => {
    const tree = explain(
      settled(two, facts({ pull: { body: manifest('ticket: X') }, commits: [commit(person('bo'))] })),
    );
    expect(tree.of.map(({ text }) => text)).toEqual(['Why', 'What it is', 'Who must approve', 'Set apart']);
  });
});

describe('what does not fit into a check run', () => {
  const decision = () => settled(two, facts({ reviews: [approval('zoe', '10:00')] }));

  test('neither the ledger nor a checkpoint is named before there is one', () => {
    const last = (recorded: object) =>
      renderCheck(decision(), recorded)
        .split('\n')
        .at(-1)
        ?.replace(/[0-9a-f]{12}/, '…');
    const without = 'Decided 2026-11-23T12:00:00Z · countersign.yml …';
    expect([last({}), last({ leaf: null, checkpoint: null })]).toEqual([without, without]);
    expect(last({ leaf: 0 })).toBe(`${without} · ledger entry 0`);
    expect(last({ checkpoint: 'c' })).toBe(`${without} · checkpoint c`);
  });

  test('whole lines are left out, counted, and the end is kept', () => {
    const reached = decision();
    const approvals = Array.from({ length: 800 }, () => reached.approvals).flat();
    const all = renderCheck({ ...reached, approvals: reached.approvals }).split('\n');
    const lines = renderCheck({ ...reached, approvals }).split('\n');
    const [blank, cut, after, rule, end] = lines.slice(-5);
    expect([blank, after, rule, end]).toEqual(['', '', '---', all.at(-1)]);
    const kept = lines.length - 5;
    const left = all.length - 2 + 799 - kept;
    expect(cut).toBe(
      `… ${left} more lines are left out here, because GitHub shows 65,535 characters at most. The ledger has all of it.`,
    );
    const length = lines.slice(0, kept).join('\n').length;
    expect(length).toBeLessThan(longestSummary - 1000 - 200 - 4);
    expect(length).toBeGreaterThan(longestSummary - 1000 - 200 - 200);
  });
});
