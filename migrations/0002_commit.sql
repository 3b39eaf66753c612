-- A batch in one statement: all of it, or nothing. JSON documents hold the rows; null where there are none.
--
-- VT001: a fence is stale; the detail lists the partitions. VT002: a consumed letter is gone. VT003: a gap.
create function commit_batch(
  fences json,
  events json,
  outcomes json,
  letters json,
  consumed json,
  cancelled json,
  aliases json,
  personals json,
  snapshots json,
  dead_letters json
) returns void
language plpgsql
-- Plans are kept from when the tables were empty; on full ones they must still go through the keys.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  fenced bigint;
  stale text;
  found_letters bigint;
begin
  -- `for share` waits for whoever takes a partition, and makes them wait; `for key share` would do neither. In id order,
  -- so that commits and takers cannot lock each other out. The filter must stay in the aggregate: a `where` outside the
  -- locking query could be moved inside, and would leave the good rows unlocked.
  select count(*), string_agg(locked.id::text, ',') filter (where locked.epoch <> locked.decided_under)
  into fenced, stale
  from (
    select partition.id, partition.epoch, fence.epoch as decided_under
    from json_to_recordset(fences) as fence(id smallint, epoch bigint)
    join partition on partition.id = fence.id
    order by partition.id
    for share of partition
  ) as locked;
  if stale is not null or fenced <> json_array_length(fences) then
    raise exception using errcode = 'VT001', message = 'a partition has a newer epoch', detail = coalesce(stale, '');
  end if;

  if events is not null then
    perform write_events(events);
  end if;

  if outcomes is not null then
    insert into command (kind, id, command_id, fingerprint, outcome)
    select kind, id, command_id, fingerprint, outcome
    from json_to_recordset(outcomes)
      as row(kind text, id text, command_id text, fingerprint text, outcome text);
  end if;

  -- Consumed and cancelled before new ones: a deadline that fired may be armed again under its key.
  if consumed is not null then
    delete from letter where id in (select json_array_elements_text(consumed));
    get diagnostics found_letters = row_count;
    if found_letters <> json_array_length(consumed) then
      raise exception using errcode = 'VT002', message = 'a consumed letter is gone';
    end if;
  end if;

  if cancelled is not null then
    delete from letter
    using json_to_recordset(cancelled) as timer(address text, key text)
    where letter.to_address = timer.address and letter.timer_key = timer.key;
  end if;

  if letters is not null then
    perform write_letters(letters);
  end if;

  if aliases is not null then
    insert into alias (public_id, address)
    select public_id, address from json_to_recordset(aliases) as row(public_id text, address text);
  end if;

  if personals is not null then
    insert into personal (id, customer_id, data)
    select id, customer_id, data from json_to_recordset(personals) as row(id text, customer_id text, data json)
    on conflict (id) do update set data = excluded.data where personal.customer_id = excluded.customer_id;
  end if;

  if snapshots is not null then
    insert into snapshot (kind, id, version, schema_version, value, context)
    select kind, id, version, schema_version, value, context
    from json_to_recordset(snapshots)
      as row(kind text, id text, version bigint, schema_version integer, value json, context json)
    on conflict (kind, id) do update set
      version = excluded.version,
      schema_version = excluded.schema_version,
      value = excluded.value,
      context = excluded.context
    where snapshot.version <= excluded.version;
  end if;

  if dead_letters is not null then
    insert into dead_letter
      (id, address, partition, command, principal, correlation_id, error, actor_version, attempts, died_at)
    select id, address, partition, command, principal, correlation_id, error, actor_version, attempts,
      to_timestamp(died_at / 1000)
    from json_to_recordset(dead_letters) as row(
      id text, address text, partition smallint, command json, principal json, correlation_id text, error text,
      actor_version bigint, attempts integer, died_at double precision
    );
  end if;
end
$$;

-- One statement: what it probes is what stood before the batch. Probes are scalar: `not exists` may be planned as one scan
-- of the whole journal.
create function write_events(events json) returns void
language plpgsql
as $$
declare
  gaps boolean;
begin
  with incoming as materialized (
    select *
    from json_to_recordset(events) as row(
      partition smallint, "position" bigint, kind text, id text, version bigint, type text, data text, command_id text,
      correlation_id text, traceparent text, occurred_at double precision
    )
  ),
  written as (
    insert into event
      (partition, position, kind, id, version, type, data, command_id, correlation_id, traceparent, occurred_at)
    select partition, position, kind, id, version, type, data, command_id, correlation_id, traceparent,
      to_timestamp(occurred_at / 1000)
    from incoming
  ),
  position_run as (
    select partition, min(position) as first, max(position) - min(position) + 1 - count(*) as missing
    from incoming
    group by partition
  ),
  version_run as (
    select kind, id, min(version) as first, max(version) - min(version) + 1 - count(*) as missing
    from incoming
    group by kind, id
  )
  -- Joins, not subqueries: those would be answered by hashing the whole journal.
  select
    exists (select from position_run where missing <> 0) or
    exists (select from version_run where missing <> 0) or
    (select count(*) from position_run where first > 1) <> (
      select count(*)
      from position_run as run
      join event on event.partition = run.partition and event.position = run.first - 1
    ) or
    (select count(*) from version_run where first > 1) <> (
      select count(*)
      from version_run as run
      join event on event.kind = run.kind and event.id = run.id and event.version = run.first - 1
    )
  into gaps;
  if gaps then
    raise exception using errcode = 'VT003', message = 'an event does not follow its predecessor';
  end if;
end
$$;

-- A deadline replaces the one under its key, id and all: the replaced letter can no longer be consumed.
create function write_letters(letters json) returns void
language plpgsql
as $$
begin
  insert into letter (
    id, from_address, to_address, to_partition, activity, command, principal, correlation_id, traceparent, deliver_at,
    timer_key, attempts
  )
  select id, from_address, to_address, to_partition, activity, command, principal, correlation_id, traceparent,
    to_timestamp(deliver_at / 1000), timer_key, attempts
  from json_to_recordset(letters) as row(
    id text, from_address text, to_address text, to_partition smallint, activity text, command json, principal json,
    correlation_id text, traceparent text, deliver_at double precision, timer_key text, attempts integer
  )
  on conflict (to_address, timer_key) where timer_key is not null do update set
    id = excluded.id,
    from_address = excluded.from_address,
    to_partition = excluded.to_partition,
    activity = excluded.activity,
    command = excluded.command,
    principal = excluded.principal,
    correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent,
    deliver_at = excluded.deliver_at,
    attempts = excluded.attempts;
end
$$;

-- Takes partitions and says where their journals end. Whoever was quicker keeps what it took. `tag` names this back end
-- in pg_stat_activity for whoever has to end those it waits for. Each statement sees what was committed before it began,
-- so the journal's end is read after the locks are had.
create function take_partitions(ids smallint[], new_owner text, tag text)
returns table (id smallint, epoch bigint, attempts integer, "position" bigint, last_occurred_at timestamptz)
language plpgsql
as $$
#variable_conflict use_column
declare
  seen json;
  taken smallint[];
begin
  perform set_config('application_name', tag, true), set_config('lock_timeout', '5s', true);
  seen := (select json_agg(json_build_object('id', id, 'epoch', epoch)) from partition where id = any (ids));
  perform from partition where id = any (ids) order by id for no key update;
  with raised as (
    update partition set
      epoch = partition.epoch + 1,
      attempts = case when owner is null then attempts else attempts + 1 end,
      owner = new_owner
    from json_to_recordset(seen) as before(id smallint, epoch bigint)
    where partition.id = before.id and partition.epoch = before.epoch
    returning partition.id
  )
  select array_agg(id) into taken from raised;
  return query
    select partition.id, partition.epoch, partition.attempts, coalesce(last.position, 0), last.occurred_at
    from partition
    left join lateral (
      select position, occurred_at from event
      where event.partition = partition.id
      order by position desc
      limit 1
    ) as last on true
    where partition.id = any (taken)
    order by partition.id;
end
$$;
