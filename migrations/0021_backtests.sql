-- What a proposed policy would have decided of what is on record, worked out once for each pair of policies.
-- Nothing rests on these rows: one that is gone is worked out again.
create table countersign.backtests (
  tenant_id bigint not null,
  repository_id bigint not null,
  -- Digest of the files that are proposed and of those in force.
  key text not null,
  result jsonb not null,
  made_at timestamptz not null default now(),
  primary key (tenant_id, repository_id, key)
);
select countersign.protect('countersign.backtests');
