import { z } from "zod";
import { idOf, kindOf } from "../../actors/runtime/address.ts";
import type { EventRow } from "../../actors/runtime/ports.ts";
import { jsonParameter } from "../store/json_documents.ts";
import { clearRows, saveRows } from "./positions.ts";
import type { ReadModel } from "./read_model.ts";
import { wordsOf } from "./words.ts";

const ListedProductRow = z.object({
  sku: z.string(),
  partition: z.number(),
  /** `unlisted`: its stock is known, the product is not. */
  status: z.enum(["unlisted", "listed", "withdrawn"]),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  price_minor: z.number(),
  currency: z.string(),
  price_version: z.number(),
  stocked: z.boolean(),
  available: z.number(),
  words: z.string(),
});

export type ListedProductRow = Readonly<z.infer<typeof ListedProductRow>>;

/** What the facts of products and stock items say; each type brings some of it. */
const Data = z.object({
  name: z.string(),
  description: z.string(),
  category: z.string(),
  priceMinor: z.number(),
  newMinor: z.number(),
  currency: z.string(),
  priceVersion: z.number(),
  stocked: z.boolean(),
  available: z.number(),
}).partial();

const NAME = "listed_product";

/** Products with price and availability. A product and its stock item share the SKU, hence the partition and the row. */
export const projectedProducts: ReadModel<ListedProductRow> = {
  name: NAME,
  keyOf: ({ address }) => isProductOrStock(kindOf(address)) ? idOf(address) : undefined,
  rowKey: ({ sku }) => sku,
  apply,

  load: async (queries, keys) => {
    const wanted = jsonParameter(keys);
    const rows = await queries.run((sql) =>
      sql`
        select * from listed_product
        where sku in (select json_array_elements_text(${wanted}::text::json))
      `
    );
    return z.array(ListedProductRow).parse([...rows]);
  },

  save: (queries, { rows, advances }) => {
    const written = jsonParameter(rows);
    return saveRows(queries, {
      projection: NAME,
      advances,
      writing: (sql) =>
        sql`
          insert into listed_product
          select row.* from json_populate_recordset(null::listed_product, ${written}::text::json) as row
          where row.partition in (select partition from moved)
          on conflict (sku) do update set
            status = excluded.status, name = excluded.name, description = excluded.description,
            category = excluded.category, price_minor = excluded.price_minor, currency = excluded.currency,
            price_version = excluded.price_version, stocked = excluded.stocked, available = excluded.available,
            words = excluded.words
        `,
    });
  },

  clear: (queries, partitions) => clearRows(queries, { projection: NAME, table: "listed_product", partitions }),
};

function isProductOrStock(kind: string): boolean {
  return kind === "product" || kind === "stock";
}

function apply(row: ListedProductRow | undefined, event: EventRow): ListedProductRow {
  const before = row ?? unlisted(event);
  const data = Data.parse(JSON.parse(event.dataJson));
  if (kindOf(event.address) === "stock") return { ...before, available: data.available ?? before.available };

  const after: ListedProductRow = {
    ...before,
    name: data.name ?? before.name,
    description: data.description ?? before.description,
    category: data.category ?? before.category,
    price_minor: data.priceMinor ?? data.newMinor ?? before.price_minor,
    currency: data.currency ?? before.currency,
    price_version: data.priceVersion ?? before.price_version,
    stocked: data.stocked ?? before.stocked,
    status: statusAfter(before, event),
  };
  return { ...after, words: wordsOf(`${after.name} ${after.sku} ${after.category}`).join(" ") };
}

function statusAfter(row: ListedProductRow, { type }: EventRow): ListedProductRow["status"] {
  if (type === "listed") return "listed";
  return type === "withdrawn" ? "withdrawn" : row.status;
}

function unlisted({ address, partition }: EventRow): ListedProductRow {
  return {
    sku: idOf(address),
    partition,
    status: "unlisted",
    name: "",
    description: "",
    category: "",
    price_minor: 0,
    currency: "",
    price_version: 0,
    stocked: true,
    available: 0,
    words: "",
  };
}
