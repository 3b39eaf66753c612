import { after, before, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { EVENTS_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { openNats } from "../../src/cluster/nats_connection.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { type JetStreamPublisher, openJetStreamPublisher } from "../../src/relay/jetstream_publisher.ts";
import type { Publication } from "../../src/relay/ports.ts";
import { publicationOf } from "../../src/relay/pub_ack.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { silentLog } from "../store/silent_log.ts";
import { REAL_TIME } from "./nats_node.ts";

const TOPOLOGY = { replicas: 1, eventsMaxAgeMs: 86_400_000 };

describe("JetStream's answer to an event", () => {
  it("says that it is stored, or was", () => {
    expect(publicationOf('{"stream":"S","seq":7}')).toEqual({ kind: "stored", sequence: 7, repeated: false });
    expect(publicationOf('{"stream":"S","seq":7,"duplicate":true}')).toMatchObject({ sequence: 7, repeated: true });
  });

  it("says whether the server or the event is at fault", () => {
    expect(publicationOf('{"error":{"code":503,"err_code":10077,"description":"maximum messages exceeded"}}'))
      .toEqual({ kind: "away", why: "maximum messages exceeded" });
    expect(publicationOf('{"error":{"code":400,"description":"message size exceeds maximum allowed"}}'))
      .toEqual({ kind: "refused", why: "message size exceeds maximum allowed" });
  });

  it("is nobody's knowledge when it cannot be read", () => {
    for (const text of ["", "{", "null", "[]", '"seq"', '{"seq":"7"}', '{"error":{}}']) {
      expect(publicationOf(text).kind).toBe("away");
    }
  });
});

describe("the publisher on JetStream", () => {
  let nats: Nats;
  let connection: NatsConnection;
  let publisher: JetStreamPublisher;

  before(async () => {
    nats = await startNats();
    connection = await openNats({ url: nats.url }, { log: silentLog });
    publisher = await openJetStreamPublisher({
      connection,
      clock: REAL_TIME,
      reconcile: () => reconcile(connection, TOPOLOGY),
    });
  });
  after(async () => {
    await publisher[Symbol.asyncDispose]();
    await connection.close();
    await nats[Symbol.asyncDispose]();
  });

  function publish(eventId: string, body = "{}"): Promise<Publication> {
    return new Promise((resolve) =>
      publisher.publish({ eventId, subject: `ecommerce.a.b.c.v1.${eventId}`, body }, resolve)
    );
  }

  it("makes the stream when it is missing, and knows it again", async () => {
    expect(await publish("too-early")).toEqual({ kind: "away", why: "nobody keeps the stream" });
    const { createdAt, lastSequence } = await publisher.stream();
    expect(lastSequence).toBe(0);
    expect((await publisher.stream()).createdAt).toBe(createdAt);
  });

  it("stores an event once, and finds it", async () => {
    const first = await publish("one");
    if (first.kind !== "stored") throw new Error(`Cannot store an event: ${first.why}`);
    expect(await publish("one")).toEqual({ ...first, repeated: true });
    expect(await publisher.eventAt(first.sequence)).toBe("one");
    expect(await publisher.eventAt(first.sequence + 1)).toBe(undefined);
    expect((await publisher.stream()).lastSequence).toBe(first.sequence);
  });

  it("says that an event is larger than the server takes, and publishes the next", async () => {
    expect(await publish("large", "x".repeat(2_000_000))).toMatchObject({ kind: "refused" });
    expect(await publish("small")).toMatchObject({ kind: "stored" });
  });

  it("says that nobody keeps a stream that was deleted", async () => {
    const { streams } = await jetstreamManager(connection);
    await streams.delete(EVENTS_STREAM);
    expect(await publish("lost")).toMatchObject({ kind: "away" });
  });

  it("tells of interruptions and returns, and asks for nothing in between", async () => {
    const told: string[] = [];
    const { promise: returned, resolve } = Promise.withResolvers<void>();
    const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>();
    publisher.follow({
      interrupted: (why) => {
        told.push(why);
        interrupt();
      },
      returned: () => {
        told.push("returned");
        resolve();
      },
    });
    await nats.kill();
    await interrupted;
    await expect(publisher.stream()).rejects.toThrow("NATS is away");
    await nats.start();
    await returned;
    expect(told).toEqual(["NATS is away", "returned"]);
  });
});
