-- What recorded proposals consist of: their commits, and the fingerprints of their heads. A pull request that carries any of it is kin to
-- that proposal. `permitted_for` names the environments into which exactly this content was merged under a permitting decision.
create table countersign.proposal_contents (
  tenant_id bigint not null,
  kind text not null check (kind in ('commit', 'fingerprint', 'outline')),
  value text not null,
  repository_id bigint not null,
  pull_number integer not null,
  -- The last head of the proposal that had it: what was dropped before the merge was not permitted with it.
  head_sha text not null,
  first_seen timestamptz not null default now(),
  permitted_for text[] not null default '{}',
  primary key (tenant_id, kind, value, repository_id, pull_number)
);
create index proposal_contents_pull on countersign.proposal_contents (tenant_id, repository_id, pull_number);
select countersign.protect('countersign.proposal_contents');
