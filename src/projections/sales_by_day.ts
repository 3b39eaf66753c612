import { z } from "zod";
import { jsonParameter } from "../store/json_documents.ts";
import type { Queries } from "./queries.ts";

/** What a day brought in and gave back, in minor units; refunds count positive. */
export interface SalesDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly currency: string;
  readonly salesMinor: number;
  readonly refundsMinor: number;
  readonly netMinor: number;
}

/** What one order brought in (`sale`) or gave back. */
export interface SalesEntry {
  readonly orderId: string;
  readonly entryId: string;
  readonly day: string;
  readonly salesMinor: number;
  readonly refundsMinor: number;
}

export interface SalesByDay {
  /** Days in order, from and up to those named. */
  days(range?: { readonly from?: string; readonly to?: string }): Promise<readonly SalesDay[]>;
  /** What of these orders has been counted. */
  entries(orderIds: readonly string[]): Promise<readonly SalesEntry[]>;
}

const DayRows = z.array(z.object({
  day: z.string(),
  currency: z.string(),
  sales_minor: z.number(),
  refunds_minor: z.number(),
}));

const EntryRows = z.array(z.object({
  order_id: z.string(),
  entry_id: z.string(),
  day: z.string(),
  sales_minor: z.number(),
  refunds_minor: z.number(),
}));

/** The sales book, added up; a moment behind the journal. */
export function salesByDay(queries: Queries): SalesByDay {
  return {
    days: async ({ from, to } = {}) => {
      const rows = await queries.run((sql) =>
        sql`
        select day::text as day, currency, sum(sales_minor)::bigint as sales_minor,
          sum(refunds_minor)::bigint as refunds_minor
        from sales_entry
        where counted
          ${from === undefined ? sql`` : sql`and day >= ${from}::text::date`}
          ${to === undefined ? sql`` : sql`and day <= ${to}::text::date`}
        group by sales_entry.day, currency
        order by sales_entry.day, currency`
      );
      return DayRows.parse([...rows]).map(({ day, currency, sales_minor, refunds_minor }) => ({
        day,
        currency,
        salesMinor: sales_minor,
        refundsMinor: refunds_minor,
        netMinor: sales_minor - refunds_minor,
      }));
    },

    entries: async (orderIds) => {
      const wanted = jsonParameter(orderIds);
      const rows = await queries.run((sql) =>
        sql`
        select order_id, entry_id, day::text as day, sales_minor,
          refunds_minor
        from sales_entry
        where counted and order_id in (select json_array_elements_text(${wanted}::text::json))
        order by order_id, entry_id`
      );
      return EntryRows.parse([...rows]).map((row) => ({
        orderId: row.order_id,
        entryId: row.entry_id,
        day: row.day,
        salesMinor: row.sales_minor,
        refundsMinor: row.refunds_minor,
      }));
    },
  };
}
