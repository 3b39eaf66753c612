import { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import { Money } from "../../../machines/money.ts";
import { answer } from "../answers.ts";
import type { Catalogue } from "../catalogue.ts";
import { CUSTOMERS } from "../commands/roles.ts";
import type { Door } from "../door.ts";
import { EdgeError } from "../edge_error.ts";
import type { Caller } from "../identity/caller.ts";
import { type CartShown, OwnCart, readOwnCart } from "../views/own_cart.ts";
import { derive, type Section, type SectionDeps, Source, unavailable } from "../views/section.ts";
import { guarded, type Route } from "./route.ts";

export interface CartViewDeps extends SectionDeps {
  readonly door: Door;
  readonly actors: Pick<Actors, "read">;
  readonly catalogue: Catalogue;
}

/** What the catalogue says today about something in the cart. */
const ProductShown = z.strictObject({
  sku: z.string(),
  imageUrl: z.string(),
  /** Null: no longer on sale. */
  price: Money.nullable(),
});
type ProductShown = Readonly<z.infer<typeof ProductShown>>;

export function cartViewRoutes(deps: CartViewDeps): readonly Route[] {
  const { door, actors, catalogue } = deps;
  const carts = new Source("cart", { ...deps, shape: OwnCart });
  const products = new Source("products", { ...deps, shape: z.array(ProductShown) });

  async function view(caller: Caller): Promise<Readonly<Record<string, unknown>>> {
    const own = await carts.load([caller.sub], () => readOwnCart(actors, caller));
    const cart = derive(own, ({ cart }) => cart);
    return {
      customerId: caller.sub,
      cursor: own.status === "unavailable" ? null : own.data.cursor,
      cart,
      products: await productsOf(cart, caller),
    };
  }

  function productsOf(cart: Section<CartShown | null>, { sub }: Caller): Promise<Section<readonly ProductShown[]>> {
    if (cart.status === "unavailable") return Promise.resolve(unavailable());
    const skus = [...new Set(cart.data?.lines.map(({ sku }) => sku))];
    return products.load([sub], () => Promise.all(skus.map((sku) => shown(sku, catalogue))));
  }

  return [guarded(door, {
    method: "GET",
    path: "/api/carts/:customerId/view",
    summary: "Shows the customer's cart, and what the catalogue says today about what is in it.",
    roles: CUSTOMERS,
    async handle(c, caller): Promise<Response> {
      if (c.req.param("customerId") !== caller.sub) throw new EdgeError("not_found");
      return answer(await view(caller));
    },
  })];
}

async function shown(sku: string, catalogue: Catalogue): Promise<ProductShown> {
  const item = await catalogue.find(sku);
  return {
    sku,
    imageUrl: `/images/products/${encodeURIComponent(sku)}.svg`,
    price: item === undefined ? null : { minor: item.unitMinor, currency: item.currency },
  };
}
