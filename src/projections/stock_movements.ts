import { z } from "zod";
import { jsonParameter } from "../store/json_documents.ts";
import type { Queries } from "./queries.ts";

export interface StockMovements {
  /** The SKUs that were received or adjusted for exactly that reason. */
  skusMovedFor(reason: string): Promise<ReadonlySet<string>>;
  /** Those of these reasons that some movement gives. */
  reasonsGiven(reasons: readonly string[]): Promise<ReadonlySet<string>>;
}

const SkuRows = z.array(z.object({ sku: z.string() }));
const ReasonRows = z.array(z.object({ reason: z.string() }));

/** Deliveries and corrections of stock, by their reason; a moment behind the journal. */
export function stockMovements(queries: Queries): StockMovements {
  return {
    skusMovedFor: async (reason) => {
      const rows = await queries.run((sql) => sql`select distinct sku from stock_movement where reason = ${reason}`);
      return new Set(SkuRows.parse([...rows]).map(({ sku }) => sku));
    },

    reasonsGiven: async (reasons) => {
      const asked = jsonParameter(reasons);
      const rows = await queries.run((sql) =>
        sql`
          select distinct reason from stock_movement
          where reason in (select json_array_elements_text(${asked}::text::json))
        `
      );
      return new Set(ReasonRows.parse([...rows]).map(({ reason }) => reason));
    },
  };
}
