-- The one table without row-level security that names tenants: a number for a number, kept by trigger, read by the definer below.
create table countersign.installation_owner (installation_id bigint primary key, tenant_id bigint not null);
create function countersign.remember_owner() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  as $$
begin
  insert into countersign.installation_owner values (new.installation_id, new.tenant_id)
    on conflict (installation_id) do nothing;
  return new;
end
$$;
create trigger installations_owner after insert on countersign.installations
  for each row execute function countersign.remember_owner();

-- An installation whose account is not yet known fits any: the worker asks GitHub before it does anything else.
-- As definer, since the row of another tenant is exactly what must be seen here.
create function countersign.installation_fits(p_installation bigint, p_tenant bigint) returns boolean
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$
    select coalesce((select tenant_id = p_tenant from countersign.installation_owner where installation_id = p_installation), true)
  $$;


-- Takes one verified delivery: stores it and what only it knows, and says which jobs it causes.
--
-- p_delivery: {guid, digest (hex), event, route}, and route is what src/app.ts made of the event:
--   {tenant, installation, repository, pull, action, sender, disposition, reason, reviews: [...], pushes: [...], jobs: [...]}
-- The disposition is what the route asks for, or `duplicate` (the same delivery, or the same bytes under another id, has been dealt
-- with already), or `refused` (the installation is known to belong to another account).
create function countersign.accept_one(p_delivery jsonb, p_payload bytea, out disposition text, out jobs jsonb)
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
  jobs := v_route->'jobs';
end
$$;

-- Takes the deliveries that came in at one moment, in one commit, with their jobs in one call of the queue. Measured with 32 webhooks at a
-- time: a commit with its NOTIFY for each of them costs four times as much, since Postgres lets such commits through one at a time.
-- Its plans are made when the tables are empty and kept by the session: without sequential scans they stay right as the tables grow.
create function countersign.accept_deliveries(p_deliveries jsonb, p_payloads bytea[]) returns text[]
  language plpgsql
  set enable_seqscan = off
  as $$
declare
  v_dispositions text[] := '{}';
  v_jobs jsonb := '[]';
  v_one record;
  v_index integer;
begin
  for v_index in 1 .. jsonb_array_length(p_deliveries) loop
    v_one := countersign.accept_one(p_deliveries->(v_index - 1), p_payloads[v_index]);
    v_dispositions := v_dispositions || v_one.disposition;
    v_jobs := v_jobs || v_one.jobs;
  end loop;
  if jsonb_array_length(v_jobs) > 0 then
    perform countersign.enqueue_all(v_jobs);
  end if;
  return v_dispositions;
end
$$;

-- Adds jobs under their keys, one for each key: a waiting job of the same key is kept with its time. The order of the keys keeps two
-- batches from waiting for each other in a circle. The queue leaves a job out under contention, which must not count as taken.
create function countersign.enqueue_all(p_jobs jsonb) returns void
  language plpgsql
  as $$
declare
  v_specs graphile_worker.job_spec[];
  v_taken integer;
begin
  select array_agg((job->>'task', (job->'payload')::json, null, null, 12, job->>'key', (job->>'priority')::integer, null)::graphile_worker.job_spec order by job->>'key')
    into v_specs
    from (select distinct on (value->>'key') value as job from jsonb_array_elements(p_jobs) with ordinality order by value->>'key', ordinality desc) latest;
  select count(*) into v_taken from graphile_worker.add_jobs(v_specs, job_key_preserve_run_at => true);
  if v_taken < array_length(v_specs, 1) then
    raise exception 'the queue did not take all jobs' using errcode = 'serialization_failure';
  end if;
end
$$;

-- Adds a job under its key: a waiting job of the same key is kept with its time, so that a burst of events neither multiplies
-- the work nor puts it off. graphile_worker.add_job may return null under contention, which must not count as accepted.
create function countersign.enqueue(p_task text, p_key text, p_payload jsonb, p_priority integer default 0,
    p_run_at timestamptz default null, p_mode text default 'preserve_run_at', p_max_attempts integer default 12)
  returns void
  language plpgsql
  as $$
declare
  v_job record;
begin
  select * into v_job from graphile_worker.add_job(
    identifier => p_task, payload => p_payload::json, job_key => p_key, job_key_mode => p_mode,
    priority => p_priority, run_at => p_run_at, max_attempts => p_max_attempts);
  if v_job is null or v_job.id is null then
    raise exception 'the queue did not take the job %', p_key using errcode = 'serialization_failure';
  end if;
end
$$;

-- Spends one call's worth of an installation's budget, or says for how many milliseconds to wait.
-- Limits: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read on 2026-11-23): 900 REST points a minute (a
-- write costs 5), 2,000 GraphQL points a minute, 80 content-creating requests a minute and 500 an hour, 5,000 requests an hour.
-- p_share is the part of each limit that this kind of work may use, so that urgent work always finds some left.
create function countersign.spend(p_tenant bigint, p_resource text, p_points integer, p_content integer, p_share double precision)
  returns integer
  language plpgsql
  as $$
declare
  v_now timestamptz := clock_timestamp();
  v_until timestamptz;
  v_minute record;
  v_hour record;
begin
  perform set_config('countersign.tenant', p_tenant::text, true);
  perform pg_advisory_xact_lock(1129270612, hashint8(p_tenant));
  select max(until) into v_until from countersign.blocks where tenant_id = p_tenant and resource in (p_resource, 'all');
  if v_until > v_now then
    return ceil(extract(epoch from v_until - v_now) * 1000)::integer;
  end if;
  -- Slices of ten seconds that may still lie within the last 60 seconds, or the last hour, of GitHub's own clock.
  select coalesce(sum(rest_points), 0) as rest, coalesce(sum(graphql_points), 0) as graphql, coalesce(sum(content), 0) as content
    into v_minute from countersign.spending where tenant_id = p_tenant and slice > v_now - interval '70 seconds';
  select coalesce(sum(rest_requests), 0) as rest, coalesce(sum(graphql_points), 0) as graphql, coalesce(sum(content), 0) as content
    into v_hour from countersign.spending where tenant_id = p_tenant and slice > v_now - interval '3610 seconds';
  if (p_resource = 'rest' and v_minute.rest + p_points > 900 * p_share)
    or (p_resource = 'graphql' and v_minute.graphql + p_points > 2000 * p_share)
    or (p_content > 0 and v_minute.content + p_content > 80 * p_share) then
    return 5000;
  end if;
  if (p_resource = 'rest' and v_hour.rest + 1 > 5000 * p_share)
    or (p_resource = 'graphql' and v_hour.graphql + p_points > 5000 * p_share)
    or (p_content > 0 and v_hour.content + p_content > 500 * p_share) then
    return 60000;
  end if;
  insert into countersign.spending (tenant_id, slice, rest_points, rest_requests, graphql_points, content)
    values (p_tenant, date_bin('10 seconds', v_now, 'epoch'),
      case when p_resource = 'rest' then p_points else 0 end, case when p_resource = 'rest' then 1 else 0 end,
      case when p_resource = 'graphql' then p_points else 0 end, p_content)
    on conflict (tenant_id, slice) do update set
      rest_points = spending.rest_points + excluded.rest_points, rest_requests = spending.rest_requests + excluded.rest_requests,
      graphql_points = spending.graphql_points + excluded.graphql_points, content = spending.content + excluded.content;
  return 0;
end
$$;

-- Holds a resource back for a time that GitHub named; a longer hold that stands already is kept.
create function countersign.block(p_tenant bigint, p_resource text, p_milliseconds bigint) returns void
  language plpgsql
  as $$
begin
  perform set_config('countersign.tenant', p_tenant::text, true);
  insert into countersign.blocks (tenant_id, resource, until)
    values (p_tenant, p_resource, clock_timestamp() + p_milliseconds * interval '1 millisecond')
    on conflict (tenant_id, resource) do update set until = greatest(blocks.until, excluded.until);
end
$$;
