import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import { idOf } from "../../actors/runtime/address.ts";
import { type Cart, cartMachine } from "../../machines/cart/machine.ts";
import { type CustomerFeed, type CustomerFrame, fold } from "../../machines/customer/fold.ts";
import type { Address } from "../../machines/decision.ts";
import { randomWish } from "./random_shopping.ts";
import { type Chance, forSeeds } from "./seeded.ts";
import { kindAt, type Recorded, Shop } from "./shop.ts";

const CUSTOMERS: readonly Address[] = ["customer/ann", "customer/bob"];

describe("any history of commands", () => {
  it("has an arrow for every fact, numbers the facts gap-free and counts them right", () => {
    let facts = 0;
    forSeeds(1_000, (chance) => {
      const shop = shopAfter(chance.int(1, 120), chance);
      facts += shop.journal.length;
      for (const address of shop.addresses()) {
        const versions = factsOf(shop, address).map(({ stamp }) => stamp.version);
        expect(versions).toEqual(versions.map((_, index) => index + 1));
        const state = shop.state(address);
        if (isCart(state)) expect(state.context.version).toBe(versions.length);
      }
    });
    expect(facts).toBeGreaterThan(10_000);
  });

  it("gives the same states again when its facts are replayed, bit for bit", () => {
    forSeeds(200, (chance) => {
      const shop = shopAfter(chance.int(1, 120), chance);
      for (const address of shop.addresses()) {
        const kind = kindAt(address);
        const replayed = factsOf(shop, address)
          .map(({ event }): typeof event => JSON.parse(JSON.stringify(event)))
          .reduce((state, event) => kind.evolve(state, event), kind.initial(idOf(address)));
        expect(JSON.stringify(kind.freeze(replayed))).toBe(JSON.stringify(kind.freeze(shop.state(address))));
      }
    });
  });

  it("goes on from stored states as if they had never been stored", () => {
    forSeeds(200, (chance) => {
      const shop = shopAfter(chance.int(1, 120), chance);
      for (const address of shop.addresses()) {
        const kind = kindAt(address);
        const facts = factsOf(shop, address);
        const cut = chance.int(0, facts.length);
        const first = facts.slice(0, cut).reduce(
          (state, { event }) => kind.evolve(state, event),
          kind.initial(idOf(address)),
        );
        const thawed = kind.thaw(JSON.parse(JSON.stringify(kind.freeze(first))));
        expect(JSON.stringify(thawed)).toBe(JSON.stringify(first));
        const last = facts.slice(cut).reduce((state, { event }) => kind.evolve(state, event), thawed);
        expect(JSON.stringify(last)).toBe(JSON.stringify(shop.state(address)));
      }
    });
  });

  it("is told to the customer so that snapshot and frames fold to the feed's own state", () => {
    let resumedFromTheMiddle = 0;
    forSeeds(1_000, (chance) => {
      const shop = new Shop();
      shopOn(shop, { wishes: chance.int(0, 120), chance });
      const snapshots = CUSTOMERS.map((address) => ({
        address,
        version: shop.version(address),
        feed: feedOf(shop, address),
      }));
      shopOn(shop, { wishes: chance.int(0, 120), chance });

      for (const { address, version, feed } of snapshots) {
        const later = factsOf(shop, address).filter(({ stamp }) => stamp.version > version);
        const folded = later.map(frameOf).reduce(
          (state, frame) => frame === undefined ? state : fold(state, frame),
          feed,
        );
        expect(folded).toEqual(feedOf(shop, address));
        if (version > 0 && later.length > 0) resumedFromTheMiddle++;
      }
    });
    expect(resumedFromTheMiddle).toBeGreaterThan(1_000);
  });

  it("shows nobody anything of somebody else's", () => {
    forSeeds(200, (chance) => {
      const shop = shopAfter(120, chance);
      const frames = (address: Address): string => JSON.stringify(factsOf(shop, address).map(frameOf));
      expect(frames("customer/ann")).not.toContain("bob");
      expect(frames("customer/bob")).not.toContain("ann");
    });
  });

  it("leaves every cart with the total that its customer was told last", () => {
    forSeeds(200, (chance) => {
      const shop = shopAfter(120, chance);
      for (const address of shop.addresses()) {
        const state = shop.state(address);
        if (!isCart(state)) continue;
        const told = factsOf(shop, `customer/${state.context.customerId}`).map(frameOf)
          .findLast((frame) => frame?.eventType === "cart-updated" && frame.cartId === idOf(address));
        expect(cart.view(state, { version: 1, cursor: "" })).toMatchObject({
          totalAmount: told !== undefined && "totalAmount" in told ? told.totalAmount : "told",
        });
      }
    });
  });

  it("makes at most one order of a cart", () => {
    forSeeds(200, (chance) => {
      const placed = shopAfter(120, chance).letters.map((letter) => letter.kind === "send" ? letter.command : undefined)
        .map((command) => command !== undefined && "cartId" in command ? command.cartId : undefined);
      expect(new Set(placed).size).toBe(placed.length);
    });
  });
});

function shopAfter(wishes: number, chance: Chance): Shop {
  const shop = new Shop();
  shopOn(shop, { wishes, chance });
  return shop;
}

function shopOn(shop: Shop, { wishes, chance }: { readonly wishes: number; readonly chance: Chance }): void {
  for (let wish = 0; wish < wishes; wish++) {
    const { to, ...asked } = randomWish(chance);
    shop.ask(to, asked);
  }
}

function factsOf(shop: Shop, address: Address): readonly Recorded[] {
  return shop.journal.filter(({ stamp }) => stamp.address === address);
}

/** As it comes out of the wire. */
function frameOf({ event, stamp }: Recorded): CustomerFrame | undefined {
  const frame = kindAt(stamp.address).frame(event, stamp, "owner");
  return frame === undefined ? undefined : JSON.parse(JSON.stringify(frame));
}

function feedOf(shop: Shop, address: Address): CustomerFeed {
  return JSON.parse(JSON.stringify(kindAt(address).feedState(shop.state(address), "owner")));
}

function isCart(state: unknown): state is Cart {
  return typeof state === "object" && state !== null && "machine" in state && state.machine === cartMachine;
}
