-- Run after every migration: what the app may do. It owns nothing. The ledger can be read and added to, nothing else; the grants on
-- the queue's tables are here because graphile-worker keeps them behind row-level security without a policy.
grant usage on schema countersign to countersign_app;
grant select, insert, update, delete on all tables in schema countersign to countersign_app;
grant usage on all sequences in schema countersign to countersign_app;
grant execute on all functions in schema countersign to countersign_app;
revoke update, delete, truncate, references, trigger on countersign.ledger, countersign.decisions, countersign.leaves,
  countersign.tree_nodes, countersign.checkpoints, countersign.signing_keys from countersign_app;
revoke all on countersign.installation_owner from countersign_app;
revoke insert, update, delete on countersign.migrations from countersign_app;

grant usage on schema graphile_worker to countersign_app;
grant select, insert, update, delete on all tables in schema graphile_worker to countersign_app;
grant usage on all sequences in schema graphile_worker to countersign_app;
grant execute on all functions in schema graphile_worker to countersign_app;
do $$
declare
  v_table record;
begin
  for v_table in
    select c.oid::regclass as name from pg_class c
      where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
        and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'countersign_app')
  loop
    execute format('create policy countersign_app on %s to countersign_app using (true) with check (true)', v_table.name);
  end loop;
end
$$;
