-- Whom a pull request needs now, as its latest decision has it: compared with before, so that a decision that needs the same people as the
-- one before it costs no call.
create table countersign.review_wishes (
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer not null,
  wish jsonb not null,
  digest text not null,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, repository_id, pull_number)
);
select countersign.protect('countersign.review_wishes');

-- Who was asked for a review, for which stage and content: nobody is told twice, and only what the app asked for is taken back.
create table countersign.review_requests (
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer not null,
  account_id bigint not null,
  login text not null,
  stage text not null,
  content text not null,
  outcome text not null check (outcome in ('asking', 'asked', 'shown', 'withdrawn', 'gone', 'refused')),
  requested_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (tenant_id, repository_id, pull_number, account_id, stage, content)
);
select countersign.protect('countersign.review_requests');
