import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { admin, ann, clerk, openEdge, problemIn } from "./open_edge.ts";
import { accepted, refused } from "./scripted_actors.ts";
import { cartOf, mug, orderOf } from "./shop_ids.ts";

const ADD = `POST /api/carts/${cartOf("ann")}/items`;
const CANCEL = `POST /api/v1/orders/${orderOf("ann")}/cancel`;

describe("the answer to a mutation", () => {
  it("is the actor's reply as it is, with its version as ETag", async () => {
    const edge = await openEdge();
    edge.actors.show("product/MUG", mug());
    edge.actors.script = () => accepted({ cartId: "crt_x", itemCount: 1 }, { version: 12 });
    const response = await edge.call(ADD, { as: ann, json: { sku: "MUG", quantity: 1 } });
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"12"');
    expect(await response.json()).toMatchObject({ cartId: "crt_x", cursor: "7.cccccccc" });
  });

  it("says in the owner's feed where the effect is, and to staff in the order's own", async () => {
    const edge = await openEdge();
    expect(await (await edge.call(CANCEL, { as: ann })).json()).toMatchObject({ cursor: "7.cccccccc" });
    expect(await (await edge.call(CANCEL, { as: clerk })).json()).toMatchObject({ cursor: "2.oooooooo" });
    expect(await (await edge.call(CANCEL, { as: admin })).json()).toMatchObject({ cursor: "2.oooooooo" });
  });

  it("to a new cart is 201, and 200 to the one that is open already", async () => {
    const edge = await openEdge();
    edge.actors.script = () => accepted({}, { outcome: "created" });
    expect((await edge.call("POST /api/carts", { as: ann })).status).toBe(201);
    edge.actors.script = () => accepted({}, { outcome: "existing" });
    expect((await edge.call("POST /api/carts", { as: ann })).status).toBe(200);
  });

  it("carries on the caller's correlation id and trace", async () => {
    const edge = await openEdge();
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const headers = { "correlation-id": "click.42", traceparent };
    const response = await edge.call("POST /api/carts", { as: ann, headers });
    expect(response.headers.get("correlation-id")).toBe("click.42");
    expect(edge.actors.lastAsk).toMatchObject({ correlationId: "click.42", traceparent });
  });

  it("carries on whatever a header can hold and a log can show", async () => {
    const edge = await openEdge();
    for (const given of ["YWJj/+8=", "0f3a-{}|~"]) {
      const response = await edge.call("POST /api/carts", { as: ann, headers: { "correlation-id": given } });
      expect(response.headers.get("correlation-id")).toBe(given);
    }
  });

  for (const given of ["", "a b", "x".repeat(129), "<script src=x>", "caf\xe9"]) {
    it(`does not carry on the correlation id ${JSON.stringify(given.slice(0, 10))}`, async () => {
      const edge = await openEdge();
      const response = await edge.call("POST /api/carts", { as: ann, headers: { "correlation-id": given } });
      expect(response.headers.get("correlation-id")).toMatch(/^[ab]{26}$/);
      expect(edge.actors.lastAsk.correlationId).toBe(response.headers.get("correlation-id"));
    });
  }

  it("ignores a trace that is none", async () => {
    const edge = await openEdge();
    for (const traceparent of ["00-0-0-00", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, "ff", "x".repeat(5000)]) {
      await edge.call("POST /api/carts", { as: ann, headers: { traceparent } });
      expect(edge.actors.lastAsk.traceparent).toBeUndefined();
    }
  });
});

describe("If-Match", () => {
  const begin = (edge: Awaited<ReturnType<typeof openEdge>>, tag: string): Promise<Response> =>
    edge.call("POST /api/checkouts", { as: ann, json: { cartId: cartOf("ann") }, headers: { "if-match": tag } });

  it("asks for a version", async () => {
    const edge = await openEdge();
    await begin(edge, '"7"');
    expect(edge.actors.lastAsk.expectedVersion).toBe(7);
    await begin(edge, "*");
    expect(edge.actors.lastAsk.expectedVersion).toBeUndefined();
  });

  it("of another version is answered 412", async () => {
    const edge = await openEdge();
    edge.actors.script = () => refused("version_mismatch", { expected: 7, actual: 9 });
    const response = await begin(edge, '"7"');
    expect(await problemIn(response)).toEqual({ status: 412, code: "version_mismatch" });
  });

  it("never matches by a tag that is not ours, or a weak one", async () => {
    const edge = await openEdge();
    for (const tag of ['"abc"', 'W/"7"', '""', '"7.5"', '"99999999999999999999"']) {
      await begin(edge, tag);
      expect(edge.actors.lastAsk.expectedVersion).toBe(-1);
    }
  });

  it("that no version could match is not answered with one", async () => {
    const edge = await openEdge();
    edge.actors.script = ({ expectedVersion }) => refused("version_mismatch", { expected: expectedVersion, actual: 9 });
    expect(await (await begin(edge, '"7"')).json()).toMatchObject({ expected: 7, actual: 9 });
    const weak = await (await begin(edge, 'W/"9"')).json();
    expect(weak).toMatchObject({ code: "version_mismatch", actual: 9 });
    expect(weak).not.toHaveProperty("expected");
  });

  it("that is no entity tag is answered 400", async () => {
    const edge = await openEdge();
    for (const tag of ["7", '"7', '"7", "8"', "'7'"]) {
      expect(await problemIn(await begin(edge, tag))).toEqual({ status: 400, code: "invalid_request" });
    }
    expect(edge.actors.asks).toEqual([]);
  });

  it("is answered 400 where there is no version to match yet", async () => {
    const edge = await openEdge();
    const headers = { "if-match": '"7"', "idempotency-key": "k" };
    for (const route of ["POST /api/carts", "POST /api/v1/orders", "POST /api/v1/products"]) {
      const json = route.endsWith("orders") ? { cartId: cartOf("ann") } : undefined;
      const as = route.endsWith("products") ? admin : ann;
      expect(await problemIn(await edge.call(route, { as, json, headers }))).toEqual({
        status: 400,
        code: "invalid_request",
      });
    }
    expect(edge.actors.asks).toEqual([]);
  });
});
