-- What raw payloads are found by when their time is over: those that are kept still, and no others.
create index deliveries_payload on countersign.deliveries (tenant_id, received_at) where payload is not null;

-- Organizations that the app has, or had, rows of, and none (0). As definer, since the app sees the rows of one at a time: numbers only.
create function countersign.tenants_to_purge() returns setof bigint
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
  as $$ select distinct tenant_id from countersign.installation_owner union select 0 $$;
