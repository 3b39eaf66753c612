-- Which letter is alone in its owner's hands, and how many owners in a row have died so before.
alter table letter add column suspect_of text, add column suspect_deaths integer;
create index letter_suspect on letter (suspect_of) where suspect_of is not null;

-- As before, and says from whom a partition was taken without a release. One that takes its own again has not died.
drop function take_partitions(smallint[], text, text);
create function take_partitions(ids smallint[], new_owner text, tag text)
returns table (
  id smallint, epoch bigint, attempts integer, bereft_of text, "position" bigint, last_occurred_at timestamptz
)
language plpgsql
as $$
#variable_conflict use_column
declare
  seen json;
  taken json;
begin
  perform set_config('application_name', tag, true), set_config('lock_timeout', '5s', true);
  seen := (
    select json_agg(json_build_object('id', id, 'epoch', epoch, 'former', nullif(owner, new_owner)))
    from partition
    where id = any (ids)
  );
  perform from partition where id = any (ids) order by id for no key update;
  with raised as (
    update partition set
      epoch = partition.epoch + 1,
      attempts = case when nullif(owner, new_owner) is null then attempts else attempts + 1 end,
      owner = new_owner
    from json_to_recordset(seen) as before(id smallint, epoch bigint, former text)
    where partition.id = before.id and partition.epoch = before.epoch
    returning partition.id, before.former
  )
  select json_agg(raised) into taken from raised;
  return query
    select partition.id, partition.epoch, partition.attempts, raised.former, coalesce(last.position, 0),
      last.occurred_at
    from json_to_recordset(taken) as raised(id smallint, former text)
    join partition on partition.id = raised.id
    left join lateral (
      select position, occurred_at from event
      where event.partition = partition.id
      order by position desc
      limit 1
    ) as last on true
    order by partition.id;
end
$$;
