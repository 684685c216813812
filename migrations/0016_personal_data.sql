-- What people are called, and what they have written, stands beside the ledger: an entry holds a salted commitment to it, and this opens
-- it. Deleting a row here erases the words everywhere in the ledger, and no hash changes.
create table countersign.personal_data (
  tenant_id bigint not null,
  commitment bytea not null,
  salt bytea not null,
  -- To find it again, so that the same words of the same person are committed to once.
  value_hash bytea not null,
  value text not null,
  -- Whose words they are, if that is known; null for sentences that only speak of people.
  account_id bigint,
  primary key (tenant_id, commitment)
);
create unique index personal_data_value on countersign.personal_data (tenant_id, value_hash, coalesce(account_id, 0));
create index personal_data_account on countersign.personal_data (tenant_id, account_id);
select countersign.protect('countersign.personal_data');

-- Commitments for these words, in their order: the ones that are there, and new ones for what is new.
create function countersign.commit_to(p_values text[], p_accounts bigint[])
  returns table (commitment text)
  language plpgsql
  as $$
begin
  insert into countersign.personal_data (tenant_id, commitment, salt, value_hash, value, account_id)
    select countersign.tenant(), sha256(n.salt || convert_to(n.value, 'UTF8')), n.salt, sha256(convert_to(n.value, 'UTF8')), n.value, n.account
      from (select distinct on (v.value, v.account) v.value, v.account, uuid_send(gen_random_uuid()) as salt
              from unnest(p_values, p_accounts) as v(value, account) order by v.value, v.account) n
     order by 4
    on conflict do nothing;
  return query
    select encode(d.commitment, 'hex')
      from unnest(p_values, p_accounts) with ordinality as v(value, account, place)
      join countersign.personal_data d
        on d.tenant_id = countersign.tenant() and d.value_hash = sha256(convert_to(v.value, 'UTF8'))
       and coalesce(d.account_id, 0) = coalesce(v.account, 0)
     order by v.place;
end
$$;

-- An entry as people read it: its commitments opened, or called erased.
create function countersign.opened(p_tenant bigint, p_entry text) returns text
  language plpgsql stable
  as $$
declare
  v_opened text := p_entry;
  v_commitment text;
  v_value text;
begin
  for v_commitment in select distinct m[1] from regexp_matches(p_entry, '\{"commitment":"([0-9a-f]{64})"\}', 'g') as m loop
    select d.value into v_value from countersign.personal_data d
      where d.tenant_id = p_tenant and d.commitment = decode(v_commitment, 'hex');
    v_opened := replace(v_opened, '{"commitment":"' || v_commitment || '"}', to_jsonb(coalesce(v_value, '(erased)'))::text);
  end loop;
  return v_opened;
end
$$;
