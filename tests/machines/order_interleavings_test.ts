import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import { order } from "../../actors/order.ts";
import type { OrderView } from "../../actors/order_view.ts";
import { payment } from "../../actors/payment.ts";
import { idOf } from "../../actors/runtime/address.ts";
import type { Kind } from "../../actors/runtime/kind.ts";
import { stock } from "../../actors/stock.ts";
import type { Fact } from "../../machines/decision.ts";
import { PaymentLedger } from "../../src/gateways/payment_ledger.ts";
import { can, MessagePump } from "./message_pump.ts";
import { facts as orderFacts } from "./order_examples.ts";
import { facts as paymentFacts } from "./payment_examples.ts";
import { seeded } from "./seeded.ts";
import { clicksOf, openShop, SUPPLY } from "./shop_clicks.ts";
import { checkAlways, checkFeeds, checkReplay, checkSettled, type Shop } from "./shop_invariants.ts";
import { facts as stockFacts } from "./stock_examples.ts";
import { unreliableProvider } from "./unreliable_provider.ts";

const FACTS: Readonly<Record<string, readonly Fact[]>> = {
  order: Object.values(orderFacts),
  payment: Object.values(paymentFacts),
  stock: Object.values(stockFacts),
};

/** Arrows that no interleaving takes: counting the shelf is nobody's click, and nothing is taken from what has failed. */
const NEVER = ["order: failed + payment_refunded", "stock: tracked + adjusted"];

describe("orders, stock and payments, whatever comes first, twice, late or never", () => {
  const taken = new Set<string>();
  const open = new Set<string>();
  const ends = new Set<string>();

  for (const first of [0, 250, 500, 750]) {
    it(`keep their word in interleavings ${first} to ${first + 249}`, () => {
      for (let seed = first; seed < first + 250; seed++) {
        const { pump } = interleave(seed);
        for (const end of endsOf(pump)) ends.add(end);
        walkArrows(pump, { taken, open });
      }
    });
  }
  it("go every way there is, to every end", () => {
    expect([...open].filter((arrow) => !taken.has(arrow)).sort()).toEqual(NEVER);
    expect([...ends].sort()).toEqual([
      "ACCEPTED captured",
      "ACCEPTED partly_refunded",
      "ACCEPTED refunded",
      "CANCELED none",
      "CANCELED refunded",
      "CANCELED voided",
      "DELIVERED captured",
      "DELIVERED partly_refunded",
      "DELIVERED refunded",
      "FAILED declined",
      "FAILED none",
      "FAILED voided",
      "PAID captured",
      "PAID partly_refunded",
      "PAID refunded",
      "READY captured",
      "READY partly_refunded",
      "READY refunded",
      "REFUNDED refunded",
      "SHIPPED captured",
      "SHIPPED partly_refunded",
      "SHIPPED refunded",
    ]);
  });
});

function interleave(seed: number): Shop {
  const chance = seeded(seed);
  const ledger = new PaymentLedger();
  const { provider, arrive } = unreliableProvider(ledger, { chance, pump: () => pump });
  const pump: MessagePump = new MessagePump({
    kinds: [cart, customer, order, payment, stock],
    chance,
    partitions: [1, 2, 64][seed % 3] ?? 1,
    provider,
    check: () => checkAlways(shop),
  });
  const shop: Shop = { pump, ledger, supply: SUPPLY };
  try {
    openShop(pump);
    const clicks = clicksOf(seed);
    for (let step = 0; clicks.length > 0 || !pump.isQuiet; step++) {
      if (step > 10_000) throw new Error("The pump never rests");
      arrive();
      const click = clicks.length > 0 && chance.happens(25) ? clicks.shift() : undefined;
      if (click === undefined) pump.deliver();
      else pump.ask(click.to, click);
    }
    pump.now += 10 * 60_000;
    arrive();
    checkSettled(shop);
    checkReplay(shop);
    checkFeeds(shop);
  } catch (error) {
    throw new Error(`Interleaving ${seed} goes wrong`, { cause: error });
  }
  return shop;
}

function endsOf({ actors }: MessagePump): readonly string[] {
  const placed = [...actors.values()].filter(({ kind, journal }) => kind.name === "order" && journal.length > 0);
  return placed.map(({ kind, state }) => {
    const { status, payment }: Pick<OrderView, "status" | "payment"> = JSON.parse(
      JSON.stringify(kind.view(state, { version: 1, cursor: "" })),
    );
    return `${status} ${payment.status}`;
  });
}

/** `kind: state + fact`: the arrows that were taken, and all that lead out of the states that were reached. */
function walkArrows(
  { actors }: MessagePump,
  { taken, open }: { readonly taken: Set<string>; readonly open: Set<string> },
): void {
  for (const [address, { kind, journal }] of actors) {
    let state = kind.initial(idOf(address));
    for (const { fact } of journal) {
      taken.add(arrow(kind, { state, fact }));
      state = kind.evolve(state, fact);
      for (const other of FACTS[kind.name] ?? []) if (can(state, other)) open.add(arrow(kind, { state, fact: other }));
    }
  }
}

function arrow(kind: Kind, { state, fact }: { readonly state: unknown; readonly fact: Fact }): string {
  return `${kind.name}: ${JSON.stringify(kind.freeze(state).value).replaceAll('"', "")} + ${fact.type}`;
}
