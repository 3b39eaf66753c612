import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Actors, Answer, Ask } from "../../actors/runtime/actors.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import { ShopDesk } from "../../src/import/shop_desk.ts";

const ACCEPTED: Answer = { ok: true, replyJson: "{}", version: 1, cursor: "", ownCursor: "", replayed: false };
const WISH = { to: "stock/mug", command: { type: "receive" }, key: "k", correlationId: "c" } as const;

/** Every pause is over at once, and time runs on. */
function hurriedClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    after: (delayMs, task) => {
      const timer = setTimeout(() => {
        now += delayMs;
        task();
      }, 0);
      return () => clearTimeout(timer);
    },
  };
}

function deskWith(answers: readonly (Answer | ActorError)[]): { readonly desk: ShopDesk; readonly asked: Ask[] } {
  const asked: Ask[] = [];
  const left = [...answers];
  const ask = (one: Ask): Promise<Answer> => {
    asked.push(one);
    const next = (left.length > 1 ? left.shift() : left[0]) ?? ACCEPTED;
    return next instanceof ActorError ? Promise.reject(next) : Promise.resolve(next);
  };
  const never = (): Promise<never> => Promise.reject(new ActorError("not_readable", "retry", "no such actor"));
  const actors: Pick<Actors, "ask" | "read" | "subscribe"> = { ask, read: never, subscribe: never };
  return { desk: new ShopDesk({ actors, clock: hurriedClock() }), asked };
}

describe("the desk of an import", () => {
  it("asks again under the same id what could not be taken or answered", async () => {
    const { desk, asked } = deskWith([
      new ActorError("mailbox_full", "retry", "full"),
      new ActorError("unavailable", "retry", "away"),
      new ActorError("outcome_unknown", "retry", "late"),
      ACCEPTED,
    ]);

    expect(await desk.ask(WISH)).toBe(ACCEPTED);
    expect(asked.map(({ commandId, fresh }) => [commandId, fresh])).toEqual(Array(4).fill(["import:k", false]));
  });

  it("gives up after two minutes", async () => {
    const { desk, asked } = deskWith([new ActorError("unavailable", "retry", "away")]);

    await expect(desk.ask(WISH)).rejects.toThrow("away");
    expect(asked.length).toBeGreaterThan(100);
  });

  it("asks once what the shop refuses, or what it cannot deal with", async () => {
    const refusing = deskWith([{
      ok: false,
      reason: "cart_is_full",
      details: { maxLines: 9 },
      version: 1,
      replayed: false,
    }]);
    await expect(refusing.desk.ask(WISH)).rejects.toThrow('Cannot receive at "stock/mug": cart_is_full {"maxLines":9}');
    expect(refusing.asked).toHaveLength(1);

    for (const code of ["message_failed", "too_large"] as const) {
      const poisoned = deskWith([new ActorError(code, "retry", "never")]);
      await expect(poisoned.desk.ask(WISH)).rejects.toThrow("never");
      expect(poisoned.asked).toHaveLength(1);
    }
  });

  it("sees nothing where there is nothing", async () => {
    expect(await deskWith([]).desk.read("stock/mug")).toBeUndefined();
  });
});
