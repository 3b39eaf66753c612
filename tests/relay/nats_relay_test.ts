import { after, before, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { jetstreamManager } from "@nats-io/jetstream";
import { EVENTS_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { until } from "../harness/until.ts";
import { type NatsNode, readStream, startNatsNode } from "./nats_node.ts";
import { PARTITIONS, TestJournal } from "./test_journal.ts";
import { TestProgress } from "./test_progress.ts";
import { takenIn } from "./test_stream.ts";

const ENTITIES = 16;

describe("the relay on JetStream", () => {
  let nats: Nats;
  let journal: TestJournal;
  let progress: TestProgress;

  before(async () => {
    nats = await startNats();
  });
  after(() => nats[Symbol.asyncDispose]());
  beforeEach(async () => {
    await nats.wipe();
    journal = new TestJournal();
    progress = new TestProgress(journal);
  });

  function start(): Promise<NatsNode> {
    return startNatsNode({ nats, journal, progress });
  }

  function commit(count: number, { relay }: NatsNode): void {
    const rows = Array.from({ length: count }, (_, index) => {
      const entity = index % ENTITIES;
      return journal.commit(`stock/e${entity}`, { partition: entity % PARTITIONS, at: Date.now() });
    });
    relay.wake(rows);
  }

  async function published({ relay }: NatsNode): Promise<void> {
    await until(() => relay.lag === 0 && relay.isPublishing, {
      withinMs: 60_000,
      what: () => `${relay.lag} events to be published`,
    });
  }

  async function mustBeWhole(): Promise<void> {
    const taken = takenIn(await readStream(nats));
    for (const [address, versions] of journal.published) {
      expect([address, taken.get(address)]).toEqual([
        address,
        Array.from({ length: versions }, (_, version) => version + 1),
      ]);
    }
  }

  function replays(): readonly number[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => progress.row(partition).replays);
  }

  it("stores each event once, under its entity's subject", async () => {
    await using node = await start();
    commit(400, node);
    node.relay.wake([journal.commit("stock/BANK CHARGES.1", { partition: 0, at: Date.now() })]);
    await published(node);

    await mustBeWhole();
    const stored = await readStream(nats);
    expect(stored).toHaveLength(401);
    expect(stored.map(({ subject }) => subject)).toContain(
      "ecommerce.inventory.stock.adjusted.v1.BANK=20CHARGES=2E1",
    );
  });

  it("goes on where a node has crashed between publish and mark, storing nothing twice", async () => {
    const first = await start();
    commit(200, first);
    await until(() => first.counted.published >= 200, { what: () => "200 events to be stored" });
    await first.crash();
    const fresh = new TestProgress(journal);
    await using second = await startNatsNode({ nats, journal, progress: fresh });
    await published(second);

    expect(second.counted.published).toBe(200);
    expect(await readStream(nats)).toHaveLength(200);
    await mustBeWhole();
  });

  it("catches up after the server was killed", async () => {
    await using node = await start();
    commit(200, node);
    await published(node);
    await nats.kill();
    commit(2_000, node);
    await until(() => node.counted.failed > 0, { what: () => "the loss to be noticed" });
    commit(200, node);
    await nats.start();
    await published(node);

    // Whether the server had written all it acknowledged is its own affair.
    await mustBeWhole();
  });

  it("catches up after the server stood still", async () => {
    await using node = await start();
    commit(200, node);
    await published(node);
    nats.freeze();
    try {
      commit(1_000, node);
      await until(() => node.counted.failed > 0, { withinMs: 30_000, what: () => "the silence to be noticed" });
      expect(node.relay.isPublishing).toBe(false);
    } finally {
      nats.thaw();
    }
    await published(node);

    await mustBeWhole();
    expect(replays()).toEqual([0, 0, 0, 0]);
  });

  it("publishes everything again after a wipe, while it is busy or idle", async () => {
    await using node = await start();
    commit(500, node);
    await published(node);
    await nats.wipe();
    await until(() => replays().every((count) => count === 1), {
      withinMs: 60_000,
      what: () => "the wipe to be noticed",
    });
    await published(node);
    expect(await readStream(nats)).toHaveLength(500);

    commit(1_000, node);
    await nats.wipe();
    commit(100, node);
    await until(() => replays().every((count) => count === 2), {
      withinMs: 60_000,
      what: () => "the second wipe to be noticed",
    });
    await published(node);
    await mustBeWhole();
  });

  it("publishes everything again when somebody deletes the stream", async () => {
    await using node = await startNatsNode({ nats, journal, progress, limits: { checkMs: 200 } });
    commit(100, node);
    await published(node);
    const { streams } = await jetstreamManager(node.connection);
    await streams.delete(EVENTS_STREAM);
    commit(20, node);
    await until(() => replays().every((count) => count === 1), {
      withinMs: 60_000,
      what: () => "the loss to be noticed",
    });
    await published(node);

    await mustBeWhole();
  });
});
