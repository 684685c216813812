-- Whether a commit may be deployed to an environment: asked by GitHub for a workflow run, or by a pipeline over HTTP.
create table countersign.gate_questions (
  tenant_id bigint not null,
  question_id bigint generated always as identity,
  repository_id bigint not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  source text not null check (source in ('github', 'api')),
  -- The workflow run that waits; for a pipeline, the one that its token was made for.
  run_id bigint,
  environment text not null,
  sha text,
  asked_by jsonb,
  asked_at timestamptz not null,
  -- What was decided, and the ledger entry that says so; null while only time stands in the way, or it cannot be said yet.
  allowed boolean,
  answer jsonb,
  ledger_entry_id bigint,
  decided_at timestamptz,
  -- Notes that GitHub was given on the way (at most 10), and the last of them.
  notes integer not null default 0,
  last_note text,
  -- When GitHub took the answer, or why it never will.
  answered_at timestamptz,
  gave_up text,
  primary key (tenant_id, question_id),
  foreign key (tenant_id, ledger_entry_id) references countersign.ledger (tenant_id, entry_id)
);
create unique index gate_questions_run on countersign.gate_questions (tenant_id, repository_id, run_id, environment) where source = 'github';
create index gate_questions_allowed on countersign.gate_questions (tenant_id, repository_id, sha) where allowed;
select countersign.protect('countersign.gate_questions');

-- Questions that nobody had the right to ask, counted by day: they belong to no organization.
create table countersign.gate_refusals (
  tenant_id bigint not null,
  day date not null,
  reason text not null,
  claimed text not null,
  times integer not null default 1,
  last_at timestamptz not null,
  primary key (tenant_id, day, reason, claimed)
);
select countersign.protect('countersign.gate_refusals');
