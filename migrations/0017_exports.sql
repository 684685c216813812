-- Whoever works on the command line knows an organization by its login. Only rows of the login that the session names can be seen.
create policy by_login on countersign.installations for select
  using (lower(account_login) = lower(nullif(current_setting('countersign.login', true), '')));

-- The commits that each update of a governed branch brought, as GitHub compared them when it was judged: the population that decisions and
-- findings are held against. Null where they were too many to be read, and on updates from before this column.
alter table countersign.branch_updates add column commits text[];
create index branch_updates_happened_at on countersign.branch_updates (tenant_id, happened_at, repository_id, ref, activity_id);
