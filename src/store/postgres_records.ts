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

export async function nowOnPostgres(connections: PostgresConnections): Promise<number> {
  const [row] = await connections.run<{ readonly now: number }[]>((sql) =>
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now`
  );
  if (row === undefined) throw new Error("Cannot read the database's clock: no answer");
  return row.now;
}
