import { makeId } from "../../actors/runtime/address.ts";
import type { CartCommand } from "../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Address, Principal } from "../../machines/decision.ts";
import type { OrderCommand, OrderLine } from "../../machines/order/messages.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { admin, clerk, service } from "./given.ts";
import type { MessagePump } from "./message_pump.ts";
import { type Chance, seeded } from "./seeded.ts";

export const SUPPLY = 5;
const SKUS = ["mug", "lamp"] as const;
const CART_ID = makeId("crt", { key: "cleo", rest: "c".repeat(24) });
const cleo: Principal = { sub: "cleo", roles: ["customer"], stores: [] };
const filling: readonly (CartCommand | CustomerCommand)[] = [
  { type: "open_cart", cartId: CART_ID, currency: "GBP" },
  { type: "add_line", sku: "mug", name: "Red mug", quantity: 1, unitMinor: 255, stocked: true },
  { type: "set_payment_method", method: "card" },
];

/** A click: somebody asks an order for something. */
interface Click {
  readonly to: Address;
  readonly command: OrderCommand;
  readonly principal: Principal;
}

/** Two shelves with five pieces each, and a cart of Cleo's with a mug in it. */
export function openShop(pump: MessagePump): void {
  const command: StockCommand = { type: "receive", quantity: SUPPLY, reason: "opening" };
  for (const sku of SKUS) pump.ask(`stock/${sku}`, { command, principal: service });
  for (const command of filling) {
    pump.ask(command.type === "open_cart" ? "customer/cleo" : `cart/${CART_ID}`, { command, principal: cleo });
  }
}

/**
 * What three customers and the staff do with six orders, in an order of its own for each seed. Cleo checks out one cart
 * in two tabs.
 */
export function clicksOf(seed: number): Click[] {
  const chance = seeded(seed + 1_000_000);
  const journeys = ["ann", "ann", "bob", "bob", "cleo", "cleo"].map((sub, index) => journey(sub, { index, chance }));
  const clicks: Click[] = [];
  while (journeys.some(({ length }) => length > 0)) {
    const click = chance.pick(journeys).shift();
    if (click !== undefined) clicks.push(click);
  }
  return clicks;
}

function journey(sub: string, { index, chance }: { readonly index: number; readonly chance: Chance }): Click[] {
  const principal: Principal = { sub, roles: ["customer"], stores: [] };
  const orderId = makeId("ord", { key: sub, rest: "abcdefgh".charAt(index).repeat(24) });
  const to: Address = `order/${orderId}`;
  const command = sub === "cleo" ? starting(index) : placing(sub, { index, chance });
  const place: Click = { to, principal, command };
  const clicks = [place];
  for (let round = 0; round < 3; round++) {
    const wishes: [percent: number, command: OrderCommand, by: Principal][] = [
      [20, place.command, principal],
      [50, { type: "pay", paymentMethod: "card" }, principal],
      [30, { type: "pay", paymentMethod: "invoice" }, principal],
      [10, { type: "cancel" }, principal],
      [10, { type: "cancel", reason: "damaged" }, clerk],
      [80, { type: "accept_order" }, clerk],
      [80, { type: "mark_ready" }, clerk],
      [20, returning(`before-${round}`), clerk],
      [80, { type: "ship", carrier: "Post", trackingNumber: "P1" }, clerk],
      [50, { type: "deliver" }, clerk],
      [30, returning(`after-${round}`), clerk],
      [10, { type: "refund" }, admin],
    ];
    for (const [percent, command, by] of wishes) {
      if (chance.happens(percent)) clicks.push({ to, command, principal: by });
    }
  }
  return clicks;
}

function starting(index: number): OrderCommand {
  return { type: "start", customerId: "cleo", cartId: CART_ID, trackingId: `trk_cleo${index}`, storeId: "main" };
}

function placing(
  customerId: string,
  { index, chance }: { readonly index: number; readonly chance: Chance },
): OrderCommand {
  const mug = lineOf("mug", { lineId: "mug", quantity: chance.int(1, 2), unitMinor: 255 });
  const secondMug = lineOf("mug", { lineId: "mug@200", quantity: 1, unitMinor: 200 });
  const lamp = lineOf("lamp", { lineId: "lamp", quantity: chance.int(1, 3), unitMinor: 1_999 });
  const postage = { ...lineOf("POST", { lineId: "POST", quantity: 1, unitMinor: 395 }), stocked: false };
  const carts: readonly (readonly OrderLine[])[] = [[mug], [mug, secondMug, lamp], [mug, lamp, postage], [postage]];
  return {
    type: "place",
    customerId,
    trackingId: `trk_${customerId}${index}`,
    storeId: "main",
    currency: "GBP",
    lines: chance.pick(carts),
    ...(chance.happens(30) && { discountMinor: 100 }),
    ...(chance.happens(60) && { paymentMethod: "card" }),
  };
}

function lineOf(
  sku: string,
  line: { readonly lineId: string; readonly quantity: number; readonly unitMinor: number },
): OrderLine {
  return { sku, name: sku, stocked: true, ...line };
}

function returning(returnId: string): OrderCommand {
  return { type: "return_goods", returnId, lines: [{ sku: "mug", quantity: 1, unitMinor: 255 }], reason: "chipped" };
}
