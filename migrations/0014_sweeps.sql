-- What the app does about everything that it was not told. The tables without a tenant describe the app: numbers and instants only.

-- When the app was last there to take webhooks, by its own clock. One row.
create table countersign.heartbeat (
  singleton boolean primary key default true check (singleton),
  at timestamptz not null
);

-- Times in which nobody took webhooks, each caught up with once.
create table countersign.outages (
  outage_id integer generated always as identity primary key,
  -- By the app's clock, as all that the app decides by; the durations below are measured by the database's.
  began_at timestamptz not null,
  ended_at timestamptz not null,
  noticed_at timestamptz not null default now(),
  -- Set when it is known which installations have to be gone through.
  planned_at timestamptz,
  -- Set when everything that GitHub still had of it has been sent again.
  repeated_at timestamptz,
  repeated integer not null default 0,
  caught_up_at timestamptz
);
create index outages_open on countersign.outages (outage_id) where caught_up_at is null;

create table countersign.outage_parts (
  outage_id integer not null references countersign.outages,
  installation_id bigint not null,
  done_at timestamptz,
  pulls integer not null default 0,
  evaluated integer not null default 0,
  unanswered integer not null default 0,
  primary key (outage_id, installation_id)
);

-- How far GitHub's log of deliveries has been read. It is read from the newest backwards: `top` is the newest of the reading under way,
-- `cursor` where it goes on, and `read_until` the top of the last one that was finished.
create table countersign.delivery_log (
  singleton boolean primary key default true check (singleton),
  read_until timestamptz,
  top timestamptz,
  cursor text
);
insert into countersign.delivery_log default values;

-- Deliveries that failed, and what was done about each.
create table countersign.missed_deliveries (
  guid text primary key,
  delivery_id bigint not null,
  event text not null,
  action text,
  installation_id bigint,
  delivered_at timestamptz not null,
  -- The lowest first.
  urgency smallint not null,
  tries smallint not null default 0,
  tried_at timestamptz,
  -- arrived, gone (GitHub no longer has it), gave-up
  settled text
);
create index missed_deliveries_open on countersign.missed_deliveries (urgency, delivered_at) where settled is null;

-- Which of these deliveries the app has not processed: [{guid, installation}]. As definer, since an installation's tenant is in a table
-- that the app may not read; each is looked for among the rows of its own tenant, and of none.
create function countersign.unprocessed(p_deliveries jsonb) returns setof text
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  v_before text := current_setting('countersign.tenant', true);
  v_one record;
begin
  for v_one in
    select d.guid, o.tenant_id as tenant
      from jsonb_to_recordset(p_deliveries) as d(guid text, installation bigint)
      left join countersign.installation_owner o on o.installation_id = d.installation
  loop
    perform set_config('countersign.tenant', coalesce(v_one.tenant, 0)::text, true);
    if not exists (select from countersign.deliveries d
      where d.tenant_id = coalesce(v_one.tenant, 0) and d.guid = v_one.guid and d.processed_at is not null) then
      return next v_one.guid;
    end if;
  end loop;
  perform set_config('countersign.tenant', coalesce(v_before, ''), true);
end
$$;

-- Where the way through an installation's repositories stands, so that whoever goes on after a kill, or when there is budget again,
-- goes on there.
create table countersign.sweeps (
  tenant_id bigint not null,
  installation_id bigint not null,
  outage_id integer,
  started_at timestamptz not null default now(),
  phase text not null default 'people' check (phase in ('people', 'pulls', 'branches', 'settling')),
  -- Of GitHub's list of repositories, and how many of that page are done.
  page integer not null default 1,
  done_of_page integer not null default 0,
  done integer not null default 0,
  total integer not null default 0,
  counts jsonb not null default '{}',
  finished_at timestamptz,
  primary key (tenant_id, installation_id)
);
select countersign.protect('countersign.sweeps');

-- When GitHub said that the pull request was changed, as of the last evaluation: another instant there is a change that nobody told of.
alter table countersign.pull_requests add column changed_at timestamptz;
-- When the check was last written to GitHub, which calls one that stays unfinished stale.
alter table countersign.publications add column written_at timestamptz;
