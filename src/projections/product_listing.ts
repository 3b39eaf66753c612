import { z } from "zod";
import { MAX_QUANTITY } from "../../machines/cart/messages.ts";
import { money } from "../../machines/money.ts";
import type { ListedProduct, Page, ProductListing } from "../edge/ports.ts";
import { pageOf, readPlace } from "./page_place.ts";
import { searchQuery } from "./words.ts";
import type { Database } from "../store/postgres_connections.ts";
import type { Queries } from "./queries.ts";

/** Products of this category are charged and never shown: postage, discounts, bank charges. */
export const FEES = "fees";

const ListingRow = z.object({
  sku: z.string(),
  name: z.string(),
  category: z.string(),
  price_minor: z.number(),
  currency: z.string(),
  stocked: z.boolean(),
  available: z.number(),
});

type ListingRow = z.infer<typeof ListingRow>;

const Place = z.tuple([z.string(), z.string()]);

/** Products by name, or those with words that begin like the query's; a moment behind the journal. */
export function productListing(queries: Queries): ProductListing {
  return {
    search: async ({ q = "", after, limit }) => {
      const [name, sku] = readPlace(after, Place) ?? ["", ""];
      const query = searchQuery(q);
      if (query === undefined && q.trim() !== "") return NOTHING;

      const rows = await queries.run((sql) =>
        sql`
        select sku, name, category, price_minor, currency, stocked, available
        from listed_product
        where status = 'listed' and category <> ${FEES} and (name, sku) > (${name}, ${sku})
          ${query === undefined ? sql`` : sql`and ${wordsIn(sql)} @@ ${query}::text::tsquery`}
        order by name, sku
        limit ${limit + 1}`
      );
      return pageOf(z.array(ListingRow).parse([...rows]), { limit, item: listed, place: (row) => [row.name, row.sku] });
    },
  };
}

/** As the index has them: whole, since a parser would take "46e2df67" for a number and a word. */
function wordsIn(sql: Database): ReturnType<Database> {
  return sql`array_to_tsvector(string_to_array(words, ' '))`;
}

const NOTHING: Page<ListedProduct> = { items: [], next: null };

function listed(row: ListingRow): ListedProduct {
  return {
    sku: row.sku,
    name: row.name,
    price: money(row.price_minor, row.currency),
    imageUrl: `/images/products/${encodeURIComponent(row.sku)}.svg`,
    // Nothing limits what is on no shelf but the cart.
    available: row.stocked ? row.available : MAX_QUANTITY,
    ...(row.category === "" ? {} : { category: row.category }),
  };
}
