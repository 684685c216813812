-- Comments and reviews that hold commands, as their own delivery told them. What counts is this wording: GitHub lets others edit it later.
create table countersign.remarks (
  tenant_id bigint not null,
  remark_id bigint generated always as identity,
  repository_id bigint not null,
  -- Of the pull request or issue.
  number integer not null,
  on_pull boolean not null,
  source text not null check (source in ('comment', 'review')),
  source_id bigint not null,
  node_id text not null,
  author_id bigint not null,
  author_login text not null,
  body text not null,
  said_at timestamptz not null,
  -- The commit of a review; for a comment the heads of the pull request tell.
  head_sha text,
  guid text not null,
  settled_at timestamptz,
  primary key (tenant_id, remark_id),
  unique (tenant_id, source, source_id)
);
create index remarks_open on countersign.remarks (tenant_id, repository_id, number) where settled_at is null;
select countersign.protect('countersign.remarks');

-- Every command that was said, and what became of it.
create table countersign.commands (
  tenant_id bigint not null,
  command_id bigint not null,
  remark_id bigint not null,
  repository_id bigint not null,
  number integer not null,
  word text not null,
  text text not null,
  said_by jsonb not null,
  said_at timestamptz not null,
  outcome text not null check (outcome in ('taken', 'refused')),
  code text,
  -- What it puts before decisions, where it does.
  intervention jsonb,
  -- What it says of a broken glass, where it does.
  statement jsonb,
  settled_at timestamptz not null default now(),
  primary key (tenant_id, command_id),
  foreign key (tenant_id, remark_id) references countersign.remarks (tenant_id, remark_id)
);
create index commands_pull on countersign.commands (tenant_id, repository_id, number, command_id);
create index commands_by on countersign.commands (tenant_id, ((said_by->>'id')::bigint), command_id)
  where outcome = 'taken' and word in ('away', 'withdraw');
select countersign.protect('countersign.commands');

-- What is still to be said in answer: a reaction to what was taken, a comment where a sentence is needed.
create table countersign.replies (
  tenant_id bigint not null,
  reply_id bigint generated always as identity,
  repository_id bigint not null,
  number integer not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  kind text not null check (kind in ('reaction', 'comment', 'issue', 'close')),
  -- What it answers: a reaction goes to this node.
  node_id text,
  -- Of an issue.
  title text,
  body text,
  created_at timestamptz not null default now(),
  -- Set before a comment is written: while it is set and the answer is missing, GitHub may show it already.
  attempted_at timestamptz,
  settled_at timestamptz,
  gave_up text,
  -- What is said once and not again, however often the reason for it is met.
  once text,
  primary key (tenant_id, reply_id),
  unique (tenant_id, once)
);
create index replies_open on countersign.replies (tenant_id, repository_id, number) where settled_at is null;
select countersign.protect('countersign.replies');

-- As before, and keeps what may be commands: {number, onPull, source, sourceId, nodeId, authorId, authorLogin, body, saidAt, head}.
create or replace function countersign.accept_one(p_delivery jsonb, p_payload bytea, out disposition text, out jobs jsonb)
  language plpgsql
  as $$
declare
  v_route jsonb := p_delivery->'route';
  v_guid text := p_delivery->>'guid';
  v_digest bytea := decode(p_delivery->>'digest', 'hex');
  v_tenant bigint := coalesce((v_route->>'tenant')::bigint, 0);
  v_installation bigint := (v_route->>'installation')::bigint;
  v_repository bigint := (v_route->>'repository')::bigint;
  v_pull integer := (v_route->>'pull')::integer;
  v_reason text := v_route->>'reason';
  v_processed timestamptz;
  v_item jsonb;
begin
  disposition := v_route->>'disposition';
  jobs := '[]';
  if v_installation is not null and v_tenant <> 0 and not countersign.installation_fits(v_installation, v_tenant) then
    disposition := 'refused';
    v_reason := 'the installation belongs to another account than the repository';
    v_tenant := 0;
  end if;
  perform set_config('countersign.tenant', v_tenant::text, true);

  -- The same bytes are the same event only where they carry a time, as those of pull requests do: who leaves a team, comes back and
  -- leaves again causes the same bytes twice.
  select min(known.processed_at) into v_processed from (
    select d.processed_at from countersign.deliveries d where d.tenant_id = v_tenant and d.guid = v_guid
    union all
    select d.processed_at from countersign.deliveries d where d.tenant_id = v_tenant and d.digest = v_digest and d.pull_number is not null) known;
  if v_processed is not null then
    update countersign.deliveries d set times_received = d.times_received + 1 where d.tenant_id = v_tenant and d.guid = v_guid;
    disposition := 'duplicate';
    return;
  end if;

  insert into countersign.deliveries as d
      (tenant_id, guid, digest, event, action, installation_id, repository_id, pull_number, disposition, reason, processed_at, sender, payload)
    values (v_tenant, v_guid, v_digest, p_delivery->>'event', v_route->>'action', v_installation,
      case when v_tenant <> 0 then v_repository end, case when v_tenant <> 0 then v_pull end, disposition, v_reason,
      case when disposition = 'queued' and v_pull is not null then null else now() end, v_route->'sender', p_payload)
    on conflict (tenant_id, guid) do update set times_received = d.times_received + 1;
  if disposition = 'refused' then
    return;
  end if;

  for v_item in select * from jsonb_array_elements(v_route->'reviews') loop
    insert into countersign.review_submissions
        (tenant_id, repository_id, pull_number, review_id, commit_sha, state, author_id, submitted_at, guid)
      values (v_tenant, v_repository, v_pull, (v_item->>'id')::bigint, v_item->>'commit', v_item->>'state',
        (v_item->>'author')::bigint, (v_item->>'submittedAt')::timestamptz, v_guid)
      on conflict do nothing;
  end loop;
  for v_item in select * from jsonb_array_elements(v_route->'pushes') loop
    insert into countersign.pushes
        (tenant_id, repository_id, pull_number, ref, head_sha, before_sha, pusher_id, pusher_login, pusher_kind, guid)
      values (v_tenant, v_repository, (v_item->>'pull')::integer, v_item->>'ref', v_item->>'head', v_item->>'before',
        (v_item->>'pusherId')::bigint, v_item->>'pusherLogin', v_item->>'pusherKind', v_guid)
      on conflict do nothing;
  end loop;
  for v_item in select * from jsonb_array_elements(coalesce(v_route->'remarks', '[]')) loop
    insert into countersign.remarks
        (tenant_id, repository_id, number, on_pull, source, source_id, node_id, author_id, author_login, body, said_at, head_sha, guid)
      values (v_tenant, v_repository, (v_item->>'number')::integer, (v_item->>'onPull')::boolean, v_item->>'source',
        (v_item->>'sourceId')::bigint, v_item->>'nodeId', (v_item->>'authorId')::bigint, v_item->>'authorLogin', v_item->>'body',
        (v_item->>'saidAt')::timestamptz, v_item->>'head', v_guid)
      on conflict do nothing;
  end loop;
  jobs := v_route->'jobs';
end
$$;
