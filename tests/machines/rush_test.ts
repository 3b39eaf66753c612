import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { customer } from "../../actors/customer.ts";
import { order } from "../../actors/order.ts";
import { payment } from "../../actors/payment.ts";
import { makeId } from "../../actors/runtime/address.ts";
import { stock } from "../../actors/stock.ts";
import type { Address, Principal } from "../../machines/decision.ts";
import type { OrderCommand } from "../../machines/order/messages.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import { clerk, service } from "./given.ts";
import { MessagePump } from "./message_pump.ts";
import { seeded } from "./seeded.ts";
import { checkReplay, checkSettled, checkShelves, type Shop } from "./shop_invariants.ts";
import { unreliableProvider } from "./unreliable_provider.ts";

const SUPPLY = 10;
const BUYERS = 500;

describe("500 buyers of 10 mugs, two lines each", () => {
  for (const partitions of [1, 64]) {
    it(`never get more than there are, and give back what they do not pay for (${partitions} partitions)`, () => {
      const shop = openShop(partitions);
      const { pump } = shop;
      for (let buyer = 0; buyer < BUYERS; buyer++) place(pump, buyer);
      rest(pump);
      checkSettled(shop);
      checkReplay(shop);
      const mugs = pump.actor("stock/mug");
      expect(mugs.journal.filter(({ fact }) => fact.type === "held").length).toBe(SUPPLY / 2);
      const sold = statuses(pump).filter((status) => status === "PAID").length;
      expect(sold).toBeGreaterThan(0);
      expect(mugs.kind.feedState(mugs.state, "public")).toEqual({ sku: "mug", available: SUPPLY - 2 * sold });
      expect(statuses(pump).filter((status) => status === "FAILED").length).toBe(BUYERS - sold);
    });
  }
});

describe("50 identical requests", () => {
  it("make one entry in the history", () => {
    const { pump } = openShop(64);
    const to = place(pump, 0);
    rest(pump);
    const principal = buyerOf(0);
    const refusals: (string | undefined)[] = [];
    for (let repeat = 0; repeat < 50; repeat++) {
      refusals.push(pump.ask(to, { command: { type: "accept_order" }, principal: clerk }));
    }
    expect(refusals.filter((refusal) => refusal === undefined).length).toBe(1);
    expect(new Set(refusals)).toEqual(new Set([undefined, "illegal_transition"]));
    expect(pump.ask(to, { command: { type: "cancel" }, principal })).toBe("illegal_transition");
    expect(viewOf(pump, to).history.map(({ status }) => status)).toEqual(["PENDING", "PAID", "ACCEPTED"]);
  });
});

function openShop(partitions: number): Shop {
  const chance = seeded(partitions);
  const ledger = new PaymentLedger();
  const { provider } = unreliableProvider(ledger, { chance, pump: () => pump });
  const pump: MessagePump = new MessagePump({
    kinds: [customer, order, payment, stock],
    chance,
    partitions,
    provider,
    check: () => checkShelves(shop),
  });
  const shop: Shop = { pump, ledger, supply: SUPPLY };
  pump.trouble = 0;
  pump.haste = 0;
  const command: StockCommand = { type: "receive", quantity: SUPPLY, reason: "opening" };
  pump.ask("stock/mug", { command, principal: service });
  return shop;
}

/** Every second buyer pays at once; the others go away. */
function place(pump: MessagePump, buyer: number): Address {
  const principal = buyerOf(buyer);
  const rest = String.fromCharCode(...[97 + buyer % 26, 97 + Math.floor(buyer / 26)]).padEnd(24, "a");
  const to: Address = `order/${makeId("ord", { key: principal.sub, rest })}`;
  const mug = { sku: "mug", name: "Red mug", quantity: 1, stocked: true };
  const command: OrderCommand = {
    type: "place",
    customerId: principal.sub,
    trackingId: `trk_${buyer}`,
    storeId: "main",
    currency: "GBP",
    lines: [{ ...mug, lineId: "mug", unitMinor: 255 }, { ...mug, lineId: "mug@200", unitMinor: 200 }],
    ...(buyer % 2 === 0 && { paymentMethod: "card" }),
  };
  expect(pump.ask(to, { command, principal })).toBeUndefined();
  return to;
}

function buyerOf(buyer: number): Principal {
  return { sub: `buyer${buyer}`, roles: ["customer"], stores: [] };
}

function rest(pump: MessagePump): void {
  while (!pump.isQuiet) pump.deliver();
}

interface Seen {
  readonly status: string;
  readonly history: readonly { readonly status: string }[];
}

function statuses(pump: MessagePump): readonly string[] {
  return [...pump.actors.keys()].filter((address) => address.startsWith("order/")).map((to) => viewOf(pump, to).status);
}

function viewOf(pump: MessagePump, to: Address): Seen {
  const { kind, state } = pump.actor(to);
  return JSON.parse(JSON.stringify(kind.view(state, { version: 1, cursor: "" })));
}
