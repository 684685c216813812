import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ID } from '../support/app-process.ts';
import { cannotBeMerged, codesFor, endsWell, lastDecision, neverSucceeded, sign } from '../support/attacks.ts';
import {
  type Check,
  checkThat,
  POLICY,
  propose,
  quiet,
  SCENARIO,
  startWorld,
  succeeded,
  type World,
  waits,
} from '../support/world.ts';

/** The ledger is sensitive: whatever touches it needs raj as well. On `lasting`, approvals survive what changes nothing. */
const POLICY_HERE = `${POLICY.replace(
  'production: { base: [main] }',
  'production: { base: [main, lasting, lasting-too, lasting-modes] }',
)
  .replace(
    'rules:',
    'rules:\n  - name: the ledger\n    when: { systems: [ledger] }\n    require: { release: [ { role: keeper } ] }',
  )
  .replace('roles:', 'roles:\n  keeper: { members: ["user:raj"] }')}
systems: { ledger: { when: { paths: ["ledger/**"] } } }
approvals: { stale: on-content-change }
`;

let world: World;
beforeAll(async () => {
  const shop = SCENARIO.repositories?.shop;
  world = await startWorld({
    simulator: { limits: false },
    scenario: {
      ...SCENARIO,
      repositories: {
        '.github': { files: { 'countersign.yml': POLICY_HERE } },
        shop: { ...shop, files: { ...shop?.files, 'ledger/book.ts': BOOK } },
      },
    },
  });
  const requiredChecks = [{ context: 'countersign/production', integrationId: APP_ID }];
  world.github.addRuleset({ repository: 'acme/shop', branches: LASTING, requiredChecks });
  for (const branch of LASTING)
    world.github.push({ repository: 'acme/shop', branch, as: 'sam', files: { [`${branch}.md`]: 'base\n' } });
});
afterAll(() => world.close());

const LASTING = ['lasting', 'lasting-too', 'lasting-modes'];
const BOOK = Array.from({ length: 20 }, (_, line) => `export const line${line} = ${line};\n`).join('');
/** What a file says that is harmless as text, and not as a link. */
const TARGET = '../ledger/book.ts';
const blobOf = (text: string): string => createHash('sha1').update(`blob ${text.length}\0${text}`).digest('hex');
const wantsKeeper = ({ summary }: Check): boolean => summary.includes('| keeper |');

test('T05 a clean "update branch" keeps the approvals where policy lets them survive', async () => {
  const { github } = world;
  const pull = propose(world, { base: 'lasting' });
  await checkThat(world, pull, waits);
  await sign(world, pull);
  github.push({ repository: pull.repository, branch: 'lasting', as: 'sam', files: { 'README.md': '# changed\n' } });
  const moved = { ...pull, head: github.updateBranch({ ...pull, as: 'mallory' }).sha };
  await checkThat(world, moved, succeeded);
});

test('T05 an edit that is hidden in the merge commit of an "update branch" makes the approvals stale', async () => {
  const { github } = world;
  const pull = propose(world, { base: 'lasting-too' });
  await checkThat(world, pull, waits);
  await sign(world, pull);
  const files = { 'README.md': '# changed\n' };
  const base = github.push({ repository: pull.repository, branch: 'lasting-too', as: 'sam', files });
  const { sha } = github.push({
    ...pull,
    as: 'mallory',
    message: `Merge branch 'lasting-too' into ${pull.branch}`,
    merges: base.sha,
    files: { ...files, [`src/${pull.branch}.ts`]: 'evil();\n' },
  });
  const moved = { ...pull, head: sha };
  cannotBeMerged(world, moved);
  await checkThat(world, moved, waits);
  await quiet(world);
  expect(await codesFor(world, pull, 'ana')).toContain('stale-commit');
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test('T23 a sensitive file behind hundreds of others is found', async () => {
  const files = Object.fromEntries(Array.from({ length: 320 }, (_, n) => [`aaa/${n}.txt`, `${n}\n`]));
  const pull = propose(world, { files: { ...files, 'ledger/last.ts': 'evil();\n' } });
  await checkThat(world, pull, wantsKeeper);
  world.github.approve({ ...pull, as: 'ana' });
  world.github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  cannotBeMerged(world, pull);
  await neverSucceeded(world, pull);
});

test.each([
  ['moved away', { 'ledger/book.ts': null, 'src/book.ts': BOOK }],
  ['moved in', { 'README.md': null, 'ledger/README.md': '# shop\n' }],
  ['made a link to elsewhere', { 'ledger/book.ts': { content: '../src/app.ts', mode: '120000' } }],
  ['made a submodule', { 'ledger/sub': { content: 'a'.repeat(40), mode: '160000' } }],
  ['only made executable', { 'ledger/book.ts': { content: BOOK, mode: '100755' } }],
] as const)('T24 a sensitive file that is %s needs its own approver', async (_how, files) => {
  const { github } = world;
  const pull = propose(world);
  const { sha } = github.push({ ...pull, as: 'fixer[bot]', files });
  const moved = { ...pull, head: sha };
  await checkThat(world, moved, wantsKeeper);
  github.approve({ ...pull, as: 'ana' });
  github.approve({ ...pull, as: 'rita' });
  await quiet(world);
  expect((await lastDecision(world, pull)).state).toBe('waiting');
  cannotBeMerged(world, moved);
  await neverSucceeded(world, moved);
});

test.each([
  ['a link', '120000'],
  ['executable', '100755'],
  ['a submodule', '160000'],
] as const)(
  'T24 a new file that becomes %s, and has the same blob, makes the approvals stale where they survive what changes nothing',
  async (_how, mode) => {
    const { github } = world;
    const path = `src/${mode}.ts`;
    const pull = propose(world, { base: 'lasting-modes', files: { [path]: TARGET } });
    await checkThat(world, pull, waits);
    await sign(world, pull);
    const content = mode === '160000' ? blobOf(TARGET) : TARGET;
    const { sha } = github.push({ ...pull, as: 'mallory', files: { [path]: { content, mode } } });
    const moved = { ...pull, head: sha };
    cannotBeMerged(world, moved);
    await checkThat(world, moved, waits);
    await quiet(world);
    expect(await codesFor(world, pull, 'ana')).toContain('stale-commit');
    expect(await codesFor(world, pull, 'rita')).toContain('stale-commit');
    await neverSucceeded(world, moved);
  },
);

test('all of it leaves nothing undone', () => endsWell(world));
