import { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import { addressOf } from "../../../actors/runtime/address.ts";
import { MAX_QUANTITY } from "../../../machines/cart/messages.ts";
import type { Principal } from "../../../machines/decision.ts";
import { answer, entityTag } from "../answers.ts";
import type { Door } from "../door.ts";
import type { EdgeContext } from "../edge_env.ts";
import { EdgeError } from "../edge_error.ts";
import { catchUp, type CatchUpDeps, listQuery, PAGE_QUERY, pageBody } from "../listing.ts";
import type { ProductListing } from "../ports.ts";
import { open, type Route } from "./route.ts";

export interface ProductRouteDeps extends CatchUpDeps {
  readonly door: Door;
  readonly actors: Pick<Actors, "read">;
  readonly products: ProductListing;
}

/** Anybody may look. */
const VISITOR: Principal = { sub: "visitor", roles: [], stores: [] };

/** Stock items show more than visitors may see: of what this reader is told, only `available` is passed on. */
const STOCK_READER: Principal = { sub: "shelves", roles: ["service"], stores: [] };

const ProductView = z.looseObject({ status: z.string(), stocked: z.boolean() });
const StockView = z.object({ available: z.int() });

export function productRoutes(deps: ProductRouteDeps): readonly Route[] {
  const { door, actors } = deps;
  const list = (c: EdgeContext): Promise<Response> => search(c, deps);
  const summary = "Lists products; `q` searches, `after` takes the `next` of a page or the cursor of a receipt.";
  const query = { q: { type: "string", maxLength: 200 }, ...PAGE_QUERY };
  return [
    open(door, { method: "GET", path: "/api/products", summary, query, handle: list }),
    open(door, { method: "GET", path: "/api/v1/products", summary, query, handle: list }),
    open(door, {
      method: "GET",
      path: "/api/v1/products/:sku",
      summary: "Shows a product that is on sale, and how many can be had now.",
      async handle(c): Promise<Response> {
        const sku = c.req.param("sku") ?? "";
        const { view, version } = await actors.read({ address: addressOf("product", sku), principal: VISITOR });
        const product = ProductView.parse(view);
        if (product.status !== "listed") throw new EdgeError("not_found");

        const available = product.stocked ? await availableOf(sku, actors) : MAX_QUANTITY;
        return answer({ ...product, available }, { headers: { etag: entityTag(version) } });
      },
    }),
  ];
}

async function availableOf(sku: string, actors: Pick<Actors, "read">): Promise<number> {
  const { view } = await actors.read({ address: addressOf("stock", sku), principal: STOCK_READER });
  return StockView.parse(view).available;
}

async function search(c: EdgeContext, deps: ProductRouteDeps): Promise<Response> {
  const { q, after, limit } = listQuery(c);
  if (after.kind === "write") await catchUp(deps);
  const place = after.kind === "page" ? after.place : undefined;
  return answer(pageBody(await deps.products.search({ q, after: place, limit })));
}
