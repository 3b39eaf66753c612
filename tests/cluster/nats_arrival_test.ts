import { jetstreamManager } from "@nats-io/jetstream";
import { connect, millis } from "@nats-io/transport-node";
import { after, before, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { EVENTS_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { type OpenCluster, openCluster } from "../../src/cluster/open_cluster.ts";
import type { LogLine } from "../edge/open_edge.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { TOPOLOGY } from "../services/open_services.ts";

const HOUR_MS = 3_600_000;

describe("a node that comes to NATS", () => {
  let nats: Nats;
  let lines: LogLine[];

  before(async () => {
    nats = await startNats();
  });
  after(() => nats[Symbol.asyncDispose]());
  beforeEach(async () => {
    await nats.wipe();
    lines = [];
  });

  interface Coming {
    readonly database?: string;
    readonly days?: number;
    readonly url?: string;
  }

  function come({ database = "ours", days = 7, url = nats.url }: Coming = {}): Promise<OpenCluster> {
    const write = (event: string, fields: LogLine["fields"] = {}): void => void lines.push({ event, fields });
    const settings = { ...TOPOLOGY, url, eventsMaxAgeMs: days * 24 * HOUR_MS };
    const log = { info: write, warn: write, error: write };
    return openCluster(settings, { identity: { incarnation: database }, log });
  }

  function told(event: string): readonly LogLine[] {
    return lines.filter((line) => line.event === event);
  }

  async function daysKept(): Promise<number> {
    const connection = await connect({ port: nats.port });
    const { config } = await (await jetstreamManager(connection)).streams.info(EVENTS_STREAM);
    await connection.close();
    return millis(config.max_age) / (24 * HOUR_MS);
  }

  it("makes the streams what its settings say, also where they have been for long", async () => {
    for (const days of [7, 3]) {
      await using _node = await come({ days });
      expect(await daysKept()).toBe(days);
    }
    expect(told("jetstream_not_set_up")).toEqual([]);
  });

  it("says why it cannot, and goes on", async () => {
    await using without = await startNats({ jetstream: false });
    await using _node = await come({ url: without.url });
    expect(told("jetstream_not_set_up")).toEqual([
      {
        event: "jetstream_not_set_up",
        fields: { why: expect.stringMatching(/^Cannot keep .*jetstream is not enabled$/) },
      },
    ]);
  });

  it("says when nodes of another database are there, and nothing of its own", async () => {
    await using ours = await come();
    await ours.cluster.beat("a sign");
    await using _second = await come();
    expect(told("other_database_at_nats")).toEqual([]);

    await using _other = await come({ database: "theirs" });
    expect(told("other_database_at_nats")).toHaveLength(1);
  });

  it("does not see who is gone", async () => {
    await using gone = await come({ database: "theirs" });
    await gone.cluster.beat("a sign");
    await gone.cluster.fade();
    await using _node = await come();
    expect(told("other_database_at_nats")).toEqual([]);
  });
});
