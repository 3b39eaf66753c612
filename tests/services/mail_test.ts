import { jetstreamManager } from "@nats-io/jetstream";
import { headers, nanos } from "@nats-io/nats-core";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { MAIL_STREAM } from "../../src/cluster/jetstream_topology.ts";
import type { CommandCall } from "../../src/edge/commands/command.ts";
import type { RunCommand } from "../../src/edge/commands/run_command.ts";
import { admin, ann } from "../edge/open_edge.ts";
import { until } from "../harness/until.ts";
import { allDone, deadLetters, onePiece, onHand, RECEIVE } from "./mailbox.ts";
import { type OpenServices, openServices, warehouse } from "./open_services.ts";
import { openedShop, paidOrderOf } from "./shop_story.ts";

describe("vitrine.mail", () => {
  it("is done once and then gone, under the same rules as everything else", async () => {
    await using services = await openedShop();
    const orderId = await paidOrderOf(services, ann);
    await services.post(`vitrine.mail.order.${orderId}.accept`, { as: warehouse, id: "accept-1" });
    await until(async () => await statusOf(services, orderId) === "ACCEPTED", { what: () => "the mail to be done" });
    await allDone(services);
    expect(services.counted.filter((what) => what.startsWith("mail"))).toEqual(["mail done"]);
    expect(await deadLetters(services)).toEqual([]);
  });

  it("has one effect, however often it is sent, also when JetStream has forgotten its id", async () => {
    await using services = await openServices();
    await services.startNode();
    await forgetIdsSoon(services);
    for (let sent = 0; sent < 3; sent++) await sendPastWindow(services, { json: { quantity: 1 }, id: "delivery-1" });
    await allDone(services);
    expect(await onHand(services)).toBe(1);
    expect(services.counted).toEqual(["mail done", "mail done", "mail done"]);

    await sendPastWindow(services, { json: { quantity: 2 }, id: "delivery-1" });
    await allDone(services);
    expect(await onHand(services)).toBe(1);
    expect(await deadLetters(services)).toMatchObject([
      { error: expect.stringMatching(/^idempotency_key_reused.*delivery-1/) },
    ]);
  });

  it("does not meet what was asked for otherwise under the same key", async () => {
    await using services = await openedShop();
    await services.ask("vitrine.cmd.stock.MUG.receive", { ...onePiece, headers: { "Idempotency-Key": "k" } });
    await services.post(RECEIVE, { ...onePiece, id: "k" });
    await allDone(services);
    expect(await onHand(services)).toBe(11);
  });

  it("counts by the token as it was when it was sent", async () => {
    await using services = await openServices();
    const options = await services.parts();
    await options.reconcile();
    const token = await services.token(warehouse, 6);
    await services.post(RECEIVE, { token, json: { quantity: 1 }, id: "in-time" });
    await until(() => options.identity.verify(token).then(() => false, () => true), {
      withinMs: 30_000,
      what: () => "the token to expire",
    });
    await services.post(RECEIVE, { token, json: { quantity: 1 }, id: "too-late" });
    await services.startNode();
    await allDone(services);
    expect(await onHand(services)).toBe(1);
    expect(await deadLetters(services)).toMatchObject([{ error: expect.stringContaining("token_expired") }]);
  });

  it("that the rules refuse is refused for good, and those behind it are done", async () => {
    await using services = await openedShop();
    const orderId = await paidOrderOf(services, ann);
    const json = { carrier: "Post", trackingNumber: "1Z" };
    await services.post(`vitrine.mail.order.${orderId}.ship`, { as: warehouse, json, id: "early" });
    await services.post(RECEIVE, { ...onePiece, id: "behind" });
    await allDone(services);
    expect(await onHand(services)).toBe(9);
    expect(services.counted).toContain("mail refused");
    expect(services.lines.filter(({ event }) => event === "mail_refused")).toMatchObject([
      { fields: { code: "illegal_transition" } },
    ]);
    expect(await deadLetters(services)).toEqual([]);
  });
});

describe("vitrine.mail that means nothing", () => {
  it("ends among the dead letters, where admins see what is wrong, and those behind it are done", async () => {
    await using services = await openedShop();
    const bad: readonly (readonly [what: string, send: () => Promise<unknown>, error: RegExp])[] = [
      ["no Nats-Msg-Id", () => services.post(RECEIVE, onePiece), /^idempotency_key_required: .*is missing/],
      ["a Nats-Msg-Id of two words", () => services.post(RECEIVE, { ...onePiece, id: "a b" }), /Nats-Msg-Id: It must/],
      ["half an object", () => services.post(RECEIVE, { as: warehouse, body: "{", id: "1" }), /not valid JSON/],
      ["a key twice", () => services.post(RECEIVE, { as: warehouse, body: '{"a":1,"a":1}', id: "2" }), /twice/],
      [
        "nesting without end",
        () => services.post(RECEIVE, { as: warehouse, body: "[".repeat(9999), id: "3" }),
        /nested/,
      ],
      ["bytes", () => services.post(RECEIVE, { as: warehouse, body: new Uint8Array([255, 254]), id: "4" }), /UTF-8/],
      [
        "a megabyte",
        () => services.post(RECEIVE, { as: warehouse, body: "x".repeat(1_000_000), id: "5" }),
        /too_large/,
      ],
      ["no quantity", () => services.post(RECEIVE, { as: warehouse, json: {}, id: "6" }), /quantity: It must be/],
      ["no token", () => services.post(RECEIVE, { json: { quantity: 1 }, id: "7" }), /^unauthenticated/],
      ["a forged token", () => services.post(RECEIVE, { ...onePiece, token: "a.b.c", id: "8" }), /^token_invalid/],
      ["the wrong role", () => services.post(RECEIVE, { ...onePiece, as: ann, id: "9" }), /^forbidden/],
      ["no kind", () => services.post("vitrine.mail.x", { ...onePiece, id: "10" }), /^command_unknown/],
      [
        "no such kind",
        () => services.post("vitrine.mail.banana.x.peel", { ...onePiece, id: "11" }),
        /^command_unknown/,
      ],
      ["no such command", () => services.post("vitrine.mail.stock.MUG.fly", { ...onePiece, id: "12" }), /^command_unk/],
      ["somebody's address", () =>
        services.post("vitrine.mail.checkout.chk_x.set_address", {
          as: ann,
          json: { name: "Ann Archer" },
          id: "13",
        }), /^command_unknown/],
    ];
    for (const [, send] of bad) await send();
    await services.post(RECEIVE, { ...onePiece, id: "behind" });
    await allDone(services);

    const errors = (await deadLetters(services)).map(({ error }) => String(error));
    for (const [what, , error] of bad) {
      expect([what, errors.some((text) => error.test(text))]).toEqual([what, true]);
    }
    expect(errors.length).toBe(15);
    expect(await onHand(services)).toBe(10);
    expect(JSON.stringify([await deadLetters(services), services.lines])).not.toMatch(/Archer|Bearer|eyJ/);
  });

  it("ends there also when its headers cannot be read", async () => {
    await using services = await openedShop();
    const made = headers();
    made.set("X", "x");
    const line = new TextEncoder().encode("NATS/1.0\r\nBad N\u00e4me: x\r\n\r\n");
    Object.defineProperty(made, "encode", { value: () => line });
    services.client.publish(RECEIVE, '{"quantity":1}', { headers: made });
    await services.post(RECEIVE, { ...onePiece, id: "behind" });
    await allDone(services);
    expect(await onHand(services)).toBe(10);
    expect(await deadLetters(services)).toMatchObject([{ error: expect.stringMatching(/^invalid_request.*be read/) }]);
  });

  it("can be discarded by admins, and sent again by its sender alone", async () => {
    await using services = await openedShop();
    await services.post(RECEIVE, { as: warehouse, json: { quantity: "many" }, id: "delivery-7" });
    await allDone(services);
    const [dead] = await deadLetters(services);
    expect(dead).toMatchObject({
      address: "mail/stock.MUG.receive",
      command: "receive",
      attempts: 1,
      error: expect.stringContaining('Nats-Msg-Id "delivery-7"'),
    });
    const { call } = services.shop.edge;
    expect((await call(`POST /api/v1/dead-letters/${dead?.id}/retry`, { as: admin })).status).toBe(409);
    expect((await call(`POST /api/v1/dead-letters/${dead?.id}/discard`, { as: admin })).status).toBe(200);
    expect(await deadLetters(services)).toEqual([]);
  });

  it("waits until its dead letter can be written", async () => {
    await using services = await openedShop();
    services.shop.store.failNext("commit", "retryable");
    await services.post(RECEIVE, { as: warehouse, json: {}, id: "1" });
    await until(() => services.lines.some(({ event }) => event === "mail_not_buried"), { what: () => "the failure" });
    await allDone(services);
    expect(await deadLetters(services)).toMatchObject([{ attempts: 2 }]);
  });
});

describe("vitrine.mail that cannot be done now", () => {
  it("comes again until it can", async () => {
    await using services = await openServices();
    let failures = 0;
    await services.startNode({
      runCommand: failing(services, () => failures++ < 3),
    });
    await services.post(RECEIVE, { ...onePiece, id: "1" });
    await allDone(services);
    expect(await onHand(services)).toBe(1);
    expect(services.counted.filter((what) => what.startsWith("mail"))).toEqual([
      "mail later",
      "mail later",
      "mail later",
      "mail done",
    ]);
  });

  it("is put aside after so many attempts, and those behind it are done", async () => {
    await using services = await openServices();
    await services.startNode({
      mailLimits: { attempts: 3, firstDelayMs: 10, longestDelayMs: 20, pullMs: 1000 },
      runCommand: failing(services, ({ idempotencyKey }) => idempotencyKey === "mail never"),
    });
    await services.post(RECEIVE, { ...onePiece, id: "never" });
    await services.post(RECEIVE, { ...onePiece, id: "now" });
    await allDone(services);
    expect(await onHand(services)).toBe(1);
    expect(await deadLetters(services)).toMatchObject([{ attempts: 3, error: expect.stringContaining("unavailable") }]);
  });

  it("does not keep more than so many in hand", async () => {
    await using services = await openServices();
    const { runCommand } = services.shop.edge;
    const held = Promise.withResolvers<void>();
    let inHand = 0;
    let most = 0;
    await services.startNode({
      mailLimits: { inHand: 4, pullMs: 1000 },
      runCommand: async (...call) => {
        most = Math.max(most, ++inHand);
        await held.promise;
        inHand--;
        return await runCommand(...call);
      },
    });
    for (let sent = 0; sent < 20; sent++) await services.post(RECEIVE, { ...onePiece, id: `${sent}` });
    await until(() => inHand === 4, { what: () => "a full hand" });
    held.resolve();
    await allDone(services);
    expect(most).toBe(4);
    expect(await onHand(services)).toBe(20);
  });
});

/** The shop's commands, but some find it unavailable. */
function failing({ shop }: OpenServices, fails: (call: CommandCall) => boolean): RunCommand {
  const problem = { status: 503, code: "unavailable", title: "Not available now", details: {} };
  return (name, params, call) =>
    fails(call) ? Promise.resolve({ ok: false, problem, replayed: false }) : shop.edge.runCommand(name, params, call);
}

/** JetStream takes an id again after a moment. */
async function forgetIdsSoon({ client }: OpenServices): Promise<void> {
  const manager = await jetstreamManager(client);
  await manager.streams.update(MAIL_STREAM, { duplicate_window: nanos(100) });
}

/** Sends until JetStream takes it for something new. */
async function sendPastWindow(
  services: OpenServices,
  mail: { readonly json: unknown; readonly id: string },
): Promise<void> {
  await until(async () => !(await services.post(RECEIVE, { as: warehouse, ...mail })).duplicate, {
    what: () => "JetStream to forget an id",
  });
}

async function statusOf({ shop }: OpenServices, orderId: string): Promise<unknown> {
  return (await (await shop.edge.call(`GET /api/v1/orders/${orderId}`, { as: admin })).json()).status;
}
