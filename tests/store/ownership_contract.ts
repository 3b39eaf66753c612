import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { failing, failureOf } from "./failing.ts";
import { freshAddress } from "./owner.ts";
import { Owner } from "./owner.ts";
import type { StoreUnderTest } from "./store_contract.ts";

export function ownershipContract({ store, owner }: StoreUnderTest): void {
  describe("a partition's owner", () => {
    it("commits nothing once somebody else has taken it, and hears which partition that was", async () => {
      const former = await owner();
      const other = await owner();
      const present = await Owner.of(store(), former.partition, "node-b");

      const batch = former.batch({
        fences: [other.fence, former.fence],
        events: [other.event(freshAddress()), former.event(freshAddress())],
      });
      const error = await failureOf(store().commit(batch));
      expect(error.failure).toBe("fenced");
      expect(error.partitions).toEqual([former.partition]);
      expect(await present.journal()).toEqual([]);
      expect(await other.journal()).toEqual([]);
    });

    it("finds where the journal ends when it takes over", async () => {
      const former = await owner();
      const events = [former.event(freshAddress()), former.event(freshAddress())];
      await former.commit({ events });
      const [taken] = await store().take([former.partition], "node-b");
      expect(taken).toMatchObject({
        epoch: former.taken.epoch + 1,
        position: 2,
        lastOccurredAt: events[1]?.occurredAt,
      });
    });

    it("starts from nothing in a partition without events", async () => {
      const mine = await owner();
      expect(mine.taken).toMatchObject({ position: 0, lastOccurredAt: 0, attempts: 0 });
    });

    it("is counted when it went without a release, until one goes cleanly", async () => {
      const { partition } = await owner();
      const take = async (): Promise<Owner> => await Owner.of(store(), partition, "node-b");
      expect((await take()).taken.attempts).toBe(1);
      const second = await take();
      expect(second.taken.attempts).toBe(2);
      await store().release([second.fence], "node-b");
      expect((await take()).taken.attempts).toBe(0);
    });

    it("cannot release what another has taken since", async () => {
      const former = await owner();
      await Owner.of(store(), former.partition, "node-b");
      await store().release([former.fence], "node-a");
      expect((await Owner.of(store(), former.partition, "node-c")).taken.attempts).toBe(2);
    });

    it("shows in the stored epochs", async () => {
      const mine = await owner();
      const other = await owner();
      expect(await store().epochs([mine.partition, other.partition])).toEqual([mine.fence, other.fence]);
    });

    it("is fenced off from partitions that it never took", async () => {
      const mine = await owner();
      const other = await owner();
      const wrong = { id: other.partition, epoch: other.taken.epoch + 1 };
      expect(await failing(store().commit(mine.batch({ fences: [wrong] })))).toBe("fenced");
    });
  });
}
