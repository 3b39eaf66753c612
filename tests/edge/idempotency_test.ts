import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { ann, bob, openEdge, problemIn } from "./open_edge.ts";
import { accepted, refused } from "./scripted_actors.ts";
import { cartOf, mug } from "./shop_ids.ts";

const ADD = `POST /api/carts/${cartOf("ann")}/items`;
const oneMug = { sku: "MUG", quantity: 1 };
const key = { "idempotency-key": "click-1" };

describe("an Idempotency-Key", () => {
  it("gets a repeat the stored answer, and says that it is one", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug());
    const first = await edge.call(ADD, { as: ann, json: oneMug, headers: key });
    edge.actors.script = () => accepted({ itemCount: 99 });
    const repeat = await edge.call(ADD, { as: ann, json: oneMug, headers: key });

    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(repeat.headers.get("idempotent-replayed")).toBe("true");
    expect(repeat.status).toBe(first.status);
    expect(await repeat.text()).toBe(await first.text());
  });

  it("used for another body is answered 422", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug());
    await edge.call(ADD, { as: ann, json: oneMug, headers: key });
    const other = await edge.call(ADD, { as: ann, json: { sku: "MUG", quantity: 2 }, headers: key });
    expect(await problemIn(other)).toEqual({ status: 422, code: "idempotency_key_reused" });
  });

  it("still stands for the same wish when the price has changed meanwhile", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug(450));
    await edge.call(ADD, { as: ann, json: oneMug, headers: key });
    edge.actors.show("product/MUG", mug(520));
    edge.clock.advance(60_000);
    const repeat = await edge.call(ADD, { as: ann, json: oneMug, headers: key });

    expect(edge.actors.asks.map(({ command }) => command)).toMatchObject([{ unitMinor: 450 }, { unitMinor: 520 }]);
    expect(repeat.headers.get("idempotent-replayed")).toBe("true");
  });

  it("remembers refusals too", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug());
    edge.actors.script = () => refused("cart_is_full", { maxLines: 1000 });
    await edge.call(ADD, { as: ann, json: oneMug, headers: key });
    edge.actors.script = () => accepted({});
    const repeat = await edge.call(ADD, { as: ann, json: oneMug, headers: key });
    expect(repeat.headers.get("idempotent-replayed")).toBe("true");
    expect(await problemIn(repeat)).toEqual({ status: 409, code: "cart_is_full" });
  });

  it("is one's own: the same key of another customer or for another command is another", async () => {
    const edge = await openEdge();
    await edge.call("POST /api/carts", { as: ann, headers: key });
    await edge.call("POST /api/carts", { as: bob, headers: key });
    await edge.call("POST /api/checkouts", { as: ann, json: { cartId: cartOf("ann") }, headers: key });
    const commandIds = edge.actors.asks.map(({ commandId }) => commandId);
    expect(new Set(commandIds).size).toBe(3);
    for (const commandId of commandIds) expect(commandId).toMatch(/^[a-z2-7]{12}:click-1$/);
  });

  it("makes the same ids again", async () => {
    const edge = await openEdge();
    for (const as of [ann, ann, bob]) await edge.call("POST /api/carts", { as, headers: key });
    await edge.call("POST /api/carts", { as: ann, headers: { "idempotency-key": "click-2" } });
    const [first, again, bobs, second] = edge.actors.asks.map(({ command }) => JSON.stringify(command));
    expect(again).toBe(first);
    expect(new Set([first, bobs, second]).size).toBe(3);
  });

  it("is returned as the command's id, and made when there is none", async () => {
    const edge = await openEdge();
    const keyed = await edge.call("POST /api/carts", { as: ann, headers: key });
    expect(keyed.headers.get("command-id")).toBe("click-1");
    expect(edge.actors.lastAsk.fresh).toBe(false);

    const keyless = await edge.call("POST /api/carts", { as: ann });
    expect(edge.actors.lastAsk).toMatchObject({ fresh: true, commandId: `:${keyless.headers.get("command-id")}` });
  });

  it("is required for orders", async () => {
    const edge = await openEdge();
    for (const route of ["POST /api/v1/orders", "POST /api/orders"]) {
      const response = await edge.call(route, { as: ann, json: { cartId: cartOf("ann") } });
      expect(await problemIn(response)).toEqual({ status: 400, code: "idempotency_key_required" });
    }
    expect(edge.actors.asks).toEqual([]);
  });
});
