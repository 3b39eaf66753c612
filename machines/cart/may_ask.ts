import { actsFor } from "../customer/owner.ts";
import type { Principal } from "../decision.ts";
import type { Cart } from "./machine.ts";

/** Whether this principal may ask anything of the cart. Who took a guest's cart over is told where it went. */
export function mayAsk({ context: { customerId, movedTo } }: Cart, principal: Principal): boolean {
  return actsFor(principal, customerId) || (movedTo !== null && actsFor(principal, movedTo.customerId));
}
