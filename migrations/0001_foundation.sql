-- The foundation. The app works as the role countersign_app, which owns nothing; every table that holds data of an
-- organization carries its account id as tenant_id, under row-level security that is forced upon the owner too.
-- A session that names no tenant sees no rows.

create function countersign.tenant() returns bigint
  language sql stable parallel safe
  as $$ select nullif(current_setting('countersign.tenant', true), '')::bigint $$;

create function countersign.protect(p_table regclass) returns void
  language plpgsql
  as $$
begin
  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  execute format('create policy tenant on %s using (tenant_id = countersign.tenant()) with check (tenant_id = countersign.tenant())', p_table);
end
$$;

-- Which organization an installation belongs to: learned from GitHub with the App's own key, never from a payload alone.
create table countersign.installations (
  tenant_id bigint not null,
  installation_id bigint not null,
  account_login text not null,
  seen_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (tenant_id, installation_id)
);
select countersign.protect('countersign.installations');

-- Every verified webhook. Tenant 0 holds those that belong to no organization. `disposition` says what became of it.
create table countersign.deliveries (
  delivery_id bigint generated always as identity primary key,
  tenant_id bigint not null,
  guid text not null,
  digest bytea not null,
  event text not null,
  action text,
  installation_id bigint,
  repository_id bigint,
  pull_number integer,
  disposition text not null,
  reason text,
  times_received integer not null default 1,
  received_at timestamptz not null default now(),
  processed_at timestamptz,
  sender jsonb,
  payload bytea,
  unique (tenant_id, guid)
);
-- A payload is JSON of some 10 to 30 kB; compressing it costs more than the insert, and it is purged after its retention.
alter table countersign.deliveries alter column payload set storage external;
create index deliveries_digest on countersign.deliveries (digest) where pull_number is not null;
create index deliveries_open on countersign.deliveries (tenant_id, repository_id, pull_number) where processed_at is null;
create index deliveries_received_at on countersign.deliveries (received_at);
select countersign.protect('countersign.deliveries');

-- The commit that a review was submitted on, as delivered at the time: GitHub moves the field afterwards.
create table countersign.review_submissions (
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer not null,
  review_id bigint not null,
  commit_sha text,
  state text not null,
  author_id bigint not null,
  submitted_at timestamptz not null,
  guid text not null,
  primary key (tenant_id, review_id)
);
create index review_submissions_pull on countersign.review_submissions (tenant_id, repository_id, pull_number);
select countersign.protect('countersign.review_submissions');

-- Who pushed which commit as the head of a branch or pull request: only deliveries tell.
create table countersign.pushes (
  push_id bigint generated always as identity,
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer,
  ref text,
  head_sha text not null,
  before_sha text,
  pusher_id bigint,
  pusher_login text,
  pusher_kind text,
  seen_at timestamptz not null default now(),
  guid text not null,
  primary key (tenant_id, push_id),
  unique nulls not distinct (tenant_id, repository_id, pull_number, ref, head_sha, before_sha, pusher_id)
);
create index pushes_head on countersign.pushes (tenant_id, head_sha);
select countersign.protect('countersign.pushes');

-- What the app knows of a pull request between evaluations; the history is what past decisions hand on to the next.
create table countersign.pull_requests (
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  head_sha text not null,
  base_ref text not null,
  state text not null,
  history jsonb not null,
  -- The lookups that the latest decision rested on: a change to one of them concerns this pull request.
  lookup_keys text[] not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (tenant_id, repository_id, pull_number)
);
create index pull_requests_head on countersign.pull_requests (tenant_id, repository_id, head_sha);
select countersign.protect('countersign.pull_requests');

-- Texts of policy files by Git blob id, so that a policy is read once and every decision can be derived again.
create table countersign.policy_sources (
  tenant_id bigint not null,
  blob_oid text not null,
  file text not null,
  text text not null,
  seen_at timestamptz not null default now(),
  primary key (tenant_id, blob_oid, file)
);
select countersign.protect('countersign.policy_sources');

-- The policy sources that were last valid, per repository: what names the checks while a policy is broken.
create table countersign.valid_policies (
  tenant_id bigint not null,
  repository_id bigint not null,
  organization_oid text,
  repository_oid text,
  valid_at timestamptz not null default now(),
  primary key (tenant_id, repository_id)
);
select countersign.protect('countersign.valid_policies');

-- The account id that a login or team slug of a policy was bound to when it was first met.
create table countersign.bindings (
  tenant_id bigint not null,
  kind text not null check (kind in ('user', 'team')),
  name text not null,
  account_id bigint not null,
  bound_at timestamptz not null default now(),
  primary key (tenant_id, kind, name)
);
select countersign.protect('countersign.bindings');

-- Answers of GitHub about people, teams, runs and files, kept until a webhook or their age makes them doubtful.
create table countersign.lookups (
  tenant_id bigint not null,
  key text not null,
  value jsonb not null,
  fetched_at timestamptz not null,
  primary key (tenant_id, key)
);
select countersign.protect('countersign.lookups');

-- The ledger: canonical JSON and its RFC 6962 leaf hash. Entries are added and read, never anything else.
create table countersign.ledger (
  tenant_id bigint not null,
  entry_id bigint generated always as identity,
  kind text not null,
  repository_id bigint,
  pull_number integer,
  entry text not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  recorded_at timestamptz not null default now(),
  primary key (tenant_id, entry_id)
);
create index ledger_pull on countersign.ledger (tenant_id, repository_id, pull_number, entry_id);
select countersign.protect('countersign.ledger');

create function countersign.refuse_change() returns trigger
  language plpgsql
  as $$ begin raise exception 'the ledger is append-only: % is refused', tg_op; end $$;
create trigger ledger_append_only before update or delete on countersign.ledger
  for each row execute function countersign.refuse_change();
create trigger ledger_no_truncate before truncate on countersign.ledger
  for each statement execute function countersign.refuse_change();

-- Decisions, one row for each that differs from the one before it.
create table countersign.decisions (
  tenant_id bigint not null,
  decision_id bigint generated always as identity,
  repository_id bigint not null,
  pull_number integer not null,
  head_sha text not null,
  check_name text not null,
  state text not null,
  digest text not null,
  decision jsonb not null,
  facts jsonb not null,
  ledger_entry_id bigint not null,
  decided_at timestamptz not null,
  primary key (tenant_id, decision_id),
  foreign key (tenant_id, ledger_entry_id) references countersign.ledger (tenant_id, entry_id)
);
create index decisions_pull on countersign.decisions (tenant_id, repository_id, pull_number, decision_id desc);
create index decisions_head on countersign.decisions (tenant_id, repository_id, head_sha, check_name, decision_id desc);
select countersign.protect('countersign.decisions');

-- The outbox: what each check of each commit must show, and what GitHub is known to show.
create table countersign.publications (
  tenant_id bigint not null,
  repository_id bigint not null,
  head_sha text not null,
  check_name text not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  desired jsonb not null,
  desired_digest text not null,
  -- The ledger entry behind it: a publication never goes back to an older one.
  desired_version bigint not null,
  published_digest text,
  published_conclusion text,
  check_run_id bigint,
  -- Set before a write and cleared with its answer: while it is set, what GitHub shows is not known.
  attempted_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, repository_id, head_sha, check_name)
);
select countersign.protect('countersign.publications');

-- GitHub calls spent by installation in slices of ten seconds. Unlogged: losing it costs one minute of caution, not data.
create unlogged table countersign.spending (
  tenant_id bigint not null,
  slice timestamptz not null,
  rest_points integer not null default 0,
  rest_requests integer not null default 0,
  graphql_points integer not null default 0,
  content integer not null default 0,
  primary key (tenant_id, slice)
);
select countersign.protect('countersign.spending');

create unlogged table countersign.blocks (
  tenant_id bigint not null,
  resource text not null,
  until timestamptz not null,
  primary key (tenant_id, resource)
);
select countersign.protect('countersign.blocks');

-- Worker processes and the names in which they lock jobs. A process holds the advisory lock (1129270611, process_key) while it lives,
-- which is how the reaper tells the living from the dead. No tenant: it describes the app, not an organization.
create table countersign.processes (
  process_key integer primary key,
  worker_ids text[] not null default '{}',
  started_at timestamptz not null default now()
);
