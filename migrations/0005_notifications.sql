-- What people were told, or are to be told: one row for each notice and channel. The key is what nobody is told twice of, so rows
-- are kept. Where a channel leads to is in the environment; here is the name of its secret only.
create table countersign.notifications (
  tenant_id bigint not null,
  notification_id bigint generated always as identity,
  -- What receivers know a message by, however often it is sent.
  message_id uuid not null default gen_random_uuid(),
  -- The login by which the organization's secrets are found, as GitHub gave it with the decision.
  organization text not null,
  event text not null,
  channel text not null,
  kind text not null check (kind in ('slack', 'webhook')),
  secret text not null,
  dedupe_key text not null,
  notice jsonb not null,
  repository_id bigint not null,
  pull_number integer,
  head_sha text not null,
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text,
  delivered_at timestamptz,
  gave_up_at timestamptz,
  primary key (tenant_id, notification_id),
  unique (tenant_id, channel, dedupe_key)
);
select countersign.protect('countersign.notifications');
