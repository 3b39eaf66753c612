-- What the relay knows of the stream beside its position: a stream that was made anew, or that no longer holds what it
-- held, gets the latest events again. `replays` counts those times, so that an owner who missed one moves nothing.
alter table published
  add column replays bigint not null default 0,
  add column stream_created_at text,
  -- An event of this partition in the stream: its sequence there, and its position here.
  add column stream_sequence bigint,
  add column stream_position bigint;

-- The position after which a partition's events are younger than `since`; time never goes backwards in a partition.
create function position_before(which smallint, since timestamptz) returns bigint
language plpgsql stable
as $$
declare
  low bigint := 0;
  high bigint := coalesce((select position from event where partition = which order by position desc limit 1), 0);
  middle bigint;
  happened timestamptz;
begin
  while low < high loop
    middle := (low + high + 1) / 2;
    happened := (select occurred_at from event where partition = which and position = middle);
    if happened is null or happened < since then
      low := middle;
    else
      high := middle - 1;
    end if;
  end loop;
  return low;
end
$$;
