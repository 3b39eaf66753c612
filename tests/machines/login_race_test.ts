import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import { order } from "../../actors/order.ts";
import { makeId } from "../../actors/runtime/address.ts";
import { type Cart, cartMachine } from "../../machines/cart/machine.ts";
import type { CartCommand } from "../../machines/cart/messages.ts";
import { type Customer, customerMachine } from "../../machines/customer/machine.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Address, Principal } from "../../machines/decision.ts";
import type { OrderCommand } from "../../machines/order/messages.ts";
import { ann } from "./given.ts";
import { MessagePump } from "./message_pump.ts";
import { type Chance, forSeeds } from "./seeded.ts";

const SKUS = ["mug", "lamp", "tea"] as const;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const guest: Principal = { sub: "gst_aaaaaaaaaaaaaaaaaaaaaaaa", roles: ["customer"], stores: [] };

/** A guest who logs in as Ann while both go on shopping, in several tabs, over an unreliable post. */
class Login {
  readonly pump: MessagePump;
  /** Pieces that somebody was told are in a cart. */
  readonly accepted = new Map<string, number>();
  /** How often an add met a cart that had moved. */
  late = 0;
  readonly #chance: Chance;
  #made = 0;

  constructor(chance: Chance, partitions: number) {
    this.#chance = chance;
    const kinds = [cart, customer, order];
    this.pump = new MessagePump({ kinds, chance, partitions, provider: () => [], check: () => {} });
  }

  step(): void {
    const who = this.#chance.pick([guest, guest, ann]);
    const doing = this.#chance.int(1, 100);
    if (doing <= 45) return this.add(who);
    if (doing <= 85) return this.pump.deliver();
    if (doing <= 95) return this.merge();
    this.order();
  }

  /** What the edge does: the cart that the tab knows, and where it is told to go instead. */
  add(who: Principal): void {
    const known = this.#anyCartOf(this.#chance.happens(60) ? guest : who);
    const sku = this.#chance.pick(SKUS);
    const quantity = this.#chance.int(1, 5);
    const adding: CartCommand = { type: "add_line", sku, name: sku, quantity, unitMinor: 100, stocked: false };
    let refusal = this.pump.ask(known, { command: adding, principal: who });
    if (refusal === "cart_moved") {
      this.late++;
      const { movedTo } = this.#cartAt(known).context;
      refusal = this.pump.ask(`cart/${movedTo?.cartId}`, { command: adding, principal: who });
    }
    if (refusal === undefined) this.accepted.set(sku, (this.accepted.get(sku) ?? 0) + quantity);
  }

  /** Anybody may press the button again, with another cart open by then. */
  merge(): void {
    const movedTo = this.#open(ann);
    const giving: CustomerCommand = { type: "give_cart", movedTo, toCustomerId: ann.sub, strategy: "add" };
    expect(this.pump.ask(`customer/${guest.sub}`, { command: giving, principal: guest })).toBeUndefined();
  }

  /** Ann's cart becomes an order while the guest's lines are on their way to it. */
  order(): void {
    const cartId = this.#open(ann);
    const start: OrderCommand = { type: "start", customerId: ann.sub, cartId, trackingId: "trk_1", storeId: "main" };
    this.pump.ask(`order/${this.#newId("ord", ann)}`, { command: start, principal: ann });
  }

  finish(): void {
    this.merge();
    this.pump.trouble = 0;
    while (!this.pump.isQuiet) this.pump.deliver();
  }

  /** What is in that customer's carts, those that became orders included. */
  piecesOf({ sub }: Principal): ReadonlyMap<string, number> {
    const pieces = new Map<string, number>();
    for (const { state } of this.pump.actors.values()) {
      if (!isCart(state) || state.context.customerId !== sub) continue;
      for (const { sku, quantity } of state.context.lines) pieces.set(sku, (pieces.get(sku) ?? 0) + quantity);
    }
    return pieces;
  }

  #anyCartOf(who: Principal): Address {
    const own = [...this.pump.actors].filter(([, { state }]) => isCart(state) && state.context.customerId === who.sub);
    return own.length === 0 || this.#chance.happens(20)
      ? `cart/${this.#open(who)}`
      : this.#chance.pick(own.map(([address]) => address));
  }

  #open(who: Principal): string {
    const address: Address = `customer/${who.sub}`;
    const command: CustomerCommand = { type: "open_cart", cartId: this.#newId("crt", who), currency: "GBP" };
    expect(this.pump.ask(address, { command, principal: who })).toBeUndefined();
    const { state } = this.pump.actor(address);
    return isCustomer(state) ? state.context.openCartId ?? "" : "";
  }

  #cartAt(address: Address): Cart {
    const { state } = this.pump.actor(address);
    if (!isCart(state)) throw new Error(`Cannot find a cart at "${address}"`);
    return state;
  }

  #newId(prefix: string, { sub }: Principal): string {
    this.#made++;
    const rest = [...String(this.#made)].map((digit) => ALPHABET.charAt(Number(digit))).join("").padStart(24, "z");
    return makeId(prefix, { key: sub, rest });
  }
}

describe("adds that race a login (DOM-2)", () => {
  // In one partition everything is one unit; in 64 the lines travel by letter.
  for (const partitions of [1, 64]) {
    it(`end up with the customer exactly once, in ${partitions} partitions`, () => {
      let late = 0;
      let merged = 0;
      forSeeds(400, (chance) => {
        const login = new Login(chance, partitions);
        const steps = chance.int(5, 80);
        for (let step = 0; step < steps; step++) login.step();
        login.finish();

        expect([...login.piecesOf(guest)]).toEqual([]);
        expect(new Map([...login.piecesOf(ann)].sort())).toEqual(new Map([...login.accepted].sort()));
        late += login.late;
        merged += mergesOf(login.pump);
      });
      expect(late).toBeGreaterThan(500);
      expect(merged).toBeGreaterThan(400);
    });
  }
});

function mergesOf(pump: MessagePump): number {
  return pump.actor("customer/ann").journal.filter(({ fact }) => fact.type === "cart_merged").length;
}

function isCart(state: unknown): state is Cart {
  return typeof state === "object" && state !== null && "machine" in state && state.machine === cartMachine;
}

function isCustomer(state: unknown): state is Customer {
  return typeof state === "object" && state !== null && "machine" in state && state.machine === customerMachine;
}
