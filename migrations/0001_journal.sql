-- The journal and what is committed with it. Ids and addresses sort by their bytes, the same everywhere.

-- The database as a whole: one row. `incarnation` is renewed when a backup is restored; `secret` keys what is derived.
create table database (
  only_row boolean primary key default true check (only_row),
  incarnation text not null,
  secret text not null,
  partitions smallint not null
);

insert into database (incarnation, secret, partitions)
values (
  substr(encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex'), 1, 16),
  encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'),
  64
);

-- Who may write. Taking a partition raises its epoch; a commit names the epochs it decided under.
create table partition (
  id smallint primary key,
  epoch bigint not null default 0,
  owner text,
  attempts integer not null default 0
);

insert into partition (id)
select number from database, generate_series(0, database.partitions - 1) as number;

-- How far the relay has published. Not in `partition`: its updates would wait for commits, and commits for them.
create table published (
  partition smallint primary key references partition,
  position bigint not null default 0
);

insert into published (partition)
select id from partition;

-- Positions and versions are gap-free: the keys refuse repeats, `commit_batch` refuses gaps.
create table event (
  partition smallint not null,
  position bigint not null check (position > 0),
  kind text collate "C" not null,
  id text collate "C" not null,
  version bigint not null check (version > 0),
  type text not null,
  -- JSON text, parsed once by the commit. A `json` column would parse it again, which costs a seventh of a commit.
  data text not null,
  command_id text not null,
  correlation_id text not null,
  traceparent text,
  occurred_at timestamptz not null,
  primary key (partition, position),
  unique (kind, id, version)
);

-- A cache of the journal.
create table snapshot (
  kind text collate "C" not null,
  id text collate "C" not null,
  version bigint not null,
  schema_version integer not null,
  value json not null,
  context json not null,
  primary key (kind, id)
);

-- What commands came to. Not partitioned by day: the key could not span days.
create table command (
  kind text collate "C" not null,
  id text collate "C" not null,
  command_id text collate "C" not null,
  fingerprint text not null,
  -- JSON text, as in `event`.
  outcome text not null,
  decided_at timestamptz not null default now(),
  primary key (kind, id, command_id)
);

create index command_decided_at on command using brin (decided_at);

-- Messages on their way, deadlines and activities among them. The receiver's commit deletes them.
create table letter (
  id text collate "C" primary key,
  from_address text not null,
  to_address text collate "C" not null,
  to_partition smallint not null,
  activity text,
  command json not null,
  principal json not null,
  correlation_id text not null,
  traceparent text,
  deliver_at timestamptz not null,
  timer_key text collate "C",
  attempts integer not null
);

create index letter_due on letter (to_partition, deliver_at);
create unique index letter_timer on letter (to_address, timer_key) where timer_key is not null;

create table dead_letter (
  id text collate "C" primary key,
  address text not null,
  partition smallint not null,
  command json not null,
  principal json not null,
  correlation_id text not null,
  error text not null,
  actor_version bigint not null,
  attempts integer not null,
  died_at timestamptz not null
);

create table alias (
  public_id text collate "C" primary key,
  address text not null
);

-- The only place of personal data. Erasing a customer deletes these rows.
create table personal (
  id text collate "C" primary key,
  customer_id text collate "C" not null,
  data json not null
);

create index personal_customer on personal (customer_id);
