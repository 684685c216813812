-- Which policy was in force in a repository when it was looked at last, by its files, and whether it could be used: so that the ledger says
-- once of each change that there was one.
create table countersign.policies_in_force (
  tenant_id bigint not null,
  repository_id bigint not null,
  organization_oid text,
  repository_oid text,
  state text not null check (state in ('valid', 'invalid', 'none')),
  since timestamptz not null default now(),
  primary key (tenant_id, repository_id)
);
select countersign.protect('countersign.policies_in_force');
