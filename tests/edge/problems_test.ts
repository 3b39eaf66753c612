import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { ActorErrorCode } from "../../actors/runtime/errors.ts";
import { ann, openEdge, problemIn } from "./open_edge.ts";
import { actorError, refused } from "./scripted_actors.ts";
import { cartOf, mug, orderOf } from "./shop_ids.ts";

const OPEN = "POST /api/carts";
const CANCEL = `POST /api/v1/orders/${orderOf("ann")}/cancel`;

describe("an error of the runtime", () => {
  const told: Readonly<Record<ActorErrorCode, readonly [number, string]>> = {
    mailbox_full: [429, "mailbox_full"],
    unavailable: [503, "unavailable"],
    outcome_unknown: [503, "outcome_unknown"],
    moved: [503, "moved"],
    message_failed: [500, "message_failed"],
    not_readable: [404, "not_found"],
    too_large: [500, "too_large"],
  };
  for (const code of Object.keys(told) as (keyof typeof told)[]) {
    const [status, shown] = told[code];
    it(`${code} is answered ${status} ${shown}`, async () => {
      const edge = await openEdge();
      edge.actors.script = () => {
        throw actorError(code);
      };
      const response = await edge.call(OPEN, { as: ann });
      expect(response.headers.get("retry-after")).toBe(status === 429 || status === 503 ? "1" : null);
      expect(await problemIn(response)).toEqual({ status, code: shown });
    });
  }
});

describe("a refusal", () => {
  const told: readonly (readonly [string, number])[] = [
    ["not_found", 404],
    ["line_is_missing", 404],
    ["illegal_transition", 409],
    ["cart_is_closed", 409],
    ["cart_is_empty", 409],
    ["out_of_stock", 409],
    ["quantity_too_large", 409],
    ["version_mismatch", 412],
    ["idempotency_key_reused", 422],
    ["a_reason_of_tomorrow", 409],
  ];
  for (const [reason, status] of told) {
    it(`${reason} is answered ${status}`, async () => {
      const edge = await openEdge();
      edge.actors.script = () => refused(reason);
      expect(await problemIn(await edge.call(OPEN, { as: ann }))).toEqual({ status, code: reason });
    });
  }

  it("says what is allowed instead, beside HTTP's own status", async () => {
    const edge = await openEdge();
    edge.actors.script = () => refused("illegal_transition", { status: "SHIPPED", allowed: ["deliver", "refund"] });
    expect(await (await edge.call(CANCEL, { as: ann })).json()).toEqual({
      type: "urn:vitrine:problem:illegal_transition",
      title: "This cannot be done now",
      status: 409,
      code: "illegal_transition",
      currentStatus: "SHIPPED",
      allowed: ["deliver", "refund"],
    });
  });

  it("says nothing more about what is not found", async () => {
    const edge = await openEdge();
    edge.actors.script = () => refused("not_found", { customerId: "bob" });
    const missing = await (await edge.call(CANCEL, { as: ann })).json();
    expect(Object.keys(missing).sort()).toEqual(["code", "status", "title", "type"]);
  });
});

describe("a defect", () => {
  it("is logged once with its cause, and answered without a word of it", async () => {
    const edge = await openEdge();
    const cause = new Error('relation "event" does not exist');
    edge.actors.script = () => {
      throw new TypeError("x is not a function", { cause });
    };
    const response = await edge.call(OPEN, { as: ann, headers: { "correlation-id": "click" } });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text).code).toBe("internal_error");
    expect(text).not.toMatch(/function|relation|TypeError|\.ts/);
    expect(edge.lines).toMatchObject([{
      event: "command_failed",
      fields: { correlationId: "click", error: { cause } },
    }]);
  });

  it("in a read is logged once as well", async () => {
    const edge = await openEdge();
    edge.actors.readingFirst = () => Promise.reject(new Error("broken"));
    const response = await edge.call(`GET /api/v1/orders/${orderOf("ann")}`, { as: ann });
    expect(await problemIn(response)).toEqual({ status: 500, code: "internal_error" });
    expect(edge.lines.length).toBe(1);
  });
});

describe("a product that is not on sale", () => {
  it("cannot be put into a cart or an order", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug(450, { status: "withdrawn" }));
    for (const sku of ["MUG", "NONE"]) {
      const add = await edge.call(`POST /api/carts/${cartOf("ann")}/items`, { as: ann, json: { sku, quantity: 1 } });
      expect(await problemIn(add)).toEqual({ status: 404, code: "product_is_missing" });
      const headers = { "idempotency-key": crypto.randomUUID() };
      const place = await edge.call("POST /api/v1/orders", {
        as: ann,
        json: { items: [{ sku, quantity: 1 }] },
        headers,
      });
      expect(await place.json()).toMatchObject({ status: 404, code: "product_is_missing", sku });
    }
    // All that is asked is whether this was granted before, where there is a key.
    expect(edge.actors.asks.map(({ repeatOnly }) => repeatOnly)).toEqual([true, true]);
  });
});
