import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { cart } from "../../actors/cart.ts";
import { customer } from "../../actors/customer.ts";
import type { Answer } from "../../actors/runtime/actors.ts";
import { makeId } from "../../actors/runtime/address.ts";
import type { CartCommand } from "../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Address, Principal } from "../../machines/decision.ts";
import { ann } from "../machines/given.ts";
import type { RunningNode } from "./runtime/node.ts";
import { World } from "./runtime/world.ts";

const guest: Principal = { sub: "gst_aaaaaaaaaaaaaaaaaaaaaaaa", roles: ["customer"], stores: [] };
const guestsCart = makeId("crt", { key: guest.sub, rest: "a".repeat(24) });
const annsCart = makeId("crt", { key: ann.sub, rest: "b".repeat(24) });

const twoMugs: CartCommand = { type: "add_line", sku: "MUG", name: "Mug", quantity: 2, unitMinor: 450 };
const give: CustomerCommand = { type: "give_cart", movedTo: annsCart, toCustomerId: ann.sub, strategy: "add" };

interface Chapter {
  readonly to: Address;
  readonly command: CartCommand | CustomerCommand;
  readonly principal: Principal;
}

const CHAPTERS: readonly Chapter[] = [
  { to: `customer/${guest.sub}`, command: opening(guestsCart), principal: guest },
  { to: `cart/${guestsCart}`, command: twoMugs, principal: guest },
  { to: `customer/${ann.sub}`, command: opening(annsCart), principal: ann },
  { to: `cart/${annsCart}`, command: twoMugs, principal: ann },
  { to: `customer/${guest.sub}`, command: give, principal: guest },
  { to: `cart/${guestsCart}`, command: twoMugs, principal: guest },
  { to: `cart/${annsCart}`, command: twoMugs, principal: ann },
];

describe("a login", () => {
  it("moves a guest's cart once, whenever the process dies", async () => {
    const moments = await liveThrough(undefined);
    expect(moments).toBeGreaterThan(20);
    for (let moment = 1; moment <= moments; moment++) await liveThrough(moment);
  });
});

/** Lives through all chapters, dying at that moment, and repeats what was not answered; how many moments there were. */
async function liveThrough(deadlyMoment: number | undefined): Promise<number> {
  const world = new World();
  let moments = 0;
  let isDead = false;
  const start = (): Promise<RunningNode> => {
    isDead = false;
    return world.start({
      kinds: [cart, customer],
      onCall: (_, crash) => {
        if (++moments !== deadlyMoment) return;
        isDead = true;
        crash();
      },
    });
  };

  let node = await start().catch(start);
  const reasons: (string | undefined)[] = [];
  for (const [index, chapter] of CHAPTERS.entries()) {
    let answer: Answer | undefined;
    while (answer === undefined) {
      answer = await askedOf(node, { ...chapter, key: `chapter ${index}`, world });
      if (isDead) node = await start();
    }
    reasons.push(answer.ok ? undefined : answer.reason);
  }
  await world.advance(20_000);
  const lived = moments;
  if (isDead) {
    node = await start();
    await world.advance(20_000);
  }

  expect(reasons.findIndex((reason) => reason === "cart_moved")).toBe(5);
  const { view } = await world.until(node.actors.read({ address: `cart/${annsCart}`, principal: ann }));
  expect([deadlyMoment, view]).toMatchObject([deadlyMoment, { itemCount: 6, lines: [{ sku: "MUG", quantity: 6 }] }]);
  const left = await world.until(node.actors.read({ address: `cart/${guestsCart}`, principal: guest }));
  expect(left.view).toMatchObject({ status: "sealed", itemCount: 0, movedTo: annsCart });
  expect(await world.letters()).toEqual([]);
  node.crash();
  return lived;
}

/** The answer, or undefined: nobody knows. */
async function askedOf(
  node: RunningNode,
  { world, key, ...asked }: Chapter & { readonly world: World; readonly key: string },
): Promise<Answer | undefined> {
  const asking = node.actors.ask({
    ...asked,
    commandId: `tests:${key}`,
    fresh: false,
    correlationId: "c",
    timeoutMs: 2000,
  });
  let answer: Answer | undefined;
  asking.then((given) => answer = given, () => {});
  for (let waited = 0; waited < 3000 && answer === undefined; waited += 100) await world.advance(100);
  return answer;
}

function opening(cartId: string): CustomerCommand {
  return { type: "open_cart", cartId, currency: "GBP" };
}
