-- The Merkle tree over the ledger, one for each organization. Writers only leave word that an entry waits, without a lock; the sequencer gives
-- it the next place. An entry that is committed late is found late, and never passed over.
create table countersign.pending_leaves (
  tenant_id bigint not null,
  entry_id bigint not null,
  primary key (tenant_id, entry_id)
);
select countersign.protect('countersign.pending_leaves');
-- Whose entries wait is asked for all organizations at once, by the sequencer, which says so. It learns two numbers.
create policy sequencer on countersign.pending_leaves for select using (current_setting('countersign.sequencer', true) = 'on');

create function countersign.queue_leaf() returns trigger
  language plpgsql
  as $$ begin insert into countersign.pending_leaves values (new.tenant_id, new.entry_id); return null; end $$;
create trigger ledger_queue_leaf after insert on countersign.ledger for each row execute function countersign.queue_leaf();

create table countersign.leaves (
  tenant_id bigint not null,
  leaf_index bigint not null,
  entry_id bigint not null,
  leaf_hash bytea not null,
  primary key (tenant_id, leaf_index),
  unique (tenant_id, entry_id)
);
select countersign.protect('countersign.leaves');

-- Complete subtrees of 2^8, 2^16, 2^24, … leaves, so that a proof needs no more than some hundred hashes of each level.
create table countersign.tree_nodes (
  tenant_id bigint not null,
  level smallint not null,
  node_index bigint not null,
  hash bytea not null,
  primary key (tenant_id, level, node_index)
);
select countersign.protect('countersign.tree_nodes');

-- How far the sequencer has come: the size of the tree, and the hashes of its complete subtrees, largest first.
create table countersign.trees (
  tenant_id bigint primary key,
  size bigint not null,
  frontier bytea not null
);
select countersign.protect('countersign.trees');

create table countersign.checkpoints (
  tenant_id bigint not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  signed_at timestamptz not null,
  primary key (tenant_id, size)
);
select countersign.protect('countersign.checkpoints');

-- Keys that have signed checkpoints, as verifiers are handed on. They are public, and belong to the app.
create table countersign.signing_keys (
  verifier text primary key,
  first_used_at timestamptz not null
);

do $$
declare
  v_tenant bigint;
begin
  for v_tenant in select distinct tenant_id from countersign.installation_owner union select 0 loop
    perform set_config('countersign.tenant', v_tenant::text, true);
    insert into countersign.pending_leaves select tenant_id, entry_id from countersign.ledger;
  end loop;
end
$$;
