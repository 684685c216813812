-- Since when a policy asks for access reviews in a repository: the first is due a period later. Kept for good, so that taking the reviews out
-- of the policy and putting them back puts none off.
create table countersign.access_review_schedules (
  tenant_id bigint not null,
  repository_id bigint not null,
  since timestamptz not null,
  primary key (tenant_id, repository_id)
);
select countersign.protect('countersign.access_review_schedules');

-- Reviews of who may sign what. The lines are those of the moment at which it was opened.
create table countersign.access_reviews (
  tenant_id bigint not null,
  review_id bigint generated always as identity,
  repository_id bigint not null,
  installation_id bigint not null,
  owner text not null,
  repository text not null,
  -- The commit of the default branch that the policy was read at.
  head_sha text not null,
  -- Blob ids of the policy that it was opened under.
  policy jsonb not null,
  lines jsonb not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  -- The text of its issue, so that what others make of it is put back.
  issue_title text,
  issue_body text,
  issue_number integer,
  -- Set before the issue is opened: while it is set and there is no number, GitHub may have it already.
  issue_attempted_at timestamptz,
  overdue_at timestamptz,
  finished_at timestamptz,
  -- Who answered for which line, and what was objected to.
  result jsonb,
  primary key (tenant_id, review_id)
);
-- Never two open at once.
create unique index access_reviews_open on countersign.access_reviews (tenant_id, repository_id) where finished_at is null;
create index access_reviews_issue on countersign.access_reviews (tenant_id, repository_id, issue_number);
select countersign.protect('countersign.access_reviews');

-- What people have done by which role, or have proposed that it had to sign: one row for each pull request, or issue.
create table countersign.role_uses (
  tenant_id bigint not null,
  role text not null,
  account_id bigint not null,
  what text not null check (what in ('signed', 'broke-the-glass', 'reconciled', 'attested', 'proposed')),
  repository_id bigint not null,
  -- Of the pull request or issue; 0 where it is about neither.
  number integer not null,
  -- `acme/shop`, as it was called then.
  repository text not null,
  used_at timestamptz not null,
  primary key (tenant_id, role, account_id, what, repository_id, number)
);
select countersign.protect('countersign.role_uses');

-- What was decided before this table was there. Row-level security binds the owner too, so it is done one tenant after the other.
do $$
declare
  v_tenant bigint;
begin
  for v_tenant in select distinct tenant_id from countersign.installation_owner loop
    perform set_config('countersign.tenant', v_tenant::text, true);
    insert into countersign.role_uses (tenant_id, role, account_id, what, repository_id, number, repository, used_at)
      select d.tenant_id, u.role, u.account, u.what, d.repository_id, d.pull_number, p.owner || '/' || p.repository,
             -- Signed when it was last signed; proposed when it was first decided about.
             case u.what when 'proposed' then min(u.at) else max(u.at) end
        from countersign.decisions d
        join countersign.pull_requests p
          on p.tenant_id = d.tenant_id and p.repository_id = d.repository_id and p.pull_number = d.pull_number
       cross join lateral (
         select s.seat->>'label' as role, (s.seat->'filledBy'->'account'->>'id')::bigint as account, 'signed' as what,
                (s.seat->'filledBy'->>'at')::timestamptz as at
           from jsonb_path_query(d.decision, '$.plan[*].seats[*]') as s(seat)
          where s.seat->>'id' like 'role:%' and s.seat->'filledBy'->'account' is not null and s.seat->'filledBy' <> 'null'
         union all
         select s.seat->>'label', (c.contributor->'account'->>'id')::bigint, 'proposed', d.decided_at
           from jsonb_path_query(d.decision, '$.plan[*].seats[*]') as s(seat)
          cross join jsonb_path_query(d.decision, '$.contributors[*]') as c(contributor)
          where s.seat->>'id' like 'role:%' and c.contributor->>'as' in ('author', 'initiator')
            and c.contributor->'account'->>'kind' = 'user') u
      where d.tenant_id = v_tenant
      group by 1, 2, 3, 4, 5, 6, 7
      on conflict do nothing;
  end loop;
  perform set_config('countersign.tenant', '', true);
end
$$;
