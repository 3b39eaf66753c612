import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { fresh, freshAddress } from "./owner.ts";
import type { StoreUnderTest } from "./store_contract.ts";

export function readContract({ store, owner }: StoreUnderTest): void {
  describe("loading actors", () => {
    it("brings snapshots and the events since, in the order asked for", async () => {
      const mine = await owner();
      const [snapped, plain, unknown] = [freshAddress(), freshAddress("order"), freshAddress()];
      const events = [mine.event(snapped), mine.event(snapped), mine.event(snapped), mine.event(plain)];
      const snapshot = mine.snapshot(snapped, 2, { lines: [{ sku: "MUG" }] });
      await mine.commit({ events, snapshots: [snapshot] });

      expect(await store().load([plain, unknown, snapped], { commandIds: 8 })).toEqual([
        { address: plain, events: events.slice(3), commandIds: [], commandIdsComplete: true },
        { address: unknown, events: [], commandIds: [], commandIdsComplete: true },
        { address: snapped, snapshot, events: events.slice(2, 3), commandIds: [], commandIdsComplete: true },
      ]);
    });

    it("brings the newest command ids and says whether these are all", async () => {
      const mine = await owner();
      const cart = freshAddress();
      const commands = [fresh("command"), fresh("command"), fresh("command")];
      for (const commandId of commands) {
        await mine.commit({ events: [mine.event(cart, { commandId })], outcomes: [mine.outcome(cart, { commandId })] });
      }
      const [all] = await store().load([cart], { commandIds: 3 });
      // Where nothing is left out, those of one tick of the database's clock come in any order.
      expect(all?.commandIds.toSorted()).toEqual(commands.toSorted());
      expect(all).toMatchObject({ commandIdsComplete: true });
      const [newest] = await store().load([cart], { commandIds: 2 });
      expect(newest).toMatchObject({ commandIds: commands.toReversed().slice(0, 2), commandIdsComplete: false });
      const [none] = await store().load([cart], { commandIds: 0 });
      expect(none).toMatchObject({ commandIds: [], commandIdsComplete: false });
    });
  });

  describe("remembered outcomes", () => {
    it("are found by address and command id", async () => {
      const mine = await owner();
      const [one, other] = [freshAddress(), freshAddress()];
      const outcome = mine.outcome(one, { outcomeJson: `{"ok":false,"reason":"cart_is_empty"}` });
      await mine.commit({ outcomes: [outcome] });
      const keys = [{ address: other, commandId: outcome.commandId }, outcome, { address: one, commandId: "never" }];
      expect(await store().outcomes(keys)).toEqual([outcome]);
    });

    it("are forgotten when they are old enough, a few at a time", async () => {
      const mine = await owner();
      const outcomes = [1, 2, 3].map(() => mine.outcome(freshAddress()));
      await mine.commit({ outcomes });
      const before = await store().now() + 1000;
      expect(await store().forgetOutcomes({ before: 1, limit: 100 })).toBe(0);
      expect(await store().forgetOutcomes({ before, limit: 2 })).toBe(2);
      while (await store().forgetOutcomes({ before, limit: 100 }) > 0);
      expect(await store().outcomes(outcomes)).toEqual([]);
    });
  });

  describe("journals", () => {
    it("are read by ranges of versions, each up to the limit", async () => {
      const mine = await owner();
      const [one, other] = [freshAddress("a"), freshAddress("b")];
      const ones = [mine.event(one), mine.event(one), mine.event(one), mine.event(one)];
      const others = [mine.event(other), mine.event(other)];
      await mine.commit({ events: [...ones, ...others] });
      const ranges = [{ address: other, after: 0, upTo: 1 }, { address: one, after: 1, upTo: 9 }];
      expect(await store().events(ranges, 2)).toEqual([...ones.slice(1, 3), ...others.slice(0, 1)]);
      expect(await store().events([{ address: freshAddress(), after: 0, upTo: 9 }], 2)).toEqual([]);
    });

    it("are read by partition in position order", async () => {
      const mine = await owner();
      const events = [mine.event(freshAddress()), mine.event(freshAddress()), mine.event(freshAddress())];
      await mine.commit({ events });
      expect(await store().journal(mine.partition, { after: 1, limit: 1 })).toEqual(events.slice(1, 2));
    });
  });

  describe("public ids", () => {
    it("lead to their address, and unknown or impossible ones nowhere", async () => {
      const mine = await owner();
      const alias = { publicId: fresh("trk"), address: freshAddress("order") };
      await mine.commit({ aliases: [alias] });
      expect(await store().alias(alias.publicId)).toBe(alias.address);
      expect(await store().alias(fresh("trk"))).toBeUndefined();
      expect(await store().alias("trk_\0\ud800")).toBeUndefined();
    });
  });
}
