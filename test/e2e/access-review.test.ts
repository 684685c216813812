import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { deadJobs, nextSecond } from '../support/attacks.ts';
import { moveClock } from '../support/clock.ts';
import { answersTo, answerTo, recordedCommands, say, thumbsOn } from '../support/commands.ts';
import { ledgerOf, toldTo } from '../support/findings.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { checkThat, POLICY, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

/** A reason that would be a mention, a table cell, a link, HTML and the end of our marker, if it were not escaped. */
const HOSTILE = '| @rita <img src=x> [x](https://evil.example) --> `/attest`';

const policyWith = (review: string, roles = '') =>
  `${POLICY.replace(
    'roles:\n',
    `roles:\n  auditor: { members: ["user:aud", "user:eve"], backups: ["user:bea"] }\n${roles}`,
  ).replace('segregation: { exclude: [committers, co-authors, pushers, initiator] }', '')}
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  shared-accounts: ["svc-*"]
  exceptions: [{ user: "user:sam", may-approve-own: staging, until: 2027-04-01, reason: ${JSON.stringify(HOSTILE)} }]
notify:
  channels: { chat: { slack: CHAT } }
  on: { access-review-overdue: [chat] }
${review}
`;
const REVIEW = 'access-review: { every: 90d, reviewers: [{ role: auditor }] }';
const REVIEWED = policyWith(REVIEW, '  incident-commander: { members: ["user:svc-deploy", "user:out", "user:sus"] }\n');

const DAY = 86_400_000;
const repository = 'acme/.github';

let world: World;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200, body: 'ok' }));
  world = await startWorld({
    clock: true,
    startAt: '2026-11-24T09:00:00Z',
    simulator: { limits: false },
    scenario: { ...SCENARIO, users: [...(SCENARIO.users ?? []), 'aud', 'eve', 'bea', 'svc-deploy', 'out', 'sus'] },
    environment: { NOTIFY_ACME__CHAT: `${receiver.url}/chat` },
  });
  policyIs(REVIEWED);
  await quiet(world);
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

function policyIs(text: string) {
  const files = { 'countersign.yml': text };
  world.github.push({ repository, branch: 'main', as: 'acme-owner', files, message: 'Policy' });
}

/** What was pushed past the gate, as the policies of this test are, has issues of its own. */
const issues = () => world.github.issues({ repository }).filter(({ title }) => title.startsWith('Access review'));

async function opened(count: number) {
  const found = await eventually('the issue', async () => issues()[count - 1]);
  await quiet(world);
  return { ...found, thread: { repository, number: found.number } };
}
type Opened = Awaited<ReturnType<typeof opened>>;

const stateOf = ({ thread }: Opened) => world.github.issue(thread).state;
const closed = (review: Opened) => eventually('closed', async () => stateOf(review) === 'closed' || undefined);

/** The number of the line that begins with these cells. */
function lineOf({ body }: Opened, cells: string): number {
  const [, number] = new RegExp(`^\\| (\\d+) \\| ${cells}`, 'm').exec(body ?? '') ?? [];
  if (number === undefined) throw new Error(`no line ${cells} in ${body}`);
  return Number(number);
}

test('it opens when its time has come, once, whoever is restarted meanwhile', async () => {
  const asked = propose(world, {
    body: '```remediation\nfailure: https://github.com/acme/shop/actions/runs/1200\nservices: [shop]\ninitiator: raj\nverification: v\nrollback: r\n```',
  });
  await checkThat(world, asked, waits);
  await nextSecond();
  world.github.approve({ ...asked, as: 'ana' });
  world.github.approve({ ...asked, as: 'rita' });
  await checkThat(world, asked, ({ conclusion }) => conclusion === 'success');
  world.github.suspendUser({ user: 'sus' });
  world.github.removeMember({ organization: 'acme', user: 'out' });
  await moveClock(world, { by: 89 * DAY });
  await quiet(world);
  expect(issues()).toEqual([]);
  await world.app.stop('SIGKILL');
  await moveClock(world, { by: 2 * DAY });
  await world.launch();
  const { body, title } = await opened(1);
  policyIs(`${REVIEWED}# again\n`);
  await quiet(world);
  expect(issues()).toHaveLength(1);
  expect(title).toMatch(/^Access review of acme, 2027-02-23: \d+ lines, \d+ to look at$/);
  expect(body).toContain('@aud, @eve');
  expect((await ledgerOf(world, 'access-review-opened')).length).toBe(1);
});

test('what was decided before uses were written down is found by the migration', async () => {
  const uses = () =>
    world.database.query(
      'select role, account_id, what, repository, number, used_at::date from countersign.role_uses order by 1, 2, 3, 4, 5',
    );
  const written = await uses();
  expect(written.length).toBeGreaterThan(3);
  await world.database.query('delete from countersign.role_uses');
  const migration = readFileSync('migrations/0019_access_reviews.sql', 'utf8');
  await world.database.query(migration.slice(migration.indexOf('do $$')));
  expect(await uses()).toEqual(written);
});

test('each line says who holds what, how, when it was last used, and what to look at', async () => {
  const { body } = await opened(1);
  const row = (cells: string) =>
    (body ?? '').split('\n').find((line) => new RegExp(`^\\| \\d+ \\| ${cells}`).test(line));
  expect(row('service-owner \\| ana')).toMatch(/team acme\/service-owners \| 2026-11-24, signed acme\/shop/);
  expect(row('service-owner \\| pat')).toMatch(/team acme\/service-owners \| never/);
  expect(row('release-manager \\| rita')).toMatch(/named \| 2026-11-24, signed/);
  expect(row('release-manager \\| raj')).toMatch(/asked for, one change that release-manager had to sign/);
  expect(row('auditor \\| bea')).toContain('named as backup | never | **Look:** Has never stood in');
  expect(row('incident-commander \\| svc-deploy')).toContain('shared or service account');
  expect(row('incident-commander \\| out')).toContain('not a member of the organization');
  expect(row('incident-commander \\| sus')).toContain('The account is suspended');
  const exception = row('may approve their own work in staging') ?? '';
  expect(exception).toContain('Ends before the next review');
  expect(exception).not.toMatch(/@rita|<img|\[x\]\(|-->|https:\/\/evil/);
  const rows = (body ?? '').slice((body ?? '').indexOf('| Line |'));
  expect(rows).not.toMatch(/@[a-z]/);
});

test('who is no reviewer, lines that are not there, and lines about oneself are refused, and say what would work', async () => {
  const review = await opened(1);
  const { thread } = review;
  const own = lineOf(review, 'auditor \\| aud');
  expect(await answerTo(world, thread, 'mallory', '/attest')).toContain(
    'Only who holds auditor answers in this review',
  );
  expect(await answerTo(world, thread, 'aud', '/attest 99')).toMatch(/There is no line 99: the lines are 1 to \d+/);
  expect(await answerTo(world, thread, 'aud', '/attest the lot')).toContain('is no line of the review');
  expect(await answerTo(world, thread, 'aud', `/attest ${own}`)).toMatch(
    /nobody attests a line about themselves\. eve can/,
  );
  expect(await answerTo(world, thread, 'aud', '/object 3')).toContain('what is wrong with the line');
  expect(await answerTo(world, thread, 'bea', '/attest 1')).toContain(
    'backup answers where the members of auditor are too few',
  );
  expect(await answerTo(world, thread, 'aud', '/reject scope no')).toContain('means nothing here');
  expect(stateOf(review)).toBe('open');
  expect(
    (await recordedCommands(world, thread)).map(([word, outcome, login]) => `${login} ${word} ${outcome}`),
  ).toEqual([
    'mallory attest refused',
    'aud attest refused',
    'aud attest refused',
    'aud attest refused',
    'aud object refused',
    'bea attest refused',
    'aud reject refused',
  ]);
});

test('nothing that is done to the issue or to comments by hand attests anything, or takes it back', async () => {
  const review = await opened(1);
  const { thread } = review;
  world.github.setIssueState({ ...thread, as: 'aud', state: 'closed' });
  await eventually('it is open again', async () => answersTo(world, thread).at(-1)?.includes('attests nothing'));
  await quiet(world);
  expect(stateOf(review)).toBe('open');
  world.github.editIssue({ ...thread, as: 'acme-owner', body: '| 1 | nobody at all |' });
  await eventually('the text', async () => world.github.issue(thread).body === review.body || undefined);
  await quiet(world);
  expect(answersTo(world, thread).at(-1)).toContain('changed by hand');
  const edited = say(world, thread, 'aud', 'I will look at it tomorrow');
  world.github.editComment({ ...thread, as: 'aud', comment: edited, body: '/attest' });
  say(world, thread, 'aud', '> /attest');
  await quiet(world);
  const taken = (await recordedCommands(world, thread)).filter(([, outcome]) => outcome === 'taken');
  expect(taken).toEqual([]);
});

test('line by line and as a whole, with an objection that stays in the result; then it is closed and in the ledger', async () => {
  const review = await opened(1);
  const { thread } = review;
  const suspended = lineOf(review, 'incident-commander \\| sus');
  const own = lineOf(review, 'auditor \\| aud');
  const first = say(world, thread, 'aud', `/object ${suspended} left in January @rita | <b>`);
  await quiet(world);
  expect(thumbsOn(world, thread, first)).toEqual(['countersign[bot]']);
  world.github.deleteComment({ ...thread, as: 'aud', comment: first });
  const whole = await answerTo(world, thread, 'aud', '/attest');
  expect(whole).toContain(`Attested, but for line ${own}: nobody attests a line about themselves. eve can`);
  expect(await answerTo(world, thread, 'eve', '/status')).toMatch(
    new RegExp(`auditor: ${own}\\b[\\s\\S]*Objected to: ${suspended}`),
  );
  expect(stateOf(review)).toBe('open');
  say(world, thread, 'eve', `/attest ${own}`);
  await closed(review);
  await quiet(world);
  const said = answersTo(world, thread).at(-1) ?? '';
  expect(said).toContain('**Reviewed.**');
  expect(said).toContain(`Line ${suspended}, by aud: left in January`);
  expect(said).not.toContain('@rita');
  const [result] = await ledgerOf(world, 'access-reviewed');
  const lines = result?.lines as readonly Readonly<Record<string, unknown>>[];
  expect(result).toMatchObject({ objected: 1, reviewers: [{ role: 'auditor', count: 1 }] });
  expect(result?.sources).toMatchObject([{ file: 'countersign.yml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(lines[own - 1]).toMatchObject({ login: 'aud', answers: [{ by: { login: 'eve' }, verdict: 'attest' }] });
  expect(lines[suspended - 1]).toMatchObject({
    login: 'sus',
    answers: [{ by: { login: 'aud' }, verdict: 'object' }],
    objections: [{ rationale: 'left in January @rita | <b>', takenBackAt: null }],
  });
  const [raw] = await world.database.query<{ readonly entry: string }>(
    "select entry from countersign.ledger where kind = 'access-reviewed'",
  );
  expect(raw?.entry).not.toMatch(/"(aud|eve|rita|sus)"|January|evil/);
  expect(await answerTo(world, thread, 'eve', '/attest')).toContain('This review is finished');
  expect(stateOf(review)).toBe('closed');
  expect(await deadJobs(world)).toEqual([]);
});

test('overdue is told once, backups may answer then, and no second one is opened beside it', async () => {
  await moveClock(world, { by: 90 * DAY });
  const review = await opened(2);
  const { thread } = review;
  expect(toldTo(receiver, '/chat')).toEqual([]);
  await moveClock(world, { by: 15 * DAY });
  await eventually('overdue', async () => answersTo(world, thread).some((said) => said.includes('**Overdue.**')));
  await quiet(world);
  await moveClock(world, { by: 90 * DAY });
  policyIs(`${REVIEWED}# once more\n`);
  await quiet(world);
  expect(answersTo(world, thread).filter((said) => said.includes('**Overdue.**'))).toHaveLength(1);
  expect(toldTo(receiver, '/chat')).toEqual(['The access review in acme/.github is overdue']);
  expect(await ledgerOf(world, 'access-review-overdue')).toHaveLength(1);
  expect(issues()).toHaveLength(2);
  const own = lineOf(review, 'auditor \\| bea');
  expect(await answerTo(world, thread, 'bea', '/attest')).toContain(`but for line ${own}`);
  say(world, thread, 'eve', `/attest ${own}`);
  await closed(review);
  await quiet(world);
  // What was missed is on record; the next comes when it would have come anyway.
  expect(issues()).toHaveLength(2);
});

test('a shorter period brings the next one nearer, and a policy that asks for none any more ends none that is open', async () => {
  policyIs(policyWith(REVIEW.replace('90d', '7d')));
  await quiet(world);
  await moveClock(world, { by: 7 * DAY });
  const review = await opened(3);
  const { thread } = review;
  policyIs(policyWith(''));
  await eventually('said', async () =>
    answersTo(world, thread).some((said) => said.includes('asks for no access review')),
  );
  await quiet(world);
  expect(stateOf(review)).toBe('open');
  say(world, thread, 'aud', '/attest');
  say(world, thread, 'eve', '/attest');
  await closed(review);
  await moveClock(world, { by: 40 * DAY });
  await quiet(world);
  expect(issues()).toHaveLength(3);
  expect(await ledgerOf(world, 'access-reviewed')).toHaveLength(3);
  expect(await deadJobs(world)).toEqual([]);
  // GitHub's published description of an account lacks the field by which its Enterprise Server tells of a suspension.
  const others = world.simulator.violations.filter(({ problem }) => !problem.includes('suspended_at'));
  expect(others).toEqual([]);
});
