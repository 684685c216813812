-- Groups of the merge queue: each of their pull requests is decided again, and the strictest decision stands on the group's commit.
create table countersign.merge_groups (
  tenant_id bigint not null,
  repository_id bigint not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  head_sha text not null,
  head_ref text not null,
  base_sha text not null,
  base_ref text not null,
  -- Numbers of its pull requests in the order of the queue, and the head of each when the group was built; empty while they are not known.
  pulls integer[] not null default '{}',
  heads text[] not null default '{}',
  -- What was decided last, the digest of it, and the ledger entry that says so: null while nothing has been.
  outcome text check (outcome in ('success', 'failure')),
  digest text,
  ledger_entry_id bigint,
  -- Why GitHub ended it; null while it is in the queue.
  destroyed text,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, repository_id, head_sha),
  foreign key (tenant_id, ledger_entry_id) references countersign.ledger (tenant_id, entry_id)
);
create index merge_groups_pulls on countersign.merge_groups using gin (pulls) where destroyed is null;
select countersign.protect('countersign.merge_groups');
