-- What becomes of a change after its merge: one record for each merged pull request that a decision let pass.
create table countersign.records (
  tenant_id bigint not null,
  record_id bigint generated always as identity,
  repository_id bigint not null,
  pull_number integer not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  title text not null,
  base_ref text not null,
  head_sha text not null,
  -- The merge commit; the head where GitHub has not told one.
  merge_commit text not null,
  merged_at timestamptz not null,
  -- Blob ids of the policy that was in force at the merge, and what it asks for after it.
  policy jsonb not null,
  duties jsonb not null,
  -- Paths that the change touches, old and new: what a revert must touch.
  paths text[] not null,
  state text not null
    check (state in ('merged', 'applying', 'verifying', 'failed', 'escalated', 'closed', 'rolled-back')),
  -- What is shown of it: since when, what is awaited, until when.
  standing jsonb not null,
  failed_at timestamptz,
  -- The issue that calls the owners, and for which cycle it was opened.
  issue_number integer,
  issue_cycle integer,
  -- Set before the issue is opened: while it is set and there is no number, GitHub may have it already.
  issue_attempted_at timestamptz,
  primary key (tenant_id, record_id),
  unique (tenant_id, repository_id, pull_number)
);
create index records_open on countersign.records (tenant_id, repository_id) where state not in ('closed', 'rolled-back');
select countersign.protect('countersign.records');

-- What people have done about a record: said that it has failed, signed it again, merged a revert.
create table countersign.record_acts (
  tenant_id bigint not null,
  record_id bigint not null,
  kind text not null check (kind in ('report', 'reopening', 'revert')),
  -- The command, the instant, or the pull request: what it is once for.
  key text not null,
  at timestamptz not null,
  details jsonb not null,
  primary key (tenant_id, record_id, kind, key),
  foreign key (tenant_id, record_id) references countersign.records (tenant_id, record_id)
);
select countersign.protect('countersign.record_acts');

-- What has been written into the ledger about a record, each once.
create table countersign.record_changes (
  tenant_id bigint not null,
  record_id bigint not null,
  key text not null,
  ledger_entry_id bigint not null,
  primary key (tenant_id, record_id, key),
  foreign key (tenant_id, record_id) references countersign.records (tenant_id, record_id),
  foreign key (tenant_id, ledger_entry_id) references countersign.ledger (tenant_id, entry_id)
);
select countersign.protect('countersign.record_changes');

-- Deployments as events or GitHub itself told of them, and what was said of each.
create table countersign.deployments (
  tenant_id bigint not null,
  repository_id bigint not null,
  deployment_id bigint not null,
  environment text not null,
  sha text not null,
  created_at timestamptz not null,
  primary key (tenant_id, repository_id, deployment_id)
);
create index deployments_created on countersign.deployments (tenant_id, repository_id, created_at);
create index deployments_sha on countersign.deployments (tenant_id, repository_id, sha);
select countersign.protect('countersign.deployments');

create table countersign.deployment_statuses (
  tenant_id bigint not null,
  repository_id bigint not null,
  deployment_id bigint not null,
  state text not null,
  at timestamptz not null,
  primary key (tenant_id, repository_id, deployment_id, state, at),
  foreign key (tenant_id, repository_id, deployment_id)
    references countersign.deployments (tenant_id, repository_id, deployment_id)
);
select countersign.protect('countersign.deployment_statuses');

-- Workflow runs that have ended, each attempt by itself.
create table countersign.workflow_runs (
  tenant_id bigint not null,
  repository_id bigint not null,
  run_id bigint not null,
  attempt integer not null,
  workflow text not null,
  sha text not null,
  started_at timestamptz not null,
  completed_at timestamptz not null,
  conclusion text not null,
  primary key (tenant_id, repository_id, run_id, attempt)
);
create index workflow_runs_started on countersign.workflow_runs (tenant_id, repository_id, started_at);
select countersign.protect('countersign.workflow_runs');

-- Whether one commit contains another, which never changes: asked of GitHub once for each pair.
create table countersign.containments (
  tenant_id bigint not null,
  repository_id bigint not null,
  sha text not null,
  contained text not null,
  holds boolean not null,
  primary key (tenant_id, repository_id, sha, contained)
);
select countersign.protect('countersign.containments');
