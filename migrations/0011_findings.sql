-- What people need to reconcile a finding.
alter table countersign.findings
  -- Blob ids of the policy that was in force when it was found; null where none ever was.
  add column policy jsonb,
  -- Every commit that it is about, which an approval afterwards permits. `details` names the first of them.
  add column commits text[] not null default '{}',
  -- Who had a part in it, once all of it could be read: they have no seat.
  add column people jsonb;
