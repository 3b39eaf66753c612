import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Principal, Role } from "../../machines/decision.ts";
import { queriedKinds } from "../../src/services/service_commands.ts";
import { admin, ann, bob, clerk } from "../edge/open_edge.ts";
import { until } from "../harness/until.ts";
import { type Answered, openServices, warehouse } from "./open_services.ts";
import { openCartOf, openedShop, paidOrderOf, stockMugs } from "./shop_story.ts";

describe("vitrine.cmd", () => {
  it("runs the same commands as HTTP and answers once they are committed", async () => {
    await using services = await openedShop();
    const cartId = await openCartOf(services, ann);
    const added = await services.ask(`vitrine.cmd.cart.${cartId}.add_item`, {
      as: ann,
      json: { sku: "MUG", quantity: 2 },
    });
    expect(added.body).toMatchObject({
      ok: true,
      replayed: false,
      result: { cartId, itemCount: 2, totalAmount: { minor: 900, currency: "GBP" } },
    });
    const { version, cursor } = resultOf(added);
    expect(added.body).toMatchObject({ version, cursor });

    const seen = await (await services.shop.edge.call("POST /api/carts", { as: ann })).json();
    expect(seen).toMatchObject({ cartId, itemCount: 2, version });
    expect(services.counted).toContain("vitrine-cart ok");
  });

  it("answers a repeat with the stored answer, whichever way the first one came", async () => {
    await using services = await openedShop();
    const cartId = await openCartOf(services, ann);
    const headers = { "idempotency-key": "click-1" };
    const json = { sku: "MUG", quantity: 2 };
    const call = `POST /api/carts/${cartId}/items`;
    const first = await (await services.shop.edge.call(call, { as: ann, json, headers })).json();

    const subject = `vitrine.cmd.cart.${cartId}.add_item`;
    const repeat = await services.ask(subject, { as: ann, json, headers: { "Idempotency-Key": "click-1" } });
    expect(repeat.body).toMatchObject({ ok: true, replayed: true, result: first });
    expect(repeat.header("Idempotent-Replayed")).toBe("true");

    const other = await services.ask(subject, { as: ann, json: { sku: "MUG", quantity: 3 }, headers });
    expect(other.code).toBe("idempotency_key_reused");
    expect(other.header("Nats-Service-Error-Code")).toBe("422");
  });

  it("takes and returns the ids under which a wish is traced", async () => {
    await using services = await openedShop();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = { "Correlation-Id": "wish-7", traceparent };
    for (const [subject, ok] of [["product.MUG.change", true], ["order.ord_nobody.ship", false]] as const) {
      const answered = await services.ask(`vitrine.cmd.${subject}`, { as: warehouse, json: { name: "Cup" }, headers });
      expect([subject, answered.ok]).toEqual([subject, ok]);
      expect(answered.header("Correlation-Id")).toBe("wish-7");
      expect(answered.header("traceparent")).toBe(traceparent);
    }
    const renamed = (await services.shop.store.events([{ address: "product/MUG", after: 1, upTo: 2 }], 1))[0];
    expect(renamed).toMatchObject({ correlationId: "wish-7", traceparent });
    expect((await services.ask("vitrine.cmd.order.x.ship")).header("Correlation-Id")).toMatch(/^[a-z2-7]{26}$/);
  });

  it("lets a warehouse bring an order to its customer, and leaves the money to people", async () => {
    await using services = await openedShop();
    const orderId = await paidOrderOf(services, ann);
    const order = `vitrine.cmd.order.${orderId}`;
    expect((await services.ask(`${order}.refund`, { as: warehouse })).code).toBe("forbidden");
    for (const command of ["accept", "ready"]) {
      expect(await services.ask(`${order}.${command}`, { as: warehouse })).toMatchObject({ ok: true });
    }
    const json = { carrier: "Post", trackingNumber: "1Z" };
    const shipped = await services.ask(`${order}.ship`, { as: warehouse, json, headers: { "Idempotency-Key": "p1" } });
    expect(shipped.body).toMatchObject({ ok: true, result: { orderId, status: "SHIPPED" } });
    const again = await services.ask(`${order}.ship`, { as: warehouse, json, headers: { "Idempotency-Key": "p1" } });
    expect(again.body).toMatchObject({ ok: true, replayed: true, result: { status: "SHIPPED" } });
    expect(await services.ask(`${order}.ship`, { as: warehouse, json })).toMatchObject({
      code: "illegal_transition",
      body: { error: { status: 409, currentStatus: "SHIPPED", allowed: ["deliver"] } },
    });
  });

  it("tells everybody what they may do next themselves, in answers and in states", async () => {
    await using services = await openedShop();
    const orderId = await paidOrderOf(services, ann);
    const state = `vitrine.query.order.${orderId}`;
    const allowed = async (as: Principal): Promise<unknown> => resultOf(await services.ask(state, { as })).allowed;
    expect([await allowed(ann), await allowed(warehouse)]).toEqual([[], ["accept"]]);
    expect(await allowed(admin)).toEqual(["cancel", "accept", "refund"]);

    const accepted = await services.ask(`vitrine.cmd.order.${orderId}.accept`, { as: warehouse });
    expect(resultOf(accepted).allowed).toEqual(["ready"]);
    const ready = await services.ask(`vitrine.cmd.order.${orderId}.ready`, { as: admin });
    expect(resultOf(ready).allowed).toEqual(["cancel", "ship", "refund"]);
  });

  it("honours If-Match", async () => {
    await using services = await openedShop();
    const cartId = await openCartOf(services, ann);
    const subject = `vitrine.cmd.cart.${cartId}.add_item`;
    const json = { sku: "MUG", quantity: 1 };
    expect((await services.ask(subject, { as: ann, json, headers: { "If-Match": '"99"' } })).code).toBe(
      "version_mismatch",
    );
    const { version } = resultOf(await services.ask(`vitrine.query.cart.${cartId}`, { as: ann }));
    expect((await services.ask(subject, { as: ann, json, headers: { "If-Match": `"${version}"` } })).ok).toBe(true);
  });

  it("knows ids that no subject can hold by their escapes", async () => {
    await using services = await openedShop();
    const create = { name: "Teapot", price: { minor: 1900, currency: "GBP" }, stock: 3 };
    const subject = "vitrine.cmd.product.POT=2E2.create";
    expect(await services.ask(subject, { as: admin, json: create })).toMatchObject({
      body: { ok: true, result: { sku: "POT.2" } },
    });
    expect((await services.ask("vitrine.query.stock.POT=2E2", { as: warehouse })).body).toMatchObject({
      result: { sku: "POT.2", onHand: 3 },
    });
    for (const spelling of ["POT=2e2", "=50OT=2E2", "POT=2"]) {
      expect((await services.ask(`vitrine.query.product.${spelling}`, { as: admin })).code).toBe("not_found");
    }
  });

  it("places an order in the caller's own name alone", async () => {
    await using services = await openedShop();
    const json = { items: [{ sku: "MUG", quantity: 1 }] };
    const headers = { "Idempotency-Key": "order-1" };
    const placed = await services.ask("vitrine.cmd.customer.ann.place_order", { as: ann, json, headers });
    expect(placed.body).toMatchObject({ ok: true, result: { status: "PENDING" } });
    expect((await services.ask("vitrine.cmd.customer.ann.place_order", { as: bob, json, headers })).code).toBe(
      "not_found",
    );
    expect((await services.ask("vitrine.cmd.customer.ann.place_order", { as: ann, json })).code).toBe(
      "idempotency_key_required",
    );
  });

  it("says so when the answer is larger than the server takes", async () => {
    await using services = await openServices({ config: "max_payload: 8192" });
    await services.startNode();
    await stockMugs(services);
    const json = { description: "é".repeat(4000) };
    expect((await services.shop.edge.call("PATCH /api/v1/products/MUG", { as: admin, json })).status).toBe(200);
    expect((await services.ask("vitrine.query.product.MUG", { as: admin })).code).toBe("internal_error");
    expect(services.lines.map(({ event }) => event)).toContain("reply_not_sent");
    expect((await services.ask("vitrine.query.stock.MUG", { as: admin })).ok).toBe(true);
  });

  it("does nothing for a message that nobody waits for", async () => {
    await using services = await openedShop();
    services.client.publish("vitrine.cmd.stock.MUG.adjust", JSON.stringify({ delta: -1, reason: "broken" }));
    await until(() => services.lines.some(({ event }) => event === "request_without_inbox"), {
      what: () => "the message to be noticed",
    });
    expect((await services.ask("vitrine.query.stock.MUG", { as: admin })).body).toMatchObject({
      result: { onHand: 9 },
    });
  });

  it("answers what is in hand when a node stops, and another node answers the rest", async () => {
    await using services = await openServices();
    const { runCommand } = services.shop.edge;
    const begun = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const stopping = await services.startNode({
      runCommand: async (...call) => {
        begun.resolve();
        await held.promise;
        return await runCommand(...call);
      },
    });
    const json = { name: "Mug", price: { minor: 450, currency: "GBP" } };
    const waiting = services.ask("vitrine.cmd.product.MUG.create", { as: admin, json });
    await begun.promise;
    const stopped = stopping[Symbol.asyncDispose]();
    await services.startNode();
    await until(async () => (await services.ask("vitrine.query.product.NONE", { as: admin })).code === "not_found", {
      what: () => "the other node's answers",
    });
    held.resolve();
    await stopped;
    expect(await waiting).toMatchObject({ ok: true });
    expect(await services.ask("vitrine.query.product.MUG", { as: admin })).toMatchObject({ ok: true });
  });
});

describe("a node", () => {
  it("stops also while NATS is away", async () => {
    await using services = await openedShop();
    const node = await services.startNode();
    await services.nats.kill();
    await until(() => services.client.rtt().then(() => false, () => true), { what: () => "the loss to be noticed" });
    await stops(node);
  });

  it("stops also while NATS stands still", async () => {
    await using services = await openedShop();
    const node = await services.startNode();
    services.nats.freeze();
    await stops(node);
    services.nats.thaw();
  });
});

describe("vitrine.query", () => {
  it("shows what was answered a moment ago", async () => {
    await using services = await openedShop();
    for (let count = 1; count <= 20; count++) {
      await services.ask("vitrine.cmd.stock.MUG.receive", { as: warehouse, json: { quantity: 1 } });
      const { body } = await services.ask("vitrine.query.stock.MUG", { as: warehouse });
      expect(body).toMatchObject({ ok: true, result: { onHand: 9 + count } });
    }
  });

  it("answers for carts, customers, orders, payments, products and stock", async () => {
    await using services = await openedShop();
    const cartId = await openCartOf(services, ann);
    const orderId = await paidOrderOf(services, ann);
    const asked: readonly (readonly [string, string, unknown])[] = [
      ["cart", cartId, { cartId, customerId: "ann" }],
      ["customer", "ann", { customerId: "ann", orders: [{ orderId, status: "PAID" }] }],
      ["order", orderId, { orderId, status: "PAID" }],
      ["payment", orderId.replace("ord_", "pay_"), { orderId, status: "captured" }],
      ["product", "MUG", { sku: "MUG", name: "Mug" }],
      ["stock", "MUG", { sku: "MUG" }],
    ];
    for (const [kind, id, result] of asked) {
      const { body } = await services.ask(`vitrine.query.${kind}.${id}`, { as: warehouse });
      expect([kind, body]).toMatchObject([kind, { ok: true, result, cursor: expect.any(String) }]);

      const askers: Readonly<Record<Role, Principal>> = { customer: ann, staff: clerk, admin, service: warehouse };
      const answered = await Promise.all(
        Object.entries(askers).map(async ([role, as]) => {
          return (await services.ask(`vitrine.query.${kind}.${id}`, { as })).ok ? [role] : [];
        }),
      );
      expect([kind, answered.flat()]).toEqual([kind, queriedKinds.get(kind)?.roles]);
    }
  });
});

async function stops(node: AsyncDisposable): Promise<void> {
  let stopped = false;
  const stopping = node[Symbol.asyncDispose]().then(() => stopped = true);
  await until(() => stopped, { withinMs: 30_000, what: () => "the node to stop" });
  await stopping;
}

function resultOf({ body }: Answered): Readonly<Record<string, unknown>> {
  expect(body).toMatchObject({ ok: true });
  return Object(body.result);
}
