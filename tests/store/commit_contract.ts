import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import type { Batch } from "../../actors/runtime/ports.ts";
import { failing } from "./failing.ts";
import type { Owner } from "./owner.ts";
import { fresh, freshAddress, noon, ping, shopper } from "./owner.ts";
import type { StoreUnderTest } from "./store_contract.ts";

export function commitContract({ store, owner }: StoreUnderTest): void {
  describe("a commit", () => {
    it("gives back every event as it was written", async () => {
      const mine = await owner();
      const cart = freshAddress();
      const events = [
        mine.event(cart, { traceparent: "00-1-2-01" }),
        mine.event(freshAddress("order")),
        mine.event(cart),
      ];
      await mine.commit({ events });
      expect(await mine.journal()).toEqual(events);
    });

    it("writes nothing when any part of it contradicts what is stored", async () => {
      const mine = await owner();
      const cart = freshAddress();
      const outcome = mine.outcome(cart);
      await mine.commit({ outcomes: [outcome] });
      const publicId = fresh("trk");
      const personalId = fresh("per");

      const rows: Partial<Batch> = {
        events: [mine.event(cart)],
        letters: [mine.letter(cart)],
        aliases: [{ publicId, address: cart }],
        personal: [{ id: personalId, customerId: "gst_a", data: {} }],
        snapshots: [mine.snapshot(cart, 1)],
        outcomes: [outcome],
      };
      expect(await failing(mine.commit(rows))).toBe("constraint");

      expect(await mine.journal()).toEqual([]);
      expect(await mine.lettersDue()).toEqual([]);
      expect(await store().alias(publicId)).toBeUndefined();
      expect(await store().personal([personalId])).toEqual([]);
      expect((await store().load([cart], { commandIds: 1 }))[0]?.snapshot).toBeUndefined();
    });

    const contradictions: Readonly<Record<string, (mine: Owner) => Partial<Batch>>> = {
      "a position that is taken": (mine) => ({ events: [mine.event(freshAddress(), { position: 1 })] }),
      "a position after a gap": (mine) => ({ events: [mine.event(freshAddress(), { position: 3 })] }),
      "positions with a gap between them": (mine) => ({
        events: [mine.event(freshAddress()), mine.event(freshAddress(), { position: 4 })],
      }),
      "a version after a gap": (mine) => ({ events: [mine.event(freshAddress(), { version: 2 })] }),
      "a version that is taken": (mine) => {
        const cart = freshAddress();
        return { events: [mine.event(cart), mine.event(cart, { version: 1 })] };
      },
      "an outcome twice": (mine) => {
        const outcome = mine.outcome(freshAddress());
        return { outcomes: [outcome, outcome] };
      },
      "an alias twice": () => {
        const alias = { publicId: fresh("trk"), address: freshAddress() };
        return { aliases: [alias, alias] };
      },
      "a letter id twice": (mine) => {
        const letter = mine.letter(freshAddress());
        return { letters: [letter, { ...letter, to: freshAddress() }] };
      },
      "a dead letter twice": (mine) => {
        const dead = deadLetter(mine);
        return { deadLetters: [dead, dead] };
      },
    };
    for (const [what, contradicting] of Object.entries(contradictions)) {
      it(`refuses ${what} as a constraint`, async () => {
        const mine = await owner();
        const first = mine.event(freshAddress());
        await mine.commit({ events: [first] });
        expect(await failing(mine.commit(contradicting(mine)))).toBe("constraint");
        expect(await mine.journal()).toEqual([first]);
      });
    }

    it("keeps a letter that nobody sends twice: the second delivery of the same rows fails", async () => {
      const mine = await owner();
      const batch = { letters: [mine.letter(freshAddress())] };
      await mine.commit(batch);
      expect(await failing(mine.commit(batch))).toBe("constraint");
    });

    it("lets a newer snapshot replace an older one, never the other way round", async () => {
      const mine = await owner();
      const cart = freshAddress();
      await mine.commit({ events: [mine.event(cart), mine.event(cart), mine.event(cart)] });
      await mine.commit({ snapshots: [mine.snapshot(cart, 1), mine.snapshot(cart, 2, { lines: [2] })] });
      await mine.commit({ snapshots: [mine.snapshot(cart, 1)] });
      const [loaded] = await store().load([cart], { commandIds: 1 });
      expect(loaded?.snapshot).toEqual(mine.snapshot(cart, 2, { lines: [2] }));
    });

    it("writes personal data over the customer's own row, and over nobody else's", async () => {
      const mine = await owner();
      const id = fresh("per");
      await mine.commit({ personal: [{ id, customerId: "gst_a", data: { name: "Ada" } }] });
      await mine.commit({ personal: [{ id, customerId: "gst_a", data: { name: "Ada L." } }] });
      await mine.commit({ personal: [{ id, customerId: "gst_b", data: { name: "Eve" } }] });
      expect(await store().personal([id])).toEqual([{ id, customerId: "gst_a", data: { name: "Ada L." } }]);
    });
  });
}

export function deadLetter(mine: Owner): Batch["deadLetters"][number] {
  return {
    id: fresh("dead"),
    address: freshAddress(),
    partition: mine.partition,
    command: ping,
    principal: shopper,
    correlationId: "correlation",
    error: "Cannot decide: it threw",
    actorVersion: 3,
    attempts: 5,
    diedAt: noon,
  };
}
