-- Stages whose time ran out, once for each time that ran out, and the comment that reminds people of it. A push to a proposal that is
-- overdue already changes its content and not when it was due: people are asked again then, and not reminded again.
create table countersign.reminders (
  tenant_id bigint not null,
  repository_id bigint not null,
  pull_number integer not null,
  stage text not null,
  due_at timestamptz not null,
  -- What was to be approved, and what was asked, when it was found to be overdue.
  content text not null,
  question text not null,
  body text not null,
  created_at timestamptz not null default now(),
  -- Set before the comment is written: while it is set and the answer is missing, GitHub may show it already.
  attempted_at timestamptz,
  settled_at timestamptz,
  gave_up text,
  primary key (tenant_id, repository_id, pull_number, stage, due_at)
);
select countersign.protect('countersign.reminders');
