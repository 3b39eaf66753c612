import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { JOURNAL_VERSION } from "../../actors/cluster/start.ts";
import { openPostgresStore } from "../../src/store/postgres_store.ts";
import { Child } from "../harness/child.ts";
import { freePort } from "../harness/free_port.ts";
import { startPostgres } from "../harness/postgres.ts";
import { startEnvironment, startLine, VitrineServer } from "../harness/vitrine_server.ts";
import { it } from "./bounded.ts";
import { Api } from "./client/api.ts";
import { EventStreamLine } from "./client/event_stream_line.ts";
import { followCustomer } from "./client/customer_feed.ts";
import { Shopper } from "./client/shopper.ts";
import { SocketLine } from "./client/socket_line.ts";

const READY_MS = 30_000;

interface Ended {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Starts a process that is expected to end by itself. */
async function endOf(env: Readonly<Record<string, string>>, dataDir: string): Promise<Ended> {
  const { command, args } = startLine(dataDir);
  await using child = new Child(command, { args, env: { ...startEnvironment(freePort(), dataDir), ...env } });
  const { code } = await child.exited();
  return { code, lines: [...child.lines] };
}

describe("the process", () => {
  const dataDir = Deno.makeTempDirSync({ prefix: "vitrine-data-" });
  let server: VitrineServer;
  let readyAfterMs: number;
  before(async () => {
    const begunAt = performance.now();
    server = await VitrineServer.start();
    readyAfterMs = performance.now() - begunAt;
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await Deno.remove(dataDir, { recursive: true });
  });

  it("serves a stocked shop within half a minute of a clean directory", async () => {
    const { items } = JSON.parse((await new Api(server.url).call("/api/products?limit=100")).text);
    expect(items.length).toBe(60);
    console.info(`from a clean directory to ready: ${Math.round(readyAfterMs)} ms`);
    expect(readyAfterMs).toBeLessThan(READY_MS);
  });

  it("names every mistake of its configuration on a line of its own, and ends with 2", async () => {
    const secret = "postgress://somebody:hunter2@nowhere";
    const { code, lines } = await endOf({ PORT: "http", LOG_LEVEL: "loud", DATABASE_URL: secret }, dataDir);
    expect(code).toBe(2);
    expect(lines.map((line) => line.split(":")[0]).toSorted()).toEqual(["DATABASE_URL", "LOG_LEVEL", "PORT"]);
    expect(lines.join("\n")).not.toContain("hunter2");
    const production = await endOf({ VITRINE_ENV: "production" }, dataDir);
    expect(production).toEqual({ code: 2, lines: [expect.stringMatching(/^JWT_SECRET or JWKS_URL: /)] });
  });

  it("lets nobody else on this machine at its database and its books, wherever they lie", async () => {
    for (const name of ["database", "payments.jsonl"]) {
      const { mode } = await Deno.stat(`${server.dataDir}/${name}`);
      expect([name, (mode ?? 0) & 0o077]).toEqual([name, 0]);
    }
  });

  it("leaves a data directory to whoever uses it already, in one sentence, and ends with 2", async () => {
    const ended = await endOf({}, server.dataDir);
    expect(ended).toEqual({ code: 2, lines: [expect.stringContaining(server.dataDir)] });
    expect(await server.isReady()).toBe(true);
  });

  it("says in one sentence that its data directory is none, and ends with 2", async () => {
    const file = `${dataDir}/file`;
    await Deno.writeTextFile(file, "");
    for (const path of [file, `${file}/data`]) {
      expect(await endOf({}, path)).toEqual({ code: 2, lines: [expect.stringMatching(/^DATA_DIR: "/)] });
    }
  });

  it("says in one sentence that its address cannot be had, before it touches anything", async () => {
    const untouched = `${dataDir}/untouched`;
    const port = await endOf({ PORT: String(server.port) }, untouched);
    expect(port).toEqual({ code: 2, lines: [expect.stringMatching(new RegExp(`^PORT: ${server.port} `))] });
    const host = await endOf({ HOST: "192.0.2.1" }, untouched);
    expect(host).toEqual({ code: 2, lines: [expect.stringMatching(/^HOST: "192.0.2.1" /)] });
    await expect(Deno.stat(untouched)).rejects.toThrow(Deno.errors.NotFound);
  });

  it("says in one sentence that its database cannot be had, and keeps the password to itself", async () => {
    const url = `postgres://vitrine:hunter2@127.0.0.1:${freePort()}/x`;
    const { code, lines } = await endOf({ DATABASE_URL: url }, dataDir);
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringMatching(/^DATABASE_URL: /)] });
    expect(lines.join("")).not.toContain("hunter2");
  });

  it("says in one sentence which file it cannot log in to NATS with, and ends with 2", async () => {
    const garbled = `${dataDir}/garbled`;
    await Deno.writeTextFile(garbled, "hunter2");
    const wrong = [
      ["NATS_CREDS_FILE", `${dataDir}/absent`],
      ["NATS_CREDS_FILE", garbled],
      ["NATS_NKEY_FILE", garbled],
      ["NATS_CA_FILE", `${dataDir}/absent`],
    ] as const;
    for (const [variable, path] of wrong) {
      const env = { NATS_URL: "nats://127.0.0.1:1", [variable]: path };
      const { code, lines } = await endOf(env, `${dataDir}/untouched`);
      expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringMatching(`^${variable}: "${path}" `)] });
      expect(lines.join("")).not.toContain("hunter2");
    }
  });

  it("does not open a journal that a newer program has written", async () => {
    await using postgres = await startPostgres();
    await using store = await openPostgresStore(postgres.url());
    await store.raiseJournal([7], JOURNAL_VERSION + 1);
    const { code, lines } = await endOf({ DATABASE_URL: postgres.url() }, dataDir);
    expect(code).toBe(2);
    expect(lines.join("\n")).toContain("start a newer Vitrine");
  });

  it("drains on SIGTERM: streams are told when to come back, and it ends with 0", async () => {
    const api = new Api(server.url);
    const { token, customerId } = await Shopper.arrive(api);
    const [reader, listener] = [followCustomer(customerId), followCustomer(customerId)];
    const stream = await EventStreamLine.open(`${api.url}/sse/storefront`, { token, listener: reader });
    const socket = await SocketLine.open(`${api.url}/ws`, { token });
    await socket.subscribe("customer", listener);
    expect(await server.stop()).toBe(0);
    expect([reader.away, listener.away]).toEqual([["draining"], ["draining"]]);
    expect(stream.retryMs).toBeGreaterThanOrEqual(1000);
    await Promise.all([stream.close(), socket.closed]);
  });

  it("opens what it left again, and has no tokens for the asking in production", async () => {
    const secret = "a secret of more than thirty-two characters";
    await using again = await VitrineServer.start({
      dataDir: server.dataDir,
      env: { VITRINE_ENV: "production", JWT_SECRET: secret },
    });
    const api = new Api(again.url);
    (await api.post("/dev/token", { body: { sub: "me" } })).problem(404, "route_not_found");
    expect(JSON.parse((await api.call("/api/products?limit=100")).text).items.length).toBe(60);
    await Shopper.arrive(api);
  });
});
