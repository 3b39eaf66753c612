import { expect } from "@std/expect";
import { describe, it } from "@std/testing/bdd";
import { deadLetter } from "./commit_contract.ts";
import { failing } from "./failing.ts";
import { fresh, freshAddress, noon, Owner, ping, shopper } from "./owner.ts";
import type { StoreUnderTest } from "./store_contract.ts";

export function letterContract({ store, owner }: StoreUnderTest): void {
  describe("a letter", () => {
    it("comes back whole, the oldest first, once it is due", async () => {
      const mine = await owner();
      const to = freshAddress("stock");
      const late = mine.letter(to, { deliverAt: noon + 2000, activity: "gateway", traceparent: "00-1-2-01" });
      const early = mine.letter(to, { deliverAt: noon + 1000, timerKey: "hold:1", attempts: 2 });
      const tooLate = mine.letter(to, { deliverAt: noon + 3000 });
      await mine.commit({ letters: [late, early, tooLate] });

      const due = { dueBefore: noon + 3000, limit: 10 };
      expect(await store().letters([mine.partition], due)).toEqual([early, late]);
      expect(await store().letters([mine.partition + 1], due)).toEqual([]);
    });

    it("is not held up by activities, nor they by letters: each have a limit of their own", async () => {
      const mine = await owner();
      const to = freshAddress("stock");
      const at = (seconds: number, activity?: string) =>
        mine.letter(to, { deliverAt: noon + seconds * 1000, ...(activity !== undefined && { activity }) });
      const calls = [at(1, "gateway"), at(2, "gateway"), at(3, "gateway")];
      const letters = [at(4), at(5), at(6)];
      await mine.commit({ letters: [...calls, ...letters] });
      const due = { dueBefore: noon + 60_000, limit: 2 };
      expect(await store().letters([mine.partition], due)).toEqual([...calls.slice(0, 2), ...letters.slice(0, 2)]);
    });

    it("is consumed once: the commit that finds it gone writes nothing", async () => {
      const mine = await owner();
      const letter = mine.letter(freshAddress());
      await mine.commit({ letters: [letter] });
      await mine.commit({ consumed: [letter.id] });
      const again = mine.commit({ consumed: [letter.id], events: [mine.event(freshAddress())] });
      expect(await failing(again)).toBe("constraint");
      expect(await mine.journal()).toEqual([]);
    });

    it("can be put off", async () => {
      const mine = await owner();
      const letter = mine.letter(freshAddress());
      await mine.commit({ letters: [letter] });
      await store().postpone(letter.id, { attempts: 3, deliverAt: noon + 60_000 });
      expect(await mine.lettersDue()).toEqual([]);
      const letters = await store().letters([mine.partition], { dueBefore: noon + 60_001, limit: 10 });
      expect(letters).toEqual([{ ...letter, attempts: 3, deliverAt: noon + 60_000 }]);
    });
  });

  describe("a suspect", () => {
    it("is one letter of an owner at a time, of those in its own partitions", async () => {
      const [mine, others] = [await owner(), await owner()];
      const [first, second, foreign] = [mine.letter(freshAddress()), mine.letter(freshAddress()), fresh("nobody's")];
      await mine.commit({ letters: [first, second] });
      const elsewhere = others.letter(freshAddress());
      await others.commit({ letters: [elsewhere] });
      const me = fresh("me");
      await Owner.of(store(), mine.partition, me);
      const suspects = async (): Promise<readonly unknown[]> => {
        const due = { dueBefore: noon + 60_000, limit: 10 };
        const letters = await store().letters([mine.partition, others.partition], due);
        return letters.flatMap(({ id, suspicion: known }) => known === undefined ? [] : [{ id, ...known }]);
      };

      await store().suspect(first.id, { owner: me, deaths: 0 });
      expect(await suspects()).toEqual([{ id: first.id, owner: me, deaths: 0 }]);
      await store().suspect(second.id, { owner: me, deaths: 1 });
      expect(await suspects()).toEqual([{ id: second.id, owner: me, deaths: 1 }]);
      await store().suspect(elsewhere.id, { owner: me, deaths: 0 });
      expect(await suspects()).toEqual([]);
      await store().suspect(first.id, { owner: me, deaths: 2 });
      await store().suspect(foreign, { owner: fresh("somebody"), deaths: 0 });
      expect(await suspects()).toEqual([{ id: first.id, owner: me, deaths: 2 }]);
      await store().suspect(undefined, { owner: me, deaths: 0 });
      expect(await suspects()).toEqual([]);
    });
  });

  describe("a deadline", () => {
    it("replaces the one with its key, whose letter can no longer be consumed", async () => {
      const mine = await owner();
      const to = freshAddress();
      const first = mine.letter(to, { timerKey: "expiry" });
      const second = mine.letter(to, { timerKey: "expiry", deliverAt: noon - 1 });
      const elsewhere = mine.letter(freshAddress(), { timerKey: "expiry", deliverAt: noon - 2 });
      await mine.commit({ letters: [first] });
      await mine.commit({ letters: [second, elsewhere] });
      expect(await mine.lettersDue()).toEqual([elsewhere.id, second.id]);
      expect(await failing(mine.commit({ consumed: [first.id] }))).toBe("constraint");
    });

    it("that is armed twice in one batch stands as armed last", async () => {
      const mine = await owner();
      const to = freshAddress();
      const [first, last] = [mine.letter(to, { timerKey: "expiry" }), mine.letter(to, { timerKey: "expiry" })];
      await mine.commit({ letters: [first, last] });
      expect(await mine.lettersDue()).toEqual([last.id]);
    });

    it("is disarmed by its key, and one that is not there is no error", async () => {
      const mine = await owner();
      const to = freshAddress();
      await mine.commit({ letters: [mine.letter(to, { timerKey: "expiry" })] });
      await mine.commit({ cancelled: [{ address: to, key: "expiry" }, { address: to, key: "never" }] });
      expect(await mine.lettersDue()).toEqual([]);
    });

    it("fires and is armed again in one commit", async () => {
      const mine = await owner();
      const to = freshAddress();
      const [fired, next] = [mine.letter(to, { timerKey: "poll" }), mine.letter(to, { timerKey: "poll" })];
      await mine.commit({ letters: [fired] });
      await mine.commit({ consumed: [fired.id], letters: [next] });
      expect(await mine.lettersDue()).toEqual([next.id]);
    });

    it("is disarmed and armed again in one commit", async () => {
      const mine = await owner();
      const to = freshAddress();
      const next = mine.letter(to, { timerKey: "poll" });
      await mine.commit({ letters: [mine.letter(to, { timerKey: "poll" })] });
      await mine.commit({ cancelled: [{ address: to, key: "poll" }], letters: [next] });
      expect(await mine.lettersDue()).toEqual([next.id]);
    });
  });

  describe("a dead letter", () => {
    it("is listed whole, page by page", async () => {
      const mine = await owner();
      const dead = [deadLetter(mine), deadLetter(mine), deadLetter(mine)].sort((a, b) => a.id < b.id ? -1 : 1);
      await mine.commit({ deadLetters: dead });
      const [first, ...rest] = dead;
      const page = await store().deadLetters({ after: first?.id, limit: 2 });
      expect(page).toEqual(rest);
      expect(await store().deadLetters({ limit: 100 })).toEqual(expect.arrayContaining(dead));
    });

    it("becomes a letter again when it is retried, and nothing when it is discarded", async () => {
      const mine = await owner();
      const [retried, discarded] = [deadLetter(mine), deadLetter(mine)];
      await mine.commit({ deadLetters: [retried, discarded] });
      expect(await store().takeDeadLetter(retried.id, "retry")).toEqual(retried);
      expect(await store().takeDeadLetter(discarded.id, "discard")).toEqual(discarded);
      expect(await store().takeDeadLetter(retried.id, "retry")).toBeUndefined();

      const letters = await store().letters([mine.partition], { dueBefore: await store().now() + 1, limit: 10 });
      expect(letters).toMatchObject([
        { id: retried.id, to: retried.address, command: ping, principal: shopper, attempts: 0 },
      ]);
    });

    it("that nobody knows is undefined", async () => {
      expect(await store().takeDeadLetter(fresh("dead"), "discard")).toBeUndefined();
    });
  });
}
