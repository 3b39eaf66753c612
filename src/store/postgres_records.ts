import type { Address } from "../../machines/decision.ts";
import type { PersonalRow } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "./json_documents.ts";
import type { PostgresConnections } from "./postgres_connections.ts";

export async function aliasFromPostgres(
  connections: PostgresConnections,
  publicId: string,
): Promise<Address | undefined> {
  const [row] = await connections.run<{ readonly address: Address }[]>((sql) =>
    sql`
      select address from alias
      where public_id = (select json_array_elements_text(${jsonParameter([publicId])}::text::json))
    `
  );
  return row?.address;
}

interface StoredPersonal {
  readonly id: string;
  readonly customer_id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function personalFromPostgres(
  connections: PostgresConnections,
  ids: readonly string[],
): Promise<readonly PersonalRow[]> {
  const rows = await connections.run<StoredPersonal[]>((sql) =>
    sql`
      select id, customer_id, data from personal
      where id = any (array(select json_array_elements_text(${jsonParameter(ids)}::text::json)))
    `
  );
  return rows.map(({ id, customer_id: customerId, data }) => ({ id, customerId, data }));
}

/** The oldest lie at the front of the table, so that a chunk is found without an order. */
export async function forgetOutcomesInPostgres(
  connections: PostgresConnections,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> {
  const [row] = await connections.run<{ readonly forgotten: number }[]>((sql) =>
    sql`
      with forgotten as (
        delete from command
        where ctid = any (array(
          select ctid from command where decided_at < to_timestamp(${before}::float8 / 1000) limit ${limit}::int
        ))
        returning 1
      )
      select count(*) as forgotten from forgotten
    `
  );
  return row?.forgotten ?? 0;
}

export async function nowOnPostgres(connections: PostgresConnections): Promise<number> {
  const [row] = await connections.run<{ readonly now: number }[]>((sql) =>
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now`
  );
  if (row === undefined) throw new Error("Cannot read the database's clock: no answer");
  return row.now;
}
