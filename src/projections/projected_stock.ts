import { z } from "zod";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "../store/json_documents.ts";
import { clearRows, saveRows } from "./positions.ts";
import type { ReadModel } from "./read_model.ts";

export interface StockMovementRow {
  readonly sku: string;
  readonly version: number;
  readonly partition: number;
  readonly delta: number;
  readonly reason: string;
  readonly available: number;
  readonly occurred_at: number;
}

const Moved = z.object({
  quantity: z.number().optional(),
  delta: z.number().optional(),
  reason: z.string(),
  available: z.number(),
});

const FACTS = new Set(["received", "adjusted"]);
const NAME = "stock_movement";

/** Deliveries and corrections: one row for each, never changed. */
export const projectedStock: ReadModel<StockMovementRow> = {
  name: NAME,
  keyOf: (event) => FACTS.has(event.type) && kindOf(event.address) === "stock" ? keyOf(event) : undefined,
  rowKey: ({ sku, version }) => `${version}@${sku}`,
  apply: (_row, event) => movement(event),
  load: () => Promise.resolve([]),

  save: (queries, { rows, advances }) => {
    const written = jsonParameter(rows);
    return saveRows(queries, {
      projection: NAME,
      advances,
      writing: (sql) =>
        sql`
          insert into stock_movement
          select row.* from json_populate_recordset(null::stock_movement, ${written}::text::json) as row
          where row.partition in (select partition from moved)
        `,
    });
  },

  clear: (queries, partitions) => clearRows(queries, { projection: NAME, table: "stock_movement", partitions }),
};

function keyOf({ address, version }: EventRow): string {
  return `${version}@${idOf(address)}`;
}

function movement({ address, version, partition, dataJson, occurredAt }: EventRow): StockMovementRow {
  const { quantity, delta, reason, available } = Moved.parse(JSON.parse(dataJson));
  return {
    sku: idOf(address),
    version,
    partition,
    delta: quantity ?? delta ?? 0,
    reason,
    available,
    occurred_at: occurredAt,
  };
}
