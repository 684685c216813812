-- Broken glasses, each to be reconciled by other people within a time.
create table countersign.reconciliations (
  tenant_id bigint not null,
  reconciliation_id bigint generated always as identity,
  repository_id bigint not null,
  pull_number integer not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  -- The command that broke it, and the decision that it led to.
  command_id bigint not null,
  decision_id bigint not null,
  glass jsonb not null,
  -- Blob ids of the policy that it was broken under: what is asked for afterwards is not made less by a later policy.
  policy jsonb not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  issue_number integer,
  -- Set before the issue is opened: while it is set and there is no number, GitHub may have it already.
  issue_attempted_at timestamptz,
  state text not null default 'open' check (state in ('open', 'approved', 'rejected')),
  overdue_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, reconciliation_id),
  unique (tenant_id, command_id),
  foreign key (tenant_id, decision_id) references countersign.decisions (tenant_id, decision_id)
);
create index reconciliations_pull on countersign.reconciliations (tenant_id, repository_id, pull_number);
create index reconciliations_issue on countersign.reconciliations (tenant_id, repository_id, issue_number);
select countersign.protect('countersign.reconciliations');
