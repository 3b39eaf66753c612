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
      const take = async (name: string): Promise<Owner> => await Owner.of(store(), partition, name);
      expect((await take("node-b")).taken).toMatchObject({ attempts: 1, bereftOf: "node-a" });
      const second = await take("node-c");
      expect(second.taken).toMatchObject({ attempts: 2, bereftOf: "node-b" });
      await store().release([second.fence], "node-c");
      const { taken } = await take("node-d");
      expect(taken.attempts).toBe(0);
      expect(taken.bereftOf).toBeUndefined();
    });

    it("has not died when it takes its own again", async () => {
      const { partition } = await owner();
      await Owner.of(store(), partition, "node-b");
      const { taken } = await Owner.of(store(), partition, "node-b");
      expect(taken.attempts).toBe(1);
      expect(taken.bereftOf).toBeUndefined();
    });

    it("may find that nobody has died for a while", async () => {
      const former = await owner();
      const present = await Owner.of(store(), former.partition, "node-b");
      await store().calm([former.fence], "node-b");
      await store().calm([present.fence], "node-a");
      const next = await Owner.of(store(), former.partition, "node-c");
      expect(next.taken.attempts).toBe(2);
      await store().calm([next.fence], "node-c");
      expect((await Owner.of(store(), former.partition, "node-d")).taken.attempts).toBe(1);
    });

    it("cannot release what another has taken since", async () => {
      const former = await owner();
      await Owner.of(store(), former.partition, "node-b");
      await store().release([former.fence], "node-a");
      expect((await Owner.of(store(), former.partition, "node-c")).taken.attempts).toBe(2);
    });

    it("shows in the list of owners, until it has released the partition", async () => {
      const { partition, fence } = await owner();
      const listed = async (): Promise<unknown> => (await store().owners()).find(({ id }) => id === partition);
      expect(await listed()).toEqual({ ...fence, owner: "node-a", journal: 1 });
      await store().release([fence], "node-a");
      expect(await listed()).toEqual({ ...fence, journal: 1 });
    });

    it("raises the version of the journal, and never lowers it", async () => {
      const { partition } = await owner();
      for (const version of [3, 2]) await store().raiseJournal([partition], version);
      expect((await store().owners()).find(({ id }) => id === partition)?.journal).toBe(3);
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
