import { nkeys } from "@nats-io/transport-node";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Log } from "../../actors/runtime/ports.ts";
import { type NatsSettings, openNats } from "../../src/cluster/nats_connection.ts";
import type { NatsStatus } from "../../src/cluster/nats_status.ts";
import { freePort } from "../harness/free_port.ts";
import { type Nats, startNats } from "../harness/nats.ts";
import { until } from "../harness/until.ts";
import { makeCredentials } from "./nats_credentials.ts";

const CERTIFICATES = new URL("certificates/", import.meta.url).pathname;

describe("the connection to NATS", () => {
  let directory: string;
  let lines: string[];
  let statuses: NatsStatus[];
  let log: Log;
  let closing: AsyncDisposableStack;

  beforeEach(async () => {
    directory = await Deno.makeTempDir({ prefix: "vitrine-nats-login-" });
    lines = [];
    statuses = [];
    const say = (event: string, fields: unknown) => lines.push(`${event} ${JSON.stringify(fields)}`);
    log = { info: say, warn: say, error: say };
    closing = new AsyncDisposableStack();
  });
  afterEach(async () => {
    await closing.disposeAsync();
    await Deno.remove(directory, { recursive: true });
  });

  async function server(options: Parameters<typeof startNats>[0] = {}): Promise<Nats> {
    return closing.use(await startNats({ jetstream: false, ...options }));
  }

  /** Resolves once it is there and a message has gone to the server and back. */
  async function connected(settings: NatsSettings, signal?: AbortSignal) {
    const connection = await openNats(settings, { log, onStatus: (status) => statuses.push(status), signal });
    closing.defer(() => connection.close());
    await connection.flush();
    return connection;
  }

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    const path = `${directory}/${name}`;
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return path;
  }

  it("waits for a server that is not there yet, says so once, and goes on by itself", async () => {
    const port = freePort();
    const opening = connected({ url: `nats://127.0.0.1:${port}` });
    await until(() => statuses.length > 0, { what: () => "the first attempt to fail" });
    await server({ port });
    await opening;
    expect(lines).toEqual([
      `nats_unreachable {"servers":"127.0.0.1:${port}","why":"connection refused"}`,
      `nats_connected {"server":"127.0.0.1:${port}"}`,
    ]);
    expect(statuses).toEqual([{ connected: false, why: "connection refused" }, { connected: true }]);
  });

  it("is told of every loss and return", async () => {
    const nats = await server();
    await connected({ url: nats.url });
    await nats.restart();
    await until(() => statuses.length === 3, { what: () => `three changes, not ${JSON.stringify(statuses)}` });
    expect(statuses.map((status) => status.connected)).toEqual([true, false, true]);
  });

  it("stops to wait when it is told to", async () => {
    const stop = new AbortController();
    const opening = openNats({ url: `nats://127.0.0.1:${freePort()}` }, {
      log,
      onStatus: () => stop.abort(new Error("the process ends")),
      signal: stop.signal,
    });
    await expect(opening).rejects.toThrow("the process ends");
  });

  it("logs in with a user and a password, or with a token", async () => {
    const users = await server({ config: `authorization { user: shop, password: "s:e@c/r%t" }` });
    await connected({ url: users.url.replace("://", `://shop:${encodeURIComponent("s:e@c/r%t")}@`) });
    const tokens = await server({ config: `authorization { token: "t0ken" }` });
    await connected({ url: tokens.url.replace("://", "://t0ken@") });
  });

  it("logs in with the seed of an NKey", async () => {
    const user = nkeys.createUser();
    const nats = await server({ config: `authorization { users: [ { nkey: ${user.getPublicKey()} } ] }` });
    await connected({ url: nats.url, nkeyFile: await file("seed", user.getSeed()) });
  });

  it("logs in with a credentials file, also when that was garbled meanwhile", async () => {
    const { config, creds } = makeCredentials();
    const nats = await server({ config });
    const credsFile = await file("shop.creds", creds);
    await connected({ url: nats.url, credsFile });
    await Deno.writeTextFile(credsFile, "garbled");
    await nats.restart();
    await until(() => statuses.length === 3, { what: () => "the connection to come back" });
  });

  it("speaks TLS with a server whose authority is known, and with no other", async () => {
    const nats = await server({
      config: `tls { cert_file: "${CERTIFICATES}server.pem", key_file: "${CERTIFICATES}server.key" }`,
    });
    await connected({ url: `tls://localhost:${nats.port}`, caFile: `${CERTIFICATES}authority.pem` });
    const stop = new AbortController();
    const opening = openNats({ url: `tls://localhost:${nats.port}` }, {
      log,
      onStatus: () => stop.abort(new Error("refused")),
      signal: stop.signal,
    });
    await expect(opening).rejects.toThrow("refused");
    expect(lines.at(-1)).toMatch(/^nats_unreachable .*certificate/);
  });

  it("says once, and without the password, that a login is refused, until it is taken", async () => {
    const port = freePort();
    const refusing = await startNats({
      port,
      jetstream: false,
      config: `authorization { user: shop, password: other }`,
    });
    const opening = connected({ url: `nats://shop:hunter2@127.0.0.1:${port}` });
    await until(() => statuses.length > 0, { what: () => "the login to be refused" });
    expect(lines).toEqual([`nats_unreachable {"servers":"127.0.0.1:${port}","why":"Authorization Violation"}`]);
    await refusing[Symbol.asyncDispose]();
    await server({ port, config: `authorization { user: shop, password: hunter2 }` });
    await opening;
    expect(lines.join("\n")).not.toContain("hunter2");
  });

  it("comes back when its login was refused for a while", async () => {
    const port = freePort();
    const url = `nats://shop:hunter2@127.0.0.1:${port}`;
    const first = await startNats({
      port,
      jetstream: false,
      config: `authorization { user: shop, password: hunter2 }`,
    });
    await connected({ url });
    await first[Symbol.asyncDispose]();
    const refusing = await startNats({
      port,
      jetstream: false,
      config: `authorization { user: shop, password: other }`,
    });
    const refusals = () => lines.filter((line) => line.startsWith("nats_error")).length;
    await until(() => refusals() > 0, { what: () => "the login to be refused" });
    await refusing[Symbol.asyncDispose]();
    await server({ port, config: `authorization { user: shop, password: hunter2 }` });
    await until(() => statuses.at(-1)?.connected === true, { what: () => "the connection to come back" });
    expect(refusals()).toBe(1);
  });

  it("moves on to another server when its own stands still, however much it has written to that", async () => {
    const servers = [await server(), await server()];
    const connection = await connected({ url: servers.map(({ url }) => url).join(",") });
    const [own] = servers.filter(({ port }) => connection.getServer().endsWith(`:${port}`));
    own?.freeze();
    for (let written = 0; written < 100; written++) connection.publish("anything", new Uint8Array(500_000));
    await until(() => statuses.length === 3, { what: () => "the other server", withinMs: 60_000 });
    expect(connection.getServer()).not.toContain(`:${own?.port}`);
    await connection.flush();
  });

  it("fails at once when a file cannot be used, and names it", async () => {
    const url = "nats://127.0.0.1:1";
    const absent = `${directory}/absent`;
    for (const settings of [{ credsFile: absent }, { nkeyFile: absent }, { caFile: absent }]) {
      await expect(connected({ url, ...settings })).rejects.toThrow(`Cannot read "${absent}" to connect to NATS`);
    }
    const garbled = await file("garbled", "SUAGARBLED");
    for (const settings of [{ credsFile: garbled }, { nkeyFile: garbled }]) {
      await expect(connected({ url, ...settings })).rejects.toThrow(
        `Cannot log in to NATS with "${garbled}": it holds no usable credentials`,
      );
    }
  });
});
