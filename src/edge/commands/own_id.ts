import { addressOf, isWellFormedId, slotOf } from "../../../actors/runtime/address.ts";
import type { Address, Principal } from "../../../machines/decision.ts";
import { EdgeError } from "../edge_error.ts";

/**
 * The address of a customer's cart. What cannot exist, or can only be somebody else's, is `not_found` here already: it
 * costs no look-up, and an order cannot be made to write to a cart in another customer's partition.
 */
export function ownCart(cartId: string, principal: Principal): Address {
  const address = slotted("cart", cartId);
  if (!isBeside(address, principal)) throw new EdgeError("not_found");
  return address;
}

/**
 * The address of any cart, for commands to its lines: a guest's cart lies elsewhere, and knows the customer it moved to.
 * Where nothing has moved the actor answers as if there were no such cart.
 */
export function anyCart(cartId: string): Address {
  return slotted("cart", cartId);
}

/** The same for orders, which those who work on everybody's orders may name as well. */
export function orderAddress(orderId: string, principal: Principal): Address {
  const address = slotted("order", orderId);
  const worksOnOrders = principal.roles.some((role) => role !== "customer");
  if (!worksOnOrders && !isBeside(address, principal)) throw new EdgeError("not_found");
  return address;
}

/** A checkout is a state of its cart: `chk_X` is `crt_X`. */
export function cartIdOf(checkoutId: string): string {
  if (!checkoutId.startsWith("chk_")) throw new EdgeError("not_found");
  return `crt_${checkoutId.slice(4)}`;
}

const PREFIXES = { cart: "crt_", order: "ord_" };

function slotted(kind: keyof typeof PREFIXES, id: string): Address {
  if (!id.startsWith(PREFIXES[kind]) || !isWellFormedId(id, "slot")) throw new EdgeError("not_found");
  return addressOf(kind, id);
}

/** Everything of a customer's routes with the customer. */
function isBeside(address: Address, { sub }: Principal): boolean {
  return slotOf(address) === slotOf(addressOf("customer", sub));
}
