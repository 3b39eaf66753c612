import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, headers, type NatsConnection } from "@nats-io/transport-node";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { shipOrder } from "../../docs/examples/ship_order.ts";
import { keepPickList } from "../../docs/examples/pick_list.ts";
import { ann } from "../edge/open_edge.ts";
import { until } from "../harness/until.ts";
import { openGuarded } from "./guarded_services.ts";
import { allDone, onHand, RECEIVE } from "./mailbox.ts";
import { type OpenServices, warehouse } from "./open_services.ts";
import { paidOrderOf } from "./shop_story.ts";

describe("the permissions that the page names", () => {
  it("let a warehouse ship, and nothing else", async () => {
    await using services = await openGuarded();
    const orderId = await paidOrderOf(services, ann);
    await using connection = await connectAs(services, "warehouse");
    const token = await services.token(warehouse);
    await shipOrder(connection.nats, { orderId, carrier: "Post", trackingNumber: "1Z" }, token);
    for (
      const subject of [`vitrine.cmd.order.${orderId}.refund`, "vitrine.cmd.stock.MUG.adjust", "vitrine.query.cart.x"]
    ) {
      await expect(connection.nats.request(subject, "{}", { timeout: 5000 })).rejects.toThrow(/permission/i);
    }
    const spying = connection.nats.subscribe("_INBOX.>");
    expect(String(await spying.closed)).toMatch(/permission/i);
  });

  it("let a gate leave mail, and nothing else", async () => {
    await using services = await openGuarded();
    await using connection = await connectAs(services, "gate");
    const made = headers();
    made.set("Authorization", `Bearer ${await services.token(warehouse)}`);
    made.set("Nats-Msg-Id", "delivery-1");
    await jetstream(connection.nats).publish(RECEIVE, '{"quantity":1}', { headers: made });
    await allDone(services);
    expect(await onHand(services)).toBe(10);
    await expect(connection.nats.request("vitrine.query.stock.MUG", "", { timeout: 5000 })).rejects.toThrow(
      /permission/i,
    );
  });

  it("let a bookkeeper follow the orders by a consumer of its own", async () => {
    await using services = await openGuarded();
    await using connection = await connectAs(services, "bookkeeper");
    await using cleanup = new AsyncDisposableStack();
    const directory = await Deno.makeTempDir({ prefix: "vitrine-picks-" });
    cleanup.defer(() => Deno.remove(directory, { recursive: true }));
    const ending = new AbortController();
    const file = `${directory}/picks.jsonl`;
    const keeping = keepPickList(connection.nats, { file, signal: ending.signal });
    const envelope = { eventId: "e-1", partitionKey: "ord_1", sequence: 1, occurredAt: "2026-01-02T12:00:00.250Z" };
    await jetstream(services.client).publish("ecommerce.order.order.created.v1.ord_1", JSON.stringify(envelope));
    await until(async () => (await Deno.readTextFile(file).catch(() => "")).includes("ord_1"), {
      what: () => "a pick",
    });
    ending.abort();
    await keeping;

    const { consumers } = await jetstreamManager(connection.nats);
    const another = { durable_name: "another", ack_policy: AckPolicy.Explicit };
    await expect(consumers.add("VITRINE_MAIL", another)).rejects.toThrow(/permission/i);
  });

  it("let a watcher see who is there", async () => {
    await using services = await openGuarded();
    await using connection = await connectAs(services, "watcher");
    const ping = await connection.nats.request("$SRV.PING.vitrine-orders", "", { timeout: 10_000 });
    expect(ping.json()).toMatchObject({ name: "vitrine-orders" });
  });
});

async function connectAs(
  { nats }: OpenServices,
  user: string,
): Promise<AsyncDisposable & { readonly nats: NatsConnection }> {
  const inboxPrefix = `_INBOX.${user}`;
  const connection = await connect({ port: nats.port, user, pass: `secret-of-${user}`, inboxPrefix });
  return { nats: connection, [Symbol.asyncDispose]: () => connection.close() };
}
