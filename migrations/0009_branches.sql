-- Where the app began to watch a branch: what its commit reaches is the baseline, and asks for no decision. A branch that came to be
-- watched later than its repository has none: all zeros.
create table countersign.adoptions (
  tenant_id bigint not null,
  repository_id bigint not null,
  ref text not null,
  sha text not null,
  adopted_at timestamptz not null,
  -- Where judging its updates began: all zeros where it is watched from its creation on.
  from_sha text not null,
  -- The newest update of the branch that has been judged, by GitHub's number, and where it left the branch.
  last_activity bigint,
  head_sha text not null,
  primary key (tenant_id, repository_id, ref)
);
select countersign.protect('countersign.adoptions');

-- Every merge of a pull request, and what had been decided of its head by then.
create table countersign.merges (
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer not null,
  base_ref text not null,
  head_sha text not null,
  merge_commit text,
  permitted boolean not null,
  state text,
  environment text,
  merged_at timestamptz not null,
  merged_by jsonb,
  primary key (tenant_id, repository_id, pull_number)
);
create index merges_commit on countersign.merges (tenant_id, repository_id, merge_commit);
create index merges_head on countersign.merges (tenant_id, repository_id, head_sha);
select countersign.protect('countersign.merges');

-- Updates of governed branches, each judged once: whose permitting decisions cover the commits that it brought.
create table countersign.branch_updates (
  tenant_id bigint not null,
  repository_id bigint not null,
  ref text not null,
  activity_id bigint not null,
  kind text not null check (kind in ('pull-request', 'merge-queue', 'push', 'force-push', 'creation', 'deletion')),
  before_sha text not null,
  after_sha text not null,
  actor jsonb,
  happened_at timestamptz not null,
  covered boolean not null,
  primary key (tenant_id, repository_id, ref, activity_id)
);
select countersign.protect('countersign.branch_updates');

-- Commits on governed branches and the environment that a decision, or a reconciled finding, has permitted them for.
create table countersign.permitted_commits (
  tenant_id bigint not null,
  repository_id bigint not null,
  sha text not null,
  environment text not null,
  -- The pull request whose decision covers it; null where a finding was approved afterwards.
  pull_number integer,
  finding_id bigint,
  permitted_at timestamptz not null,
  primary key (tenant_id, repository_id, sha, environment)
);
select countersign.protect('countersign.permitted_commits');

-- What went past the gate, or could. The key is what it is found once for.
create table countersign.findings (
  tenant_id bigint not null,
  finding_id bigint generated always as identity,
  repository_id bigint not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  kind text not null,
  dedupe_key text not null,
  environment text,
  pull_number integer,
  head_sha text not null,
  title text not null,
  -- What was found, in plain JSON: commits, rules, names.
  details jsonb not null,
  -- Whoever did it, if anybody is known.
  by jsonb,
  found_at timestamptz not null,
  ledger_entry_id bigint not null,
  state text not null default 'open' check (state in ('open', 'approved', 'rejected', 'mended')),
  due_at timestamptz,
  overdue_at timestamptz,
  issue_number integer,
  -- Set before the issue is opened: while it is set and there is no number, GitHub may have it already.
  issue_attempted_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, finding_id),
  unique (tenant_id, repository_id, dedupe_key),
  foreign key (tenant_id, ledger_entry_id) references countersign.ledger (tenant_id, entry_id)
);
create index findings_issue on countersign.findings (tenant_id, repository_id, issue_number);
create index findings_open on countersign.findings (tenant_id, repository_id) where state = 'open';
select countersign.protect('countersign.findings');
