-- Read models: rows that can be thrown away and made again from the journal. Every row follows from one partition's
-- events alone, and is written in the statement that moves that partition's position, hence exactly once.

create table projection_position (
  projection text collate "C" not null,
  partition smallint not null references partition,
  position bigint not null default 0,
  primary key (projection, partition)
);

-- What shoppers search. `words` are the lower-case words of name, SKU and category; the parser for documents would take
-- "RED/WHITE" for the name of a file.
create table listed_product (
  sku text collate "C" primary key,
  partition smallint not null,
  status text not null,
  name text collate "C" not null,
  description text not null,
  category text collate "C" not null,
  price_minor bigint not null,
  currency text not null,
  price_version integer not null,
  stocked boolean not null,
  available bigint not null,
  words text not null
);

create index listed_product_search on listed_product using gin (to_tsvector('simple', words));
create index listed_product_by_name on listed_product (name, sku) where status = 'listed';

create table listed_order (
  order_id text collate "C" primary key,
  partition smallint not null,
  tracking_id text collate "C" not null,
  customer_id text collate "C" not null,
  store_id text collate "C" not null,
  status text not null,
  reason text,
  total_minor bigint not null,
  currency text not null,
  item_count bigint not null,
  -- Epoch milliseconds.
  placed_at bigint not null,
  updated_at bigint not null,
  version bigint not null
);

create index listed_order_by_time on listed_order (placed_at desc, order_id desc);
create index listed_order_by_customer on listed_order (customer_id, placed_at desc, order_id desc);
create index listed_order_by_store on listed_order (store_id, placed_at desc, order_id desc);

-- The sales book: what each order brought in and gave back, on the day it belongs to. `counted`: it has been paid.
create table sales_entry (
  order_id text collate "C" not null,
  entry_id text collate "C" not null,
  partition smallint not null,
  day date not null,
  currency text not null,
  sales_minor bigint not null,
  refunds_minor bigint not null,
  counted boolean not null,
  primary key (order_id, entry_id)
);

create index sales_entry_by_day on sales_entry (day, currency) where counted;

-- Deliveries and corrections of stock, with the reason that was given.
create table stock_movement (
  sku text collate "C" not null,
  version bigint not null,
  partition smallint not null,
  delta bigint not null,
  reason text not null,
  available bigint not null,
  -- Epoch milliseconds.
  occurred_at bigint not null,
  primary key (sku, version)
);

create index stock_movement_by_reason on stock_movement (reason, sku);
