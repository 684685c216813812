import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedger, type Ledger } from '../support/ledger.ts';
import { countersign } from './run.ts';

/** Commits of a governed branch, as GitHub's record of activity tells of them, against what was decided and found. */

const TENANT = 55;
const sha = (name: string) => Buffer.from(name).toString('hex').padEnd(40, '0');

let ledger: Ledger;
beforeAll(async () => {
  ledger = await createLedger();
  await ledger.write(TENANT, [{ details: {} }]);
  const [entry] = await ledger.owner.query<{ readonly id: string }>(
    'select entry_id::text as id from countersign.ledger',
  );
  const q = ledger.owner.query;
  await q(
    `insert into countersign.adoptions (tenant_id, repository_id, ref, sha, adopted_at, from_sha, head_sha) values ($1, 1, 'main', $2, now(), $2, $2)`,
    [TENANT, sha('begin')],
  );
  await q(
    `insert into countersign.decisions (tenant_id, repository_id, pull_number, head_sha, check_name, state, digest, decision, facts, ledger_entry_id, decided_at)
     select $1, 1, n, 'x', 'countersign/production', 'approved', 'd', '{}', '{}', $2, now() from generate_series(1, 3) n`,
    [TENANT, entry?.id],
  );
  await q(
    `insert into countersign.merges (tenant_id, repository_id, pull_number, base_ref, head_sha, merge_commit, permitted, state, environment, merged_at)
     select $1, 1, n, 'main', 'x', ($2::text[])[n], true, 'approved', 'production', '2026-11-10T00:00:00Z' from generate_series(1, 2) n`,
    [TENANT, [sha('one'), sha('two')]],
  );
});
afterAll(() => ledger.close());

async function update(
  id: number,
  before: string,
  after: string,
  commits: readonly string[],
  covered = true,
): Promise<void> {
  await ledger.owner.query(
    `insert into countersign.branch_updates (tenant_id, repository_id, ref, activity_id, kind, before_sha, after_sha, happened_at, covered, commits)
     values ($1, 1, 'main', $2::bigint, 'push', $3, $4, '2026-11-10T00:00:00Z'::timestamptz + $2::bigint * interval '1 hour', $5, $6)`,
    [TENANT, id, sha(before), sha(after), covered, commits.map(sha)],
  );
}

async function permit(commit: string, pull: number): Promise<void> {
  await ledger.owner.query(
    `insert into countersign.permitted_commits (tenant_id, repository_id, sha, environment, pull_number, permitted_at) values ($1, 1, $2, $3, $4, now())`,
    [TENANT, sha(commit), `production-${pull}`, pull],
  );
}

async function find(key: string, commits: readonly string[]): Promise<void> {
  await ledger.owner.query(
    `insert into countersign.findings (tenant_id, repository_id, installation_id, owner, repository, kind, dedupe_key, head_sha, title, details, found_at, ledger_entry_id)
     select $1, 1, 1, 'acme', 'shop', 'pushed', $2, 'x', 'a push', $3, now(), entry_id from countersign.ledger where tenant_id = $1 limit 1`,
    [TENANT, key, JSON.stringify({ ref: 'main', commits: commits.map(sha) })],
  );
}

function completeness(more: readonly string[] = []) {
  return countersign(['audit', 'completeness', '--tenant', String(TENANT), ...more], ledger);
}

test('every commit has one decision or one finding, and then none is listed', async () => {
  await update(1, 'begin', 'one', ['one', 'one-a']);
  await permit('one', 1);
  await permit('one-a', 1);
  await update(2, 'one', 'two', ['two']);
  await permit('two', 2);
  await update(3, 'two', 'three', ['three', 'three-a'], false);
  await find('update:main:3', ['three']);
  expect(await completeness()).toEqual({
    status: 0,
    out: '5 commits on governed branches: 3 with one decision, 2 with one finding. None has neither or several.\n',
    err: '',
  });
  expect(JSON.parse((await completeness(['--json'])).out)).toEqual({ listed: [], commits: 5, decided: 3, found: 2 });
});

test('what has neither or several is listed, as are gaps and merges that no update tells of', async () => {
  await update(4, 'three', 'four', ['four']);
  await update(5, 'four', 'five', ['five']);
  await permit('five', 1);
  await permit('five', 2);
  await update(6, 'elsewhere', 'six', ['six']);
  await permit('six', 2);
  await find('by hand', ['six']);
  await ledger.owner.query(
    `insert into countersign.merges (tenant_id, repository_id, pull_number, base_ref, head_sha, merge_commit, permitted, environment, merged_at)
     values ($1, 1, 3, 'main', 'x', $2, true, 'production', '2026-11-10T00:00:00Z')`,
    [TENANT, sha('unseen')],
  );
  const { status, out, err } = await completeness();
  expect({ status, err }).toEqual({ status: 1, err: '' });
  expect(out.split('\n').map((line) => line.replace(/ 2026-\S+:/, ''))).toEqual([
    `✗ repository 1 main ${sha('four').slice(0, 12)} It has neither a decision nor a finding.`,
    `✗ repository 1 main ${sha('five').slice(0, 12)} It has several: the decision on #1, the decision on #2.`,
    `✗ repository 1 main ${sha('elsewhere').slice(0, 12)} The branch was left at ${sha('five').slice(0, 12)}, and the next update that is known begins at ${sha('elsewhere').slice(0, 12)}: what came between is not known.`,
    expect.stringMatching(/It has several: the decision on #2, finding \d+\.$/),
    `✗ repository 1 main ${sha('unseen').slice(0, 12)} #3 was merged with it, and no update of the branch tells of that.`,
    '8 commits on governed branches: 3 with one decision, 2 with one finding. 5 are listed above.',
    '',
  ]);
  const asData = await completeness(['--json']);
  expect(JSON.parse(asData.out).listed.map(({ problem }: { readonly problem: string }) => problem)).toEqual([
    'neither',
    'several',
    'gap',
    'several',
    'unseen-merge',
  ]);
});

test('only the period counts', async () => {
  const { status, out } = await completeness(['--from', '2026-11-10T01:00:00Z', '--to', '2026-11-10T03:00:00Z']);
  expect(status).toBe(0);
  expect(out).toMatch(/^3 commits/);
});
