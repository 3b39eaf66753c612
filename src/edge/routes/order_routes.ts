import type { Actors } from "../../../actors/runtime/actors.ts";
import type { Principal } from "../../../machines/decision.ts";
import { answer, entityTag } from "../answers.ts";
import { orderAddress } from "../commands/own_id.ts";
import { ANY_ROLE } from "../commands/roles.ts";
import type { Door } from "../door.ts";
import { catchUp, type CatchUpDeps, listQuery, PAGE_QUERY, pageBody } from "../listing.ts";
import { orderFor } from "../order_for.ts";
import type { OrderListing, OrderQuery } from "../ports.ts";
import { guarded, type Route } from "./route.ts";

export interface OrderRouteDeps extends CatchUpDeps {
  readonly door: Door;
  readonly actors: Pick<Actors, "read">;
  readonly orders: OrderListing;
}

export function orderRoutes(deps: OrderRouteDeps): readonly Route[] {
  const { door, actors, orders } = deps;
  const one = guarded(door, {
    method: "GET",
    path: "/api/v1/orders/:orderId",
    summary: "Shows an order with its history, to its owner and to staff.",
    roles: ANY_ROLE,
    async handle(c, caller): Promise<Response> {
      const address = orderAddress(c.req.param("orderId") ?? "", caller);
      const { view, version } = await actors.read({ address, principal: caller });
      return answer(orderFor(caller, view), { headers: { etag: entityTag(version) } });
    },
  });
  const list = guarded(door, {
    method: "GET",
    path: "/api/v1/orders",
    summary: "Lists one's own orders; staff see those of their stores too, admins all.",
    query: { status: { type: "string" }, ...PAGE_QUERY },
    roles: ANY_ROLE,
    async handle(c, caller): Promise<Response> {
      const { status, after, limit } = listQuery(c);
      const seen = visibleTo(caller);
      if (after.kind === "write") await catchUp(deps, seen.storeIds === undefined ? seen.customerId : undefined);
      const place = after.kind === "page" ? after.place : undefined;
      return answer(pageBody(await orders.list({ ...seen, status, after: place, limit })));
    },
  });
  return [one, list];
}

function visibleTo({ sub, roles, stores }: Principal): Pick<OrderQuery, "customerId" | "storeIds"> {
  if (roles.includes("admin") || roles.includes("service")) return {};
  if (!roles.includes("staff")) return { customerId: sub };
  return roles.includes("customer") ? { customerId: sub, storeIds: stores } : { storeIds: stores };
}
