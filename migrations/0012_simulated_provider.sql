-- The books of the simulated payment provider where several nodes share one. A stranger to the shop's own tables.
create table simulated_payment (
  number bigint generated always as identity primary key,
  payment_id text collate "C" not null,
  entry text not null
);

create index simulated_payment_of on simulated_payment (payment_id, number);
