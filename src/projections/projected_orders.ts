import { z } from "zod";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "../store/json_documents.ts";
import { clearRows, saveRows } from "./positions.ts";
import type { ReadModel } from "./read_model.ts";

/** A row of `listed_order`. */
export const ListedOrderRow = z.object({
  order_id: z.string(),
  partition: z.number(),
  tracking_id: z.string(),
  customer_id: z.string(),
  store_id: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  total_minor: z.number(),
  currency: z.string(),
  item_count: z.number(),
  placed_at: z.number(),
  updated_at: z.number(),
  version: z.number(),
});

export type ListedOrderRow = Readonly<z.infer<typeof ListedOrderRow>>;

const Placed = z.object({
  trackingId: z.string(),
  customerId: z.string(),
  storeId: z.string(),
  currency: z.string(),
  totalMinor: z.number().default(0),
  lines: z.array(z.object({ quantity: z.number() })).default([]),
});

const Reasoned = z.object({ reason: z.string().nullable().default(null) });

/** The facts that an order's status follows from. */
const STATUS: ReadonlyMap<string, string> = new Map([
  ["placed", "PENDING"],
  ["paid", "PAID"],
  ["accepted", "ACCEPTED"],
  ["ready_marked", "READY"],
  ["shipped", "SHIPPED"],
  ["delivered", "DELIVERED"],
  ["canceled", "CANCELED"],
  ["failed", "FAILED"],
  ["refunded", "REFUNDED"],
  ["credited", "REFUNDED"],
]);

const NAME = "listed_order";

/** Orders with their status, for lists. */
export const projectedOrders: ReadModel<ListedOrderRow> = {
  name: NAME,
  keyOf: ({ address, type }) => STATUS.has(type) && kindOf(address) === "order" ? idOf(address) : undefined,
  rowKey: ({ order_id }) => order_id,
  apply,

  load: async (queries, keys) => {
    const wanted = jsonParameter(keys);
    const rows = await queries.run((sql) =>
      sql`
        select * from listed_order
        where order_id in (select json_array_elements_text(${wanted}::text::json))
      `
    );
    return z.array(ListedOrderRow).parse([...rows]);
  },

  save: (queries, { rows, advances }) => {
    const written = jsonParameter(rows);
    return saveRows(queries, {
      projection: NAME,
      advances,
      writing: (sql) =>
        sql`
          insert into listed_order
          select row.* from json_populate_recordset(null::listed_order, ${written}::text::json) as row
          where row.partition in (select partition from moved)
          on conflict (order_id) do update set
            status = excluded.status, reason = excluded.reason, updated_at = excluded.updated_at,
            version = excluded.version
        `,
    });
  },

  clear: (queries, partitions) => clearRows(queries, { projection: NAME, table: "listed_order", partitions }),
};

function apply(row: ListedOrderRow | undefined, event: EventRow): ListedOrderRow | undefined {
  const before = row ?? placed(event);
  if (before === undefined) return undefined;
  const data: unknown = JSON.parse(event.dataJson);
  return {
    ...before,
    status: STATUS.get(event.type) ?? before.status,
    reason: Reasoned.parse(data).reason,
    updated_at: event.occurredAt,
    version: event.version,
  };
}

/** An order's first fact says all but its status. */
function placed({ type, address, partition, dataJson, occurredAt, version }: EventRow): ListedOrderRow | undefined {
  if (type !== "placed" && type !== "credited") return undefined;
  const data = Placed.parse(JSON.parse(dataJson));
  return {
    order_id: idOf(address),
    partition,
    tracking_id: data.trackingId,
    customer_id: data.customerId,
    store_id: data.storeId,
    status: "PENDING",
    reason: null,
    total_minor: data.totalMinor,
    currency: data.currency,
    item_count: data.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    placed_at: occurredAt,
    updated_at: occurredAt,
    version,
  };
}
