import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { stock } from "../../actors/stock.ts";
import type { Principal } from "../../machines/decision.ts";
import { availableOf } from "../../machines/stock/machine.ts";
import type { StockCommand, StockEvent } from "../../machines/stock/messages.ts";
import { admin, ann, bob, clerk, service } from "../machines/given.ts";
import {
  allocated,
  facts,
  NOW,
  oneRestocked,
  ORDER_ID,
  pinned,
  reserveThree,
  shelfAfter,
  tenReceived,
  threeHeld,
} from "../machines/stock_examples.ts";

const EVERYBODY: readonly Principal[] = [ann, bob, clerk, service, admin];
const shelf = shelfAfter(tenReceived, threeHeld);

describe("a stock item", () => {
  it("takes commands from services and admins, and its deadline from nobody", () => {
    const asked: readonly StockCommand[] = [
      reserveThree,
      { type: "receive", quantity: 1, reason: "delivery" },
      { type: "adjust", delta: -1, reason: "broken" },
      { type: "pin", orderId: ORDER_ID },
      { type: "allocate", orderId: ORDER_ID },
      { type: "release", orderId: ORDER_ID },
      { type: "restock", orderId: ORDER_ID, returnId: "1", quantity: 1 },
    ];
    for (const command of asked) expect(mayAll(command)).toEqual([service, admin]);
    expect(mayAll({ type: "expire", orderId: ORDER_ID })).toEqual([]);
  });
  it("is read by staff, services and admins, and followed by anybody", () => {
    expect(EVERYBODY.filter((principal) => stock.mayRead(shelf, principal))).toEqual([clerk, service, admin]);
    expect(EVERYBODY.filter((principal) => stock.mayRead(shelf, principal, "public"))).toEqual(EVERYBODY);
    expect(stock.view(shelf, { version: 2, cursor: "2.k3f9" })).toEqual({
      sku: "mug",
      onHand: 10,
      held: 3,
      available: 7,
      sold: 0,
      returned: 0,
      version: 2,
      cursor: "2.k3f9",
    });
  });
  it("tells its followers what is available, and nobody's order", () => {
    let state = stock.initial("mug");
    for (const fact of [tenReceived, threeHeld, pinned, allocated, oneRestocked]) {
      state = stock.evolve(state, fact);
      const seen = stock.frame(fact, { address: "stock/mug", version: 1, occurredAt: NOW, commandId: "key" }, "public");
      expect(seen).toEqual({
        eventType: "stock-changed",
        sku: "mug",
        available: availableOf(state.context),
        occurredAt: new Date(NOW).toISOString(),
      });
    }
    expect(stock.feedState(state, "public")).toEqual({ sku: "mug", available: 8 });
  });
  it("is stored as JSON that gives the same item again", () => {
    const full = Array.from({ length: 500 }, (_, index): StockEvent => ({ ...threeHeld, orderId: `o${index}` }));
    for (
      const state of [stock.initial("mug"), shelf, shelfAfter(...full), shelfAfter(...Object.values<StockEvent>(facts))]
    ) {
      const stored = stock.freeze(state);
      expect(JSON.parse(JSON.stringify(stored))).toStrictEqual(stored);
      expect(stock.freeze(stock.thaw(JSON.parse(JSON.stringify(stored))))).toStrictEqual(stored);
    }
    expect(() => stock.thaw({ value: "absent", context: shelf.context })).toThrow();
  });
});

function mayAll(command: StockCommand): readonly Principal[] {
  return EVERYBODY.filter((principal) => stock.mayCommand(shelf, principal, command));
}
