import type { AddedLine, CartCommand } from "../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Address, Command, Principal } from "../../machines/decision.ts";
import { ann, bob } from "./given.ts";
import type { Chance } from "./seeded.ts";

export interface Wish {
  readonly to: Address;
  readonly command: Command;
  readonly principal: Principal;
}

const SKUS = ["mug", "lamp", "tea", "BANK CHARGES"] as const;
const PRICES = [0, 1, 255, 300, 1_999, 100_000_000] as const;

/** Anything at all that Ann, Bob, their orders or somebody with the wrong cart may come up with. */
export function randomWish(chance: Chance): Wish {
  const principal = chance.pick([ann, bob]);
  if (chance.happens(70)) {
    return { to: `cart/${cartIdOf(chance.pick([ann, bob, principal]), chance)}`, command: cartWish(chance), principal };
  }
  return { to: `customer/${principal.sub}`, command: customerWish(chance, principal), principal };
}

function cartWish(chance: Chance): CartCommand {
  const lineId = `${chance.pick(SKUS)}${chance.happens(30) ? `@${chance.pick(PRICES)}` : ""}`;
  const makers: readonly (() => CartCommand)[] = [
    () => ({ type: "begin_checkout" }),
    () => ({ type: "remove_line", sku: lineId }),
    () => ({ type: "change_quantity", sku: lineId, quantity: chance.pick([0, 1, 5, 10_000, 10_001]) }),
    () => ({ type: "apply_coupon", code: chance.pick(["A", "B"]), percentOff: chance.pick([1, 10, 33, 100]) }),
    () => ({ type: "apply_coupon", code: chance.pick(["A", "B"]), amountOffMinor: chance.pick([1, 500, 90_000]) }),
    () => ({ type: "remove_coupon", code: chance.pick(["A", "B"]) }),
    () => ({ type: "set_address", personalId: chance.pick(["per_1", "per_2"]) }),
    () => ({ type: "set_payment_method", method: chance.pick(["card", "invoice"]) }),
  ];
  if (chance.happens(10)) {
    return { type: "check_out", orderId: `ord_${chance.int(1, 5)}`, trackingId: "trk_1", storeId: "main" };
  }
  if (chance.happens(50)) return { type: "add_line", ...lineWish(chance) };
  return chance.happens(10)
    ? { type: "add_lines", lines: [lineWish(chance), lineWish(chance)] }
    : chance.pick(makers)();
}

function lineWish(chance: Chance): AddedLine {
  const sku = chance.pick(SKUS);
  const currency = chance.happens(5) ? "EUR" : "GBP";
  const quantity = chance.pick([1, 2, 7, 9_999]);
  return { sku, name: `The ${sku}`, quantity, unitMinor: chance.pick(PRICES), currency };
}

function customerWish(chance: Chance, principal: Principal): CustomerCommand {
  const { sub } = principal;
  const order = chance.int(1, 70);
  const makers: readonly (() => CustomerCommand)[] = [
    () => ({ type: "open_cart", cartId: cartIdOf(principal, chance), currency: "GBP" }),
    () => ({ type: "open_cart", cartId: cartIdOf(principal, chance), currency: "GBP" }),
    () => ({ type: "use_ticket", ticketId: "tkt_1" }),
    () => ({ ...orderNote(chance), orderId: `ord_${sub}_${order}` }),
    () => ({ ...orderNote(chance), orderId: `ord_${sub}_${order}` }),
    () => ({
      type: "note_shipment",
      shipmentId: `shp_${sub}_${order}`,
      orderId: `ord_${sub}_${order}`,
      newStatus: chance.pick(["SHIPPED", "DELIVERED"]),
      ...(chance.happens(50) && { trackingNumber: "RM 1" }),
    }),
    () => ({ type: "notify", notificationId: `ntf_${chance.int(1, 40)}`, title: "Hello", body: `You are ${sub}` }),
  ];
  return chance.pick(makers)();
}

function orderNote(chance: Chance): Extract<CustomerCommand, { type: "note_order" }> {
  return {
    type: "note_order",
    orderId: "",
    trackingId: "trk_1",
    status: chance.pick(["PENDING", "PAID", "CANCELED"]),
    totalMinor: chance.pick([0, 999]),
    currency: "GBP",
    ...(chance.happens(30) && { reason: "changed my mind" }),
    ...(chance.happens(30) && { placedAt: 1_290_000_000_000 }),
  };
}

function cartIdOf({ sub }: Principal, chance: Chance): string {
  return `crt_${sub}_${chance.int(1, 3)}`;
}
