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
  -- Numbers of its pull requests in the order of the queue; empty while they are not known.
  pulls integer[] not null default '{}',
  -- What was decided last: null while it has not been.
  outcome text check (outcome in ('success', 'failure')),
  destroyed text,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, repository_id, head_sha)
);
create index merge_groups_pulls on countersign.merge_groups using gin (pulls);
select countersign.protect('countersign.merge_groups');
