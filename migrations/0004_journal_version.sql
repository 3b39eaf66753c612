-- The version of the journal that a partition's owners have written: who cannot read it must not take the partition.
alter table partition add column journal smallint not null default 1;
