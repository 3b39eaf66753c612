import { z } from "zod";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { dayAt } from "../../machines/day.ts";
import { jsonParameter } from "../store/json_documents.ts";
import { clearRows, saveRows } from "./positions.ts";
import type { ReadModel } from "./read_model.ts";

/** One line of an order's page in the sales book. */
const Entry = z.object({
  /** `sale`, the id of a return, or `rest`: what was given back when the order was closed. */
  entry_id: z.string(),
  day: z.string(),
  currency: z.string(),
  sales_minor: z.number(),
  refunds_minor: z.number(),
  counted: z.boolean(),
});

type Entry = Readonly<z.infer<typeof Entry>>;

/** An order's page: its sale first. */
export interface SalesPage {
  readonly order_id: string;
  readonly partition: number;
  readonly entries: readonly Entry[];
}

const Pages = z.array(z.object({ order_id: z.string(), partition: z.number(), entries: z.array(Entry) }));
const Placed = z.object({ currency: z.string(), totalMinor: z.number(), occurredOn: z.string().optional() });
const Returned = z.object({
  currency: z.string().optional(),
  creditNote: z.object({
    returnId: z.string(),
    refundMinor: z.number(),
    at: z.number(),
    occurredOn: z.string().optional(),
  }),
});

const FACTS = new Set(["placed", "paid", "goods_returned", "credited", "canceled", "refunded"]);
const NAME = "sales_entry";

/** What orders brought in and gave back, by the day it belongs to: the day an order names, else that of the fact. */
export const projectedSales: ReadModel<SalesPage> = {
  name: NAME,
  keyOf: ({ address, type }) => FACTS.has(type) && kindOf(address) === "order" ? idOf(address) : undefined,
  rowKey: ({ order_id }) => order_id,
  apply: (page, event) => ({
    order_id: idOf(event.address),
    partition: event.partition,
    entries: entriesAfter(page?.entries ?? [], event),
  }),

  load: async (queries, keys) => {
    const wanted = jsonParameter(keys);
    const rows = await queries.run((sql) =>
      sql`
        select order_id, partition, json_agg(sales_entry order by entry_id <> 'sale', entry_id) as entries
        from sales_entry
        where order_id in (select json_array_elements_text(${wanted}::text::json))
        group by order_id, partition
      `
    );
    return Pages.parse([...rows]);
  },

  save: (queries, { rows, advances }) => {
    const entries = rows.flatMap(({ order_id, partition, entries }) =>
      entries.map((entry) => ({ order_id, partition, ...entry }))
    );
    const written = jsonParameter(entries);
    return saveRows(queries, {
      projection: NAME,
      advances,
      writing: (sql) =>
        sql`
          insert into sales_entry
          select row.* from json_populate_recordset(null::sales_entry, ${written}::text::json) as row
          where row.partition in (select partition from moved)
          on conflict (order_id, entry_id) do update set counted = excluded.counted
        `,
    });
  },

  clear: (queries, partitions) => clearRows(queries, { projection: NAME, table: "sales_entry", partitions }),
};

function entriesAfter(entries: readonly Entry[], event: EventRow): readonly Entry[] {
  const data: unknown = JSON.parse(event.dataJson);
  const today = dayAt(event.occurredAt);
  switch (event.type) {
    case "placed": {
      const { currency, totalMinor, occurredOn } = Placed.parse(data);
      const day = occurredOn ?? today;
      return [{ entry_id: "sale", day, currency, sales_minor: totalMinor, refunds_minor: 0, counted: false }];
    }
    case "paid":
      return entries.map((entry) => entry.entry_id === "sale" ? { ...entry, counted: true } : entry);
    case "goods_returned":
    case "credited": {
      const { creditNote: { returnId, refundMinor, at, occurredOn }, ...told } = Returned.parse(data);
      const currency = told.currency ?? entries[0]?.currency ?? "";
      return withEntry(
        entries,
        refund(`return:${returnId}`, { day: occurredOn ?? dayAt(at), currency, minor: refundMinor }),
      );
    }
    default:
      return closed(entries, today);
  }
}

/** Closing an order that was paid gives back what is left of it. */
function closed(entries: readonly Entry[], day: string): readonly Entry[] {
  const [sale] = entries;
  if (sale === undefined || !sale.counted) return entries;
  const left = entries.reduce((sum, entry) => sum + entry.sales_minor - entry.refunds_minor, 0);
  return left <= 0 ? entries : withEntry(entries, refund("rest", { day, currency: sale.currency, minor: left }));
}

/** An entry is written once: what the order says again is no second refund. */
function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  return entries.some(({ entry_id }) => entry_id === entry.entry_id) ? entries : [...entries, entry];
}

function refund(
  entryId: string,
  { day, currency, minor }: { readonly day: string; readonly currency: string; readonly minor: number },
): Entry {
  return { entry_id: entryId, day, currency, sales_minor: 0, refunds_minor: minor, counted: true };
}
