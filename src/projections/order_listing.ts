import { z } from "zod";
import { type Money, money } from "../../machines/money.ts";
import type { OrderQuery, Page } from "../edge/ports.ts";
import { pageOf, readPlace } from "./page_place.ts";
import { jsonParameter } from "../store/json_documents.ts";
import { ListedOrderRow } from "./projected_orders.ts";
import type { Queries } from "./queries.ts";

/** An order as lists show it. Times are RFC 3339. */
export interface ListedOrder {
  readonly orderId: string;
  readonly trackingId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly status: string;
  readonly reason?: string;
  readonly totalAmount: Money;
  readonly itemCount: number;
  readonly placedAt: string;
  readonly updatedAt: string;
}

export interface Orders {
  /** Newest first. */
  list(query: OrderQuery): Promise<Page<ListedOrder>>;
  /** The status of those of these orders that exist. */
  statuses(orderIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const Place = z.tuple([z.int(), z.string()]);
const StatusRows = z.array(z.object({ order_id: z.string(), status: z.string() }));

/** Orders by customer, store and status; a moment behind the journal. */
export function orderListing(queries: Queries): Orders {
  return {
    list: async ({ customerId, storeIds, status, after, limit }) => {
      const place = readPlace(after, Place);
      const rows = await queries.run((sql) => {
        const stores = jsonParameter(storeIds ?? []);
        const seenAs = [
          ...(customerId === undefined ? [] : [sql`customer_id = ${customerId}`]),
          ...(storeIds === undefined
            ? []
            : [sql`store_id in (select json_array_elements_text(${stores}::text::json))`]),
        ];
        const isSeen = seenAs.length === 0 ? sql`true` : seenAs.reduce((one, other) => sql`(${one} or ${other})`);
        const inStatus = status === undefined ? sql`` : sql`and status = ${status}`;
        const older = place === undefined ? sql`` : sql`and (placed_at, order_id) < (${place[0]}, ${place[1]})`;
        return sql`
          select * from listed_order
          where ${isSeen} ${inStatus} ${older}
          order by placed_at desc, order_id desc
          limit ${limit + 1}
        `;
      });
      return pageOf(z.array(ListedOrderRow).parse([...rows]), {
        limit,
        item: listed,
        place: (row) => [row.placed_at, row.order_id],
      });
    },

    statuses: async (orderIds) => {
      const wanted = jsonParameter(orderIds);
      const rows = await queries.run((sql) =>
        sql`
          select order_id, status from listed_order
          where order_id in (select json_array_elements_text(${wanted}::text::json))
        `
      );
      return new Map(StatusRows.parse([...rows]).map((row) => [row.order_id, row.status]));
    },
  };
}

function listed(row: ListedOrderRow): ListedOrder {
  return {
    orderId: row.order_id,
    trackingId: row.tracking_id,
    customerId: row.customer_id,
    storeId: row.store_id,
    status: row.status,
    ...(row.reason === null ? {} : { reason: row.reason }),
    totalAmount: money(row.total_minor, row.currency),
    itemCount: row.item_count,
    placedAt: new Date(row.placed_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
