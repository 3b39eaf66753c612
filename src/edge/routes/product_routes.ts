import type { Actors } from "../../../actors/runtime/actors.ts";
import { answer, entityTag } from "../answers.ts";
import type { Door } from "../door.ts";
import type { EdgeContext } from "../edge_env.ts";
import { EdgeError } from "../edge_error.ts";
import { catchUp, type CatchUpDeps, listQuery, PAGE_QUERY, pageBody } from "../listing.ts";
import type { ProductListing } from "../ports.ts";
import { productOnSale } from "../product_on_sale.ts";
import { open, type Route } from "./route.ts";

export interface ProductRouteDeps extends CatchUpDeps {
  readonly door: Door;
  readonly actors: Pick<Actors, "read">;
  readonly products: ProductListing;
}

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
        const product = await productOnSale(c.req.param("sku") ?? "", actors);
        if (product === undefined) throw new EdgeError("not_found");
        return answer(product, { headers: { etag: entityTag(product.version) } });
      },
    }),
  ];
}

async function search(c: EdgeContext, deps: ProductRouteDeps): Promise<Response> {
  const { q, after, limit } = listQuery(c);
  if (after.kind === "write") await catchUp(deps);
  const place = after.kind === "page" ? after.place : undefined;
  return answer(pageBody(await deps.products.search({ q, after: place, limit })));
}
