import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/nats-core";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Principal } from "../../machines/decision.ts";
import { queriedKinds, serviceCommands } from "../../src/services/service_commands.ts";
import { admin, ann, bob, clerk } from "../edge/open_edge.ts";
import { cartOf, checkoutOf, orderOf } from "../edge/shop_ids.ts";
import { type Answered, answeredBy, type AskOptions, warehouse } from "./open_services.ts";
import { openCartOf, openedShop, paidOrderOf } from "./shop_story.ts";

const nobody: Principal = { sub: "guest", roles: [], stores: [] };
const MEGABYTE = 1_048_576;
const deep = `{"quantity":${"[".repeat(5000)}${"]".repeat(5000)}}`;
const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);

const BAD_BODIES: readonly (readonly [what: string, body: string | Uint8Array, code: string])[] = [
  ["half an object", '{"sku":"MUG","quantity":1', "invalid_request"],
  ["a word", "hello", "invalid_request"],
  ["a trailing comma", '{"quantity":1,}', "invalid_request"],
  ["a key twice", '{"sku":"MUG","quantity":1,"quantity":2}', "invalid_request"],
  ["a key twice, once escaped", '{"sku":"MUG","quantity":1,"quantit\\u0079":2}', "invalid_request"],
  ["nesting without end", deep, "invalid_request"],
  ["invalid UTF-8", invalidUtf8, "invalid_request"],
  ["a NUL in a text", '{"sku":"MUG\\u0000","quantity":1}', "invalid_request"],
  ["half a surrogate pair", '{"sku":"MUG\\ud800","quantity":1}', "invalid_request"],
  ["a list", "[]", "invalid_request"],
  ["null", "null", "invalid_request"],
  ["nothing", "", "invalid_request"],
  ["a price of its own", '{"sku":"MUG","quantity":1,"price":{"minor":1,"currency":"GBP"}}', "invalid_request"],
  ["a prototype", '{"sku":"MUG","quantity":1,"__proto__":{"quantity":2}}', "invalid_request"],
  ["another id than the subject's", '{"cartId":"crt_x","sku":"MUG","quantity":1}', "invalid_request"],
  ["a quantity that is a text", '{"sku":"MUG","quantity":"1"}', "invalid_request"],
  ["more than 64 KB", `{"sku":"${"x".repeat(70_000)}"}`, "body_too_large"],
  ["all that the server takes", " ".repeat(MEGABYTE - 2000), "body_too_large"],
];

describe("a request that means nothing", () => {
  it("is told so, whatever its body is, and changes nothing", async () => {
    await using services = await openedShop();
    const cartId = await openCartOf(services, ann);
    for (const [what, body, code] of BAD_BODIES) {
      const answered = await services.ask(`vitrine.cmd.cart.${cartId}.add_item`, { as: ann, body });
      expect([what, answered.code, answered.body.ok]).toEqual([what, code, false]);
    }
    expect((await services.ask(`vitrine.query.cart.${cartId}`, { as: ann })).body).toMatchObject({
      ok: true,
      result: { version: 1, itemCount: 0 },
    });
    expect(services.lines.filter(({ event }) => event === "request_failed")).toEqual([]);
  });

  it("is told so, whatever its subject is", async () => {
    await using services = await openedShop();
    const commands = [
      "order",
      "order.x",
      "order.x.fly",
      "order.x.ship.now",
      "banana.x.peel",
      "payment.x.capture",
      "session.x.merge",
      "cart.x.add_lines",
      "ORDER.x.ship",
      "order.x.ship>",
      "__proto__.x.constructor",
    ];
    for (const subject of commands) {
      const answered = await services.ask(`vitrine.cmd.${subject}`, { as: admin, json: {} });
      expect([subject, answered.code]).toEqual([subject, "command_unknown"]);
    }
    for (const subject of ["checkout.chk_x", "order", "order.x.y", "banana.x", "webhook.x", "__proto__.x"]) {
      const answered = await services.ask(`vitrine.query.${subject}`, { as: admin });
      expect([subject, answered.code]).toEqual([subject, "route_not_found"]);
    }
  });

  it("is told so, whatever its headers are", async () => {
    await using services = await openedShop();
    const subject = "vitrine.cmd.stock.MUG.receive";
    const bad: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [{ "Idempotency-Key": "x".repeat(129) }, "invalid_request"],
      [{ "Idempotency-Key": "two words" }, "invalid_request"],
      [{ "Idempotency-Key": "clé" }, "invalid_request"],
      [{ "Idempotency-Key": "" }, "invalid_request"],
      [{ "If-Match": "seven" }, "invalid_request"],
      [{ "Correlation-Id": "é".repeat(500), traceparent: "00-0-0-00" }, "ok"],
      [{ "X-Anything": "é".repeat(20_000) }, "ok"],
    ];
    for (const [more, code] of bad) {
      const answered = await services.ask(subject, { as: admin, json: { quantity: 1 }, headers: more });
      expect([more, answered.code ?? "ok"]).toEqual([more, code]);
    }
    const twice = headers();
    twice.set("Authorization", `Bearer ${await services.token(admin)}`);
    twice.append("Idempotency-Key", "a");
    twice.append("Idempotency-Key", "b");
    expect(answeredBy(await services.client.request(subject, '{"quantity":1}', { headers: twice, timeout: 30_000 })))
      .toMatchObject({ code: "invalid_request" });
  });

  it("is told so when its headers cannot be read at all", async () => {
    await using services = await openedShop();
    expect((await rawRequest(services.client, "vitrine.cmd.stock.MUG.receive", "Bad Näme: x")).code).toBe(
      "invalid_request",
    );
    expect((await services.ask("vitrine.query.product.MUG", { as: admin })).ok).toBe(true);
  });
});

describe("a request whose answer should go to a subject that its sender may not publish to", () => {
  it("is neither acted upon nor answered", async () => {
    await using services = await openedShop();
    const { client } = services;
    const manager = await jetstreamManager(client);
    await jetstream(client).publish("ecommerce.order.order.created.v1.ord_1", "{}");
    const made = headers();
    made.set("Authorization", `Bearer ${await services.token(warehouse)}`);
    const asked = [
      "vitrine.cmd.stock.MUG.receive",
      "vitrine.query.stock.MUG",
      "vitrine.cmd.x",
      "$SRV.PING",
      "$SRV.INFO",
    ];
    const elsewhere = ["$JS.API.STREAM.PURGE.VITRINE_EVENTS", "vitrine.mail.stock.MUG.receive", "ecommerce.a.b.c.v1.d"];
    for (const subject of asked) {
      for (const reply of elsewhere) client.publish(subject, '{"quantity":1}', { headers: made, reply });
    }
    // Whatever these came to has happened before this is answered.
    await services.ask("vitrine.query.stock.MUG", { as: warehouse });
    await client.flush();
    expect((await services.ask("vitrine.query.stock.MUG", { as: warehouse })).body).toMatchObject({
      result: { onHand: 9 },
    });
    expect((await manager.streams.info("VITRINE_EVENTS")).state.messages).toBe(1);
    expect((await manager.streams.info("VITRINE_MAIL")).state.last_seq).toBe(0);
  });
});

describe("a request by the wrong sender", () => {
  it("is told that a token is needed, or that this one does not count", async () => {
    await using services = await openedShop();
    const expired = await services.token(admin, -1);
    const good = await services.token(admin);
    const shown: readonly (readonly [AskOptions, string])[] = [
      [{}, "unauthenticated"],
      [{ token: "" }, "token_invalid"],
      [{ token: "a.b.c" }, "token_invalid"],
      [{ token: `${good}x` }, "token_invalid"],
      [{ token: expired }, "token_expired"],
      [{ token: "x".repeat(20_000) }, "token_invalid"],
      [{ headers: { Authorization: "Basic cm9vdDpyb290" } }, "token_invalid"],
      [{ headers: { Cookie: `vitrine_session=${good}` } }, "unauthenticated"],
    ];
    for (const subject of ["vitrine.cmd.stock.MUG.receive", "vitrine.query.stock.MUG"]) {
      for (const [options, code] of shown) {
        const answered = await services.ask(subject, { json: { quantity: 1 }, ...options });
        expect([subject, options, answered.code]).toEqual([subject, options, code]);
        expect(answered.header("Nats-Service-Error-Code")).toBe("401");
      }
    }
  });

  it("never gets through, by any command, in any of the wrong roles", async () => {
    await using services = await openedShop();
    for (const { kind, command, roles } of serviceCommands) {
      for (const as of [nobody, ann, clerk, warehouse, admin]) {
        if (as.roles.some((role) => roles.includes(role))) continue;
        const answered = await services.ask(`vitrine.cmd.${kind}.x.${command}`, { as, json: {} });
        // An id that could be nobody's is no more than that, whoever asks.
        expect([kind, command, as.sub, ["forbidden", "not_found"].includes(String(answered.code))]).toEqual(
          [kind, command, as.sub, true],
        );
      }
    }
  });

  it("learns of no foreign thing whether it is there", async () => {
    await using services = await openedShop();
    const cartId = await openCartOf(services, ann);
    const orderId = await paidOrderOf(services, ann);
    const paymentId = orderId.replace("ord_", "pay_");
    const checkoutId = cartId.replace("crt_", "chk_");
    const foreign: Readonly<Record<string, readonly [there: string, missing: string]>> = {
      cart: [cartId, cartOf("ann", "z")],
      checkout: [checkoutId, checkoutOf("ann", "z")],
      order: [orderId, orderOf("ann", "z")],
      payment: [paymentId, orderOf("ann", "z").replace("ord_", "pay_")],
      customer: ["ann", "zed"],
    };
    const bodies: Readonly<Record<string, unknown>> = {
      add_item: { sku: "MUG", quantity: 1 },
      change_item: { sku: "MUG", quantity: 1 },
      remove_item: { sku: "MUG" },
      set_address: { name: "B", line1: "1", city: "L", postcode: "L1", country: "GB" },
      set_payment_method: { method: "card" },
      ship: { carrier: "Post", trackingNumber: "1" },
      place_order: { items: [{ sku: "MUG", quantity: 1 }] },
    };
    const elsewhere = { ...clerk, sub: "north", stores: ["north"] };
    const subjects = [
      ...serviceCommands.filter(({ kind }) => kind in foreign).map(({ kind, command }) => ({ kind, command })),
      ...[...queriedKinds.keys()].filter((kind) => kind in foreign).map((kind) => ({ kind, command: undefined })),
    ];
    for (const { kind, command } of subjects) {
      for (const as of [bob, elsewhere]) {
        // Carts show to all staff.
        if (as === elsewhere && kind === "cart" && command === undefined) continue;
        const [there = "", missing = ""] = foreign[kind] ?? [];
        const [one, other] = await Promise.all([there, missing].map((id) => {
          const subject = command === undefined
            ? `vitrine.query.${kind}.${id}`
            : `vitrine.cmd.${kind}.${id}.${command}`;
          return services.ask(subject, {
            as,
            json: command === undefined ? undefined : bodies[command] ?? {},
            headers: { "Idempotency-Key": "k", "Correlation-Id": "c" },
          });
        }));
        expect([kind, command, as.sub, one?.body]).toEqual([kind, command, as.sub, other?.body]);
        expect([kind, command, as.sub, one?.ok, ["not_found", "forbidden"].includes(String(one?.code))]).toEqual(
          [kind, command, as.sub, false, true],
        );
      }
    }
    expect((await services.ask(`vitrine.query.order.${orderId}`, { as: ann })).body).toMatchObject({
      result: { status: "PAID" },
    });
    const stock = await services.ask("vitrine.query.stock.MUG", { as: ann });
    expect(stock.body).toEqual((await services.ask("vitrine.query.stock.NONE", { as: ann })).body);
    expect((await services.ask("vitrine.query.stock.NONE", { as: warehouse })).code).toBe("not_found");
  });
});

/** A request whose header block is written by hand. */
async function rawRequest(client: NatsConnection, subject: string, headerLine: string): Promise<Answered> {
  const made = headers();
  made.set("X-Line", "x");
  const encode = (): Uint8Array => new TextEncoder().encode(`NATS/1.0\r\n${headerLine}\r\n\r\n`);
  Object.defineProperty(made, "encode", { value: encode });
  return answeredBy(await client.request(subject, "{}", { headers: made, timeout: 30_000 }));
}
