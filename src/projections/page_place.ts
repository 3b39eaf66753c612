import { z } from "zod";
import { invalid } from "../edge/edge_error.ts";
import type { Page } from "../edge/ports.ts";

/** Reads the place where a page ended; throws what the edge answers a forged one with. */
export function readPlace<Place>(text: string | undefined, schema: z.ZodType<Place>): Place | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text, (_name, value) => keepable(value)));
  } catch {
    throw invalid("after", "It must be the `next` of a page of this list");
  }
}

/** PostgreSQL keeps no NUL and fails on any, hence no page has ended at one. */
function keepable(value: unknown): unknown {
  if (typeof value === "string" && value.includes("\0")) throw new Error("Cannot read a place: it holds a NUL");
  return value;
}

/** The first `limit` of the rows found, and the place of the last of them when there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { limit, item, place }: {
    readonly limit: number;
    readonly item: (row: Row) => Item;
    readonly place: (row: Row) => unknown;
  },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? JSON.stringify(place(last)) : null;
  return { items: shown.map(item), next };
}
