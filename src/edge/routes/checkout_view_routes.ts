import { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Store } from "../../../actors/runtime/ports.ts";
import { money } from "../../../machines/money.ts";
import { MemoryCache } from "../../cache/memory_cache.ts";
import type { Config } from "../../config.ts";
import { answer } from "../answers.ts";
import { cartIdOf, ownCart } from "../commands/own_id.ts";
import { CUSTOMERS } from "../commands/roles.ts";
import type { Door } from "../door.ts";
import { EdgeError } from "../edge_error.ts";
import type { Caller } from "../identity/caller.ts";
import { CartShown, readCartAt } from "../views/own_cart.ts";
import { derive, type Section, type SectionDeps, Source, unavailable, type Viewed } from "../views/section.ts";
import { guarded, type Route } from "./route.ts";

export interface CheckoutViewDeps extends SectionDeps {
  readonly door: Door;
  readonly actors: Pick<Actors, "read">;
  readonly store: Pick<Store, "personal">;
  readonly config: Pick<Config, "paymentMethods">;
}

const Addresses = z.array(z.record(z.string(), z.unknown()));
type Addresses = z.infer<typeof Addresses>;

/** Addresses are personal: how they looked last is known to this process alone. */
const OWN_MEMORY = { entries: 5000, bytes: 8 * 1024 * 1024, allowances: 0 };

export function checkoutViewRoutes(deps: CheckoutViewDeps): readonly Route[] {
  const { door, actors, store, config, clock } = deps;
  const carts = new Source("checkout", { ...deps, shape: CartShown });
  const addresses = new Source("addresses", {
    ...deps,
    shape: Addresses,
    cache: new MemoryCache({ clock, ...OWN_MEMORY }),
  });

  async function view(checkoutId: string, caller: Caller): Promise<Readonly<Record<string, unknown>>> {
    const address = ownCart(cartIdOf(checkoutId), caller);
    const viewed: Viewed = [caller.sub, checkoutId];
    const cart = await carts.load(viewed, () => readCartAt(actors, { address, principal: caller }));
    // Staff may read anybody's cart, but this page has an address on it.
    if (cart.status !== "unavailable" && !isCheckoutOf(caller, cart.data)) throw new EdgeError("not_found");
    return {
      checkoutId,
      cursor: cart.status === "unavailable" ? null : cart.data.cursor,
      cart,
      addresses: await addressesOf(cart, { viewed, caller }),
      totals: derive(cart, totals),
      paymentMethods: {
        status: "ok",
        asOf: new Date(clock.now()).toISOString(),
        data: paymentMethods(config, cart),
      },
    };
  }

  function addressesOf(
    cart: Section<CartShown>,
    { viewed, caller }: { readonly viewed: Viewed; readonly caller: Caller },
  ): Promise<Section<Addresses>> {
    if (cart.status === "unavailable") return Promise.resolve(unavailable());
    const { addressId } = cart.data;
    return addresses.load(viewed, async () => {
      const rows = addressId === undefined ? [] : await store.personal([addressId]);
      return rows.filter((row) => row.customerId === caller.sub).map(({ id, data }) => ({ addressId: id, ...data }));
    });
  }

  return [guarded(door, {
    method: "GET",
    path: "/api/checkouts/:checkoutId/view",
    summary: "Shows a checkout: cart, addresses, totals and payment methods.",
    roles: CUSTOMERS,
    handle: async (c, caller) => answer(await view(c.req.param("checkoutId") ?? "", caller)),
  })];
}

function isCheckoutOf({ sub }: Caller, { customerId, checkoutId }: CartShown): boolean {
  return customerId === sub && checkoutId !== undefined;
}

function totals({ itemCount, totalAmount, discount }: CartShown): Readonly<Record<string, unknown>> {
  const { minor, currency } = totalAmount;
  const off = discount?.amount.minor ?? 0;
  return { itemCount, subtotal: money(minor + off, currency), discount: money(off, currency), totalAmount };
}

function paymentMethods(
  { paymentMethods }: Pick<Config, "paymentMethods">,
  cart: Section<CartShown>,
): readonly { readonly method: string; readonly chosen: boolean }[] {
  const chosen = cart.status === "unavailable" ? undefined : cart.data.paymentMethod;
  return paymentMethods.map((method) => ({ method, chosen: method === chosen }));
}
