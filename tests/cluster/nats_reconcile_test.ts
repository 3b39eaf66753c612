import { jetstream, type JetStreamManager, jetstreamManager, StorageType } from "@nats-io/jetstream";
import { connect, millis, type NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { EVENTS_STREAM, MAIL_CONSUMER, MAIL_STREAM, NODES_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { TOPOLOGY } from "./nats_rig.ts";

const DAY_MS = 86_400_000;

describe("what Vitrine keeps in JetStream", () => {
  let nats: Nats;
  let connection: NatsConnection;
  let manager: JetStreamManager;

  beforeEach(async () => {
    nats = await startNats();
    connection = await connect({ servers: `127.0.0.1:${nats.port}` });
    manager = await jetstreamManager(connection);
  });
  afterEach(async () => {
    await connection.close();
    await nats[Symbol.asyncDispose]();
  });

  async function kept(): Promise<unknown> {
    const names: string[] = [];
    for await (const { config } of manager.streams.list()) names.push(config.name);
    const consumers: string[] = [];
    for await (const { config } of manager.consumers.list(MAIL_STREAM)) consumers.push(config.durable_name ?? "");
    return { streams: names.sort(), consumers };
  }

  const everything = { streams: [NODES_STREAM, EVENTS_STREAM, MAIL_STREAM], consumers: [MAIL_CONSUMER] };

  it("is made where there is nothing, also by several nodes at once", async () => {
    const nodes = await Promise.all([1, 2, 3, 4].map(() => connect({ servers: `127.0.0.1:${nats.port}` })));
    await Promise.all(nodes.map((node) => reconcile(node, TOPOLOGY)));
    expect(await kept()).toEqual(everything);
    await Promise.all(nodes.map((node) => node.close()));
  });

  it("stays as it is when nothing has changed", async () => {
    await reconcile(connection, TOPOLOGY);
    const changes: string[] = [];
    connection.subscribe("$JS.API.*.*.>", {
      callback: (_error, { subject }) => {
        if (/\.(CREATE|UPDATE|DELETE|PURGE)\./.test(subject)) changes.push(subject);
      },
    });
    await reconcile(connection, TOPOLOGY);
    await connection.flush();
    expect(changes).toEqual([]);
  });

  it("is changed to other settings, and keeps what it holds", async () => {
    await reconcile(connection, TOPOLOGY);
    await jetstream(connection).publish("ecommerce.order.order.created.v1.x", "an event");
    await jetstream(connection).publish("vitrine.mail.cart.x.add_line", "a letter");

    await reconcile(connection, { ...TOPOLOGY, eventsMaxAgeMs: 3 * DAY_MS });
    const events = await manager.streams.info(EVENTS_STREAM);
    expect([millis(events.config.max_age), events.state.messages]).toEqual([3 * DAY_MS, 1]);
    expect((await manager.streams.info(MAIL_STREAM)).state.messages).toBe(1);
  });

  it("is set right when somebody has changed or deleted a part of it", async () => {
    await reconcile(connection, TOPOLOGY);
    await manager.consumers.delete(MAIL_STREAM, MAIL_CONSUMER);
    await manager.streams.delete(NODES_STREAM);
    await manager.streams.update(EVENTS_STREAM, { description: "mine now", max_msgs: 1_000_000 });
    await reconcile(connection, TOPOLOGY);
    expect(await kept()).toEqual(everything);
    // What Vitrine says nothing about is left to whoever runs the server.
    expect((await manager.streams.info(EVENTS_STREAM)).config)
      .toMatchObject({ description: "Vitrine: published events", max_msgs: 1_000_000 });
  });

  it("is never thrown away to make it fit", async () => {
    await manager.streams.add({ name: EVENTS_STREAM, subjects: ["ecommerce.>"], storage: StorageType.Memory });
    await jetstream(connection).publish("ecommerce.order.order.created.v1.x", "an event");
    await expect(reconcile(connection, TOPOLOGY)).rejects.toThrow(`Cannot keep the stream "${EVENTS_STREAM}": `);
    expect((await manager.streams.info(EVENTS_STREAM)).state.messages).toBe(1);
  });

  it("cannot be kept by a server without JetStream, in one readable line", async () => {
    await using plain = await startNats({ jetstream: false });
    const node = await connect({ servers: `127.0.0.1:${plain.port}` });
    await expect(reconcile(node, TOPOLOGY)).rejects.toThrow(
      `Cannot keep the stream "${NODES_STREAM}": jetstream is not enabled`,
    );
    await node.close();
  });
});
