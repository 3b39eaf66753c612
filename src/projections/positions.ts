import type { PendingQuery, Row } from "postgres";
import { z } from "zod";
import { jsonParameter } from "../store/json_documents.ts";
import type { Database } from "../store/postgres_connections.ts";
import type { Queries } from "./queries.ts";
import type { Advance } from "./read_model.ts";

export interface StoredPosition {
  readonly projection: string;
  readonly partition: number;
  readonly position: number;
}

const StoredPositions = z.array(z.object({
  projection: z.string(),
  partition: z.number(),
  position: z.number(),
}));

const MovedPartitions = z.array(z.object({ partition: z.number() }));

/** The stored positions of these read models; a partition that was never projected stands at 0. */
export async function loadPositions(
  queries: Queries,
  { projections, partitions }: { readonly projections: readonly string[]; readonly partitions: number },
): Promise<readonly StoredPosition[]> {
  const names = jsonParameter(projections);
  await queries.run((sql) =>
    sql`
      insert into projection_position (projection, partition)
      select name, number
      from json_array_elements_text(${names}::text::json) as name, generate_series(0, ${partitions}::integer - 1) as number
      on conflict do nothing
    `
  );
  const rows = await queries.run((sql) =>
    sql`
      select projection, partition, position
      from projection_position
      where projection in (select json_array_elements_text(${names}::text::json))
    `
  );
  return StoredPositions.parse([...rows]);
}

export interface Saving {
  readonly projection: string;
  readonly advances: readonly Advance[];
  /** The part of the statement that writes the rows whose partition is in `moved`. */
  readonly writing: (sql: Database) => PendingQuery<Row[]>;
}

/** Moves positions that stand where they are expected and writes their rows, in one statement; returns their partitions. */
export async function saveRows(
  queries: Queries,
  { projection, advances, writing }: Saving,
): Promise<readonly number[]> {
  const rows = await queries.run((sql) =>
    sql`
      with moved as (${movingPositions(sql, { projection, advances })}),
      written as (${writing(sql)})
      select partition from moved
    `
  );
  return movedPartitions(rows);
}

/** Sets positions back to the beginning and empties the table of their partitions, in one statement. */
export async function clearRows(
  queries: Queries,
  { projection, table, partitions }: {
    readonly projection: string;
    readonly table: string;
    readonly partitions: readonly number[];
  },
): Promise<void> {
  await queries.run((sql) =>
    sql`
      with reset as (${resettingPositions(sql, { projection, partitions })})
      delete from ${sql(table)} where partition in (select partition from reset)
    `
  );
}

/** Part of a statement: moves positions that stand where they are expected, and returns their partitions. */
function movingPositions(
  sql: Database,
  { projection, advances }: { readonly projection: string; readonly advances: readonly Advance[] },
): PendingQuery<Row[]> {
  const moves = jsonParameter(advances);
  return sql`
    update projection_position as stored
    set position = move."to"
    from json_to_recordset(${moves}::text::json) as move(partition smallint, "from" bigint, "to" bigint)
    where stored.projection = ${projection} and stored.partition = move.partition and stored.position = move."from"
    returning stored.partition
  `;
}

/** Part of a statement: sets positions back to the beginning, and returns their partitions. */
function resettingPositions(
  sql: Database,
  { projection, partitions }: { readonly projection: string; readonly partitions: readonly number[] },
): PendingQuery<Row[]> {
  const chosen = jsonParameter(partitions);
  return sql`
    update projection_position
    set position = 0
    where projection = ${projection}
      and partition in (select json_array_elements_text(${chosen}::text::json)::smallint)
    returning partition
  `;
}

/** Reads the partitions that a statement says it has written. */
function movedPartitions(rows: Iterable<Row>): readonly number[] {
  return MovedPartitions.parse([...rows]).map(({ partition }) => partition);
}
