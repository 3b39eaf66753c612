import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { freePort } from "../harness/free_port.ts";
import { startNats } from "../harness/nats.ts";
import { type Postgres, startPostgres } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";
import { VitrineServer } from "../harness/vitrine_server.ts";
import { it } from "../system/bounded.ts";
import { Api } from "../system/client/api.ts";
import { Shopper } from "../system/client/shopper.ts";

const LIMITS = { withinMs: 120_000 };
const PASSWORD = "hunter2-hunter2";

function natsThatKnows(port: number, password: string): ReturnType<typeof startNats> {
  return startNats({ port, config: `authorization { user: vitrine, password: "${password}" }` });
}

describe("a node that finds no NATS when it starts", () => {
  let database: Postgres;
  before(async () => {
    database = await startPostgres();
  });
  after(() => database[Symbol.asyncDispose]());

  async function launch(natsPort: number): Promise<VitrineServer> {
    const env = { NATS_URL: `nats://vitrine:${PASSWORD}@127.0.0.1:${natsPort}` };
    const server = await VitrineServer.prepare({ databaseUrl: database.url(), env });
    server.launch();
    return server;
  }

  /** It lives, says so, and says once why it can do nothing yet. */
  async function waits({ url, ...server }: { readonly url: string; readonly output: () => string }): Promise<void> {
    const api = new Api(url);
    await until(() => server.output().includes("nats_unreachable"), {
      withinMs: 60_000,
      what: () => `a line about NATS\n${server.output()}`,
    });
    expect(
      (await api.call("/healthz").catch((e) => {
        throw new Error(`${e} ${server.output()}`);
      })).status,
    ).toBe(200);
    const ready = await api.call("/readyz");
    expect([ready.status, ready.text]).toEqual([503, expect.stringContaining("NATS")]);
    expect((await api.post("/api/session")).status).toBe(503);
    expect(server.output()).not.toContain(PASSWORD);
  }

  function linesAboutNats(output: string): readonly string[] {
    return output.split("\n").filter((line) => line.includes("nats_unreachable"));
  }

  it("waits for one that cannot be reached, and is ready by itself once it can", async () => {
    const port = freePort();
    await using server = await launch(port);
    const { url } = server;
    await waits({ url, output: () => server.output });
    await using _nats = await natsThatKnows(port, PASSWORD);
    await until(() => server.isReady(), { withinMs: 60_000, what: () => `readiness\n${server.output}` });
    expect(linesAboutNats(server.output)).toEqual([expect.stringContaining(`127.0.0.1:${port}`)]);
    await Shopper.arrive(new Api(url));
    expect(await server.stop()).toBe(0);
  }, LIMITS);

  it("waits for one that refuses its login, and is ready by itself once that is right", async () => {
    const port = freePort();
    const strict = await natsThatKnows(port, "another");
    await using server = await launch(port);
    const { url } = server;
    try {
      await waits({ url, output: () => server.output });
      expect(linesAboutNats(server.output)).toEqual([expect.stringMatching(/authorization/i)]);
    } finally {
      await strict[Symbol.asyncDispose]();
    }
    await using _nats = await natsThatKnows(port, PASSWORD);
    await until(() => server.isReady(), { withinMs: 60_000, what: () => `readiness\n${server.output}` });
    expect(await server.stop()).toBe(0);
  }, LIMITS);

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`ends with 0 on ${signal} while it waits`, async () => {
      await using server = await launch(freePort());
      const { url } = server;
      await waits({ url, output: () => server.output });
      Deno.kill(server.pid, signal);
      expect({ code: await server.ended(), output: server.output }).toEqual({
        code: 0,
        output: expect.not.stringContaining(`"level":"error"`),
      });
    }, LIMITS);
  }
});
