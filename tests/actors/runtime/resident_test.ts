import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Resident } from "../../../actors/runtime/resident.ts";
import { addressOf, tallyKind } from "./tally_kind.ts";

describe("an actor in memory", () => {
  it("forgets the command ids that came with it from the store like its own: the oldest first", () => {
    const resident = new Resident(addressOf("a"), "a", tallyKind, 0);
    const commandIds = ["third", "second", "first"];
    resident.load({ address: resident.address, events: [], commandIds, commandIdsComplete: true });
    resident.remember("fourth", 3);
    expect([...resident.seen]).toEqual(["second", "third", "fourth"]);
    expect(resident.seenAll).toBe(false);
  });
});
