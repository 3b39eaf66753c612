import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { freePort } from "../harness/free_port.ts";
import { startNats } from "../harness/nats.ts";
import { until } from "../harness/until.ts";
import { VitrineServer } from "../harness/vitrine_server.ts";
import { it } from "./bounded.ts";
import { Api } from "./client/api.ts";

const LONG = { withinMs: 60_000 };

describe("a node whose NATS keeps no streams when it starts", () => {
  it("says so once and is not ready, and becomes a stocked shop by itself once there are streams", async () => {
    const port = freePort();
    const without = await startNats({ port, jetstream: false });
    await using server = await VitrineServer.prepare({ env: { NATS_URL: `nats://127.0.0.1:${port}` } });
    const told = (event: string): readonly string[] =>
      server.output.split("\n").filter((line) => line.includes(`"${event}"`));
    try {
      server.launch();
      await until(() => told("demo_not_stocked").length > 0, {
        ...LONG,
        what: () => `a shop in vain\n${server.output}`,
      });
      expect(told("jetstream_not_set_up")).toEqual([expect.stringContaining("jetstream is not enabled")]);
      expect(await server.isReady()).toBe(false);
    } finally {
      await without[Symbol.asyncDispose]();
    }
    await using _nats = await startNats({ port });
    const api = new Api(server.url);
    const shelves = async (): Promise<number> => {
      return JSON.parse((await api.call("/api/products?limit=100")).text).items.length;
    };
    await until(async () => await server.isReady() && await shelves() === 60, {
      ...LONG,
      what: () => `a stocked shop\n${server.output}`,
    });
    expect(told("demo_not_stocked")[0]).not.toContain("stack");
  }, { withinMs: 180_000 });
});
