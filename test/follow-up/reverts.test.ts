import { expect, test } from 'vitest';
import { type ChangedFile, isInverse, revertsOriginal, type Texts } from '../../src/follow-up/reverts.ts';

const file = (more: Partial<ChangedFile> = {}): ChangedFile => ({
  path: 'src/a.ts',
  previousPath: null,
  status: 'modified',
  blob: null,
  patch: '@@ -1,2 +1,2 @@\n one\n-two\n+three',
  ...more,
});
const undone = file({ patch: '@@ -1,2 +1,2 @@\n one\n-three\n+two' });
const unrelated = file({ patch: '@@ -9 +9 @@\n-x\n+y' });

const merge = 'ab'.repeat(20);
const original = {
  repository: 'acme/shop',
  pull: 12,
  title: 'Fix the rounding',
  commits: [merge, 'cd'.repeat(20)],
  files: [file()],
};
const texts = (more: Partial<Texts> = {}): Texts => ({ title: 'Something', body: '', messages: [], ...more });

test.each([
  ['GitHub’s button', texts({ body: 'Reverts acme/shop#12' }), 'claimed'],
  ['in capitals, and with a reason', texts({ body: 'REVERTS Acme/Shop#12\n\nIt leaks.' }), 'claimed'],
  ['without the repository', texts({ body: 'Reverts #12' }), 'claimed'],
  ['another number', texts({ body: 'Reverts acme/shop#123' }), null],
  ['another repository', texts({ body: 'Reverts acme/pay#12' }), null],
  ['in the middle of a sentence', texts({ body: 'This never reverts #12' }), null],
  ['its title', texts({ title: 'Revert "Fix the rounding"' }), 'claimed'],
  ['another title', texts({ title: 'Revert "Fix the rounding of fees"' }), null],
  ['git revert of the merge', texts({ messages: [`Revert\n\nThis reverts commit ${merge}.`] }), 'claimed'],
  ['git revert of one of its commits, cut short', texts({ messages: ['This reverts commit cdcdcdc.'] }), 'claimed'],
  ['git revert of another commit', texts({ messages: [`This reverts commit ${'ef'.repeat(20)}.`] }), null],
  ['nothing', texts(), null],
])('what a change says that touches the same: %s', (_name, said, expected) => {
  expect(revertsOriginal(original, said, [unrelated])).toBe(expected);
});

test('a claim without the paths is none, and neither is one that leaves some of them out', () => {
  const claim = texts({ body: 'Reverts acme/shop#12' });
  const two = { ...original, files: [file(), file({ path: 'src/b.ts' })] };
  expect(revertsOriginal(original, claim, [file({ path: 'README.md' })])).toBeNull();
  expect(revertsOriginal(two, claim, [undone])).toBeNull();
  expect(revertsOriginal(two, claim, [undone, unrelated, file({ path: 'src/b.ts' })])).toBe('claimed');
});

test('what is exactly the inverse undoes, whatever it says', () => {
  expect(revertsOriginal(original, texts(), [undone])).toBe('inverse');
});

test.each([
  ['modified', [file()], [undone], true],
  ['the same again', [file()], [file()], false],
  ['something besides', [file()], [undone, file({ path: 'src/b.ts' })], false],
  [
    'added, then removed',
    [file({ status: 'added', blob: 'b1' })],
    [file({ status: 'removed', blob: 'b1', patch: null })],
    true,
  ],
  [
    'added, then removed after it was changed',
    [file({ status: 'added', patch: '+one' })],
    [file({ status: 'removed', patch: '-two' })],
    false,
  ],
  [
    'removed, then added',
    [file({ status: 'removed', patch: '-one' })],
    [file({ status: 'added', patch: '+one' })],
    true,
  ],
  [
    'renamed and back',
    [file({ status: 'renamed', path: 'b', previousPath: 'a', patch: null, blob: 'x' })],
    [file({ status: 'renamed', path: 'a', previousPath: 'b', patch: null, blob: 'x' })],
    true,
  ],
  [
    'renamed on',
    [file({ status: 'renamed', path: 'b', previousPath: 'a', patch: null })],
    [file({ status: 'renamed', path: 'c', previousPath: 'b', patch: null })],
    false,
  ],
  ['nothing is shown of it', [file({ patch: null })], [file({ patch: null })], false],
  ['no files at all', [], [], true],
] as const)('inverse: %s', (_name, one, other, expected) => {
  expect(isInverse(one, other)).toBe(expected);
});

test('a change without files is undone by nothing', () => {
  expect(revertsOriginal({ ...original, files: [] }, texts({ body: 'Reverts #12' }), [])).toBeNull();
});
