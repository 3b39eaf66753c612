import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { EVENTS_STREAM, NODES_STREAM, NODES_SUBJECT } from "../../src/cluster/jetstream_topology.ts";
import type { NatsCluster } from "../../src/cluster/nats_cluster.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { until } from "../harness/until.ts";
import { answerWithFullCart } from "./full_cart.ts";
import { answered, failureOf, Listener, promptly, replying, silence } from "./listening.ts";
import { NatsRig } from "./nats_rig.ts";

const AGES = { timeoutMs: 600_000 };

describe("the cluster on NATS, when", () => {
  let nats: Nats;
  let rig: NatsRig;
  let one: NatsCluster;
  let two: NatsCluster;
  let heard: Listener;

  beforeEach(async () => {
    nats = await startNats();
    rig = new NatsRig(nats);
    [one, two] = await Promise.all([rig.node(), rig.node()]);
    heard = new Listener();
    await Promise.all([one.join(new Listener()), two.join(heard)]);
  });
  afterEach(async () => {
    nats.thaw();
    await rig[Symbol.asyncDispose]();
    await nats[Symbol.asyncDispose]();
  });

  async function untilConnected(isConnected: boolean): Promise<void> {
    await until(() => one.connected === isConnected && two.connected === isConnected, {
      what: () => `both nodes to be ${isConnected ? "connected" : "cut off"}`,
      withinMs: 60_000,
    });
  }

  async function untilSeen(node: NatsCluster, others: readonly NatsCluster[]): Promise<void> {
    let seen: readonly string[] = [];
    await until(async () => {
      seen = [...(await node.signs().catch(() => new Map<string, string>())).keys()];
      return others.every((other) => seen.includes(other.node));
    }, { what: () => `${others.length} signs of life, not ${seen.length}` });
  }

  describe("the server restarts", () => {
    it("loses what is under way at once, and serves again what it served", async () => {
      const asked = Promise.withResolvers<void>();
      two.serve(3, replying((body) => body === "for ages" ? (asked.resolve(), silence()) : `two: ${body}`));
      await answered(one, 3, "ready?");
      const answer = failureOf(one.request(3, "for ages", AGES));
      await asked.promise;
      await nats.stop();
      expect(await answer).toBe("lost");
      await untilConnected(false);
      expect(await failureOf(one.request(3, "hello", AGES))).toBe("away");

      await nats.start();
      await untilConnected(true);
      expect(await answered(one, 3, "hello")).toBe("two: hello");
      expect(heard.reconnections).toBeGreaterThan(0);
      await promptly(async () => {
        await Promise.all([one.beat("one"), two.beat("two")]);
        await untilSeen(one, [one, two]);
      });
    });
  });

  describe("the server stands still", () => {
    it("answers every call in bounded time, notices, and comes back", async () => {
      two.serve(3, replying((body) => body));
      await answered(one, 3, "ready?");
      await promptly(() => one.beat("one"));
      nats.freeze();
      expect(await failureOf(one.beat("one"))).toBe("away");
      expect(await failureOf(one.signs())).toBe("away");
      expect(await failureOf(one.request(3, "hello", AGES))).toMatch(/lost|away/);
      await untilConnected(false);

      nats.thaw();
      await untilConnected(true);
      expect(heard.reconnections).toBeGreaterThan(0);
      expect(await answered(one, 3, "hello")).toBe("hello");
      await promptly(() => one.beat("one"));
    });
  });

  describe("all of JetStream is lost", () => {
    it("cannot see anybody, makes the bucket anew at the next sign of life, and then everything else", async () => {
      await promptly(() => one.beat("one"));
      await nats.wipe();
      await untilConnected(true);
      expect(await failureOf(two.signs())).toBe("away");

      await promptly(async () => {
        await Promise.all([one.beat("one again"), two.beat("two again")]);
        await untilSeen(two, [one, two]);
      });
      await using manager = await managing(nats);
      expect((await manager.streams.info(EVENTS_STREAM)).config.subjects).toEqual(["ecommerce.>"]);
    });

    it("goes on without a reconnect when somebody deletes the bucket", async () => {
      await promptly(() => one.beat("one"));
      await using manager = await managing(nats);
      await manager.streams.delete(NODES_STREAM);
      expect(await failureOf(one.signs())).toBe("away");
      await promptly(async () => {
        await one.beat("one");
        expect([...(await one.signs()).keys()]).toEqual([one.node]);
      });
      expect(heard.reconnections).toBe(0);
    });
  });

  describe("strangers publish on its subjects", () => {
    let stranger: NatsConnection;

    beforeEach(async () => {
      stranger = await connect({ servers: `127.0.0.1:${nats.port}` });
    });
    afterEach(() => stranger.close());

    it("ignores what no node can have sent, and goes on after what its handlers throw at", async () => {
      const taken: string[] = [];
      two.serve(3, {
        answer: (body) => Promise.resolve(`two: ${body}`),
        tell: (body) => {
          taken.push(body);
          throw new Error("not understood");
        },
      });
      await answered(one, 3, "ready?");
      const root = `vitrine.internal.${rig.incarnation}`;
      for (const subject of [`${root}.partition.3`, `${root}.node.${two.node}`, `${root}.all.x`, `${root}.all.x.y`]) {
        stranger.publish(subject, new Uint8Array([0xff, 0xfe, 0x00]));
        stranger.publish(subject, new Uint8Array(600 * 1024).fill(65));
        stranger.publish(subject, new Uint8Array([0xc3]), { reply: "nowhere" });
      }
      stranger.publish(`${root}.partition.3`, "{");
      await stranger.flush();

      expect(await answered(one, 3, "hello")).toBe("two: hello");
      one.announce("last");
      await until(() => heard.bodies.includes("last"), { what: () => "the last announcement" });
      expect(heard.bodies).toEqual(["last"]);
      expect(taken).toEqual(["{"]);
    });

    it("does not take their keys for nodes", async () => {
      await promptly(() => two.beat("two"));
      const own = `${NODES_SUBJECT}.${rig.incarnation}.`;
      await promptly(async () => {
        await two.beat("two");
        for (const key of ["a.b", "a=b"]) await stranger.request(own + key, "strange");
        await stranger.request(`${own}garbled`, new Uint8Array([0xff]));
        await stranger.request(`${NODES_SUBJECT}.elsewhere`, "strange");
        expect([...await two.signs()]).toEqual([[two.node, "two"]]);
      });
    });
  });

  it("a node joins while it is cut off, has joined as soon as it is back", async () => {
    const three = await rig.node();
    const latecomer = new Listener();
    rig.cut(three);
    await until(() => !three.connected, { what: () => "the node to notice that it is cut off" });
    await three.join(latecomer);
    rig.heal(three);
    await until(() => latecomer.reconnections > 0, { what: () => "the node to come back" });
    one.send(three.node, "welcome");
    await until(() => latecomer.bodies.includes("welcome"), { what: () => "a message to the node" });
  });

  it("a handler throws when the connection is back, goes on", async () => {
    const three = await rig.node();
    let thrown = 0;
    await three.join(Object.assign(new Listener(), {
      reconnected: () => {
        thrown++;
        throw new Error("not now");
      },
    }));
    for (const times of [1, 2]) {
      rig.cut(three);
      await until(() => !three.connected, { what: () => "the node to notice that it is cut off" });
      rig.heal(three);
      await until(() => thrown === times, { what: () => `${times} throws` });
    }
  });

  it("the server takes less than a message may hold, fails at once", async () => {
    await using small = await startNats({ config: "max_payload: 1000" });
    await using smallRig = new NatsRig(small);
    const node = await smallRig.node();
    await node.join(new Listener());
    node.serve(3, replying((body) => body));
    expect(await answered(node, 3, "small")).toBe("small");
    expect(await failureOf(node.request(3, "x".repeat(2000), AGES))).toBe("away");
    node.announce("x".repeat(2000));
    expect(await answered(node, 3, "small")).toBe("small");
  });

  it("a body is too large, says so to whoever sends it and sends nothing", async () => {
    const large = answerWithFullCart("dense").repeat(2);
    two.serve(3, replying((body) => body === "ready?" ? "ready" : large));
    await answered(one, 3, "ready?");
    const message = /^Cannot send \d{7} bytes/;
    await expect(one.request(3, large, AGES)).rejects.toThrow(message);
    await expect(one.beat(large)).rejects.toThrow(message);
    for (const send of [() => one.tell(3, large), () => one.send(two.node, large), () => one.announce(large)]) {
      expect(send).toThrow(message);
    }
    expect(await failureOf(one.request(3, "an answer too large", AGES))).toBe("too_large");
    expect(heard.bodies).toEqual([]);
  });
});

async function managing(nats: Nats): Promise<JetStreamManager & AsyncDisposable> {
  const connection = await connect({ servers: `127.0.0.1:${nats.port}` });
  const manager = await jetstreamManager(connection);
  return Object.assign(manager, { [Symbol.asyncDispose]: () => connection.close() });
}
