import { z } from "zod";
import type { Actors } from "../../../actors/runtime/actors.ts";
import { answer } from "../answers.ts";
import { CUSTOMERS } from "../commands/roles.ts";
import type { Door } from "../door.ts";
import { type Caller, isGuest } from "../identity/caller.ts";
import { catchUp, type CatchUpDeps } from "../listing.ts";
import type { OrderListing } from "../ports.ts";
import { OwnCart, readOwnCart } from "../views/own_cart.ts";
import { derive, type SectionDeps, Source } from "../views/section.ts";
import { guarded, type Route } from "./route.ts";

export interface AccountDeps extends SectionDeps, CatchUpDeps {
  readonly door: Door;
  readonly actors: Pick<Actors, "read">;
  readonly orders: OrderListing;
}

const SHOWN_ORDERS = 20;
const ShownOrders = z.array(z.looseObject({ orderId: z.string() }));

export function accountRoutes(deps: AccountDeps): readonly Route[] {
  const { door, actors, orders, clock } = deps;
  const carts = new Source("cart", { ...deps, shape: OwnCart });
  const recentOrders = new Source<readonly unknown[]>("orders", { ...deps, shape: ShownOrders });

  async function view(caller: Caller): Promise<Readonly<Record<string, unknown>>> {
    const customerId = caller.sub;
    const [own, ordersShown] = await Promise.all([
      carts.load([customerId], () => readOwnCart(actors, caller)),
      recentOrders.load([customerId], async () => {
        await catchUp(deps, customerId);
        return (await orders.list({ customerId, limit: SHOWN_ORDERS })).items;
      }),
    ]);
    return {
      customerId,
      cursor: own.status === "unavailable" ? null : own.data.cursor,
      cart: derive(own, ({ cart }) => cart),
      orders: ordersShown,
      profile: { status: "ok", asOf: new Date(clock.now()).toISOString(), data: profileOf(caller) },
    };
  }

  return [guarded(door, {
    method: "GET",
    path: "/api/account/view",
    summary: "Shows the customer's cart, latest orders and profile.",
    roles: CUSTOMERS,
    handle: async (_c, caller) => answer(await view(caller)),
  })];
}

function profileOf({ sub, expiresAt }: Caller): Readonly<Record<string, unknown>> {
  return { customerId: sub, guest: isGuest(sub), signedInUntil: new Date(expiresAt).toISOString() };
}
