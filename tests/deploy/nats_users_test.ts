import { after, before, describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { openNats } from "../../src/cluster/nats_connection.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { until } from "../harness/until.ts";
import { silentLog } from "../store/silent_log.ts";
import { it } from "../system/bounded.ts";
import { NatsServers, type NatsUser, PASSWORDS } from "./nats_servers.ts";

const LIMITS = { withinMs: 120_000 };
const TOPOLOGY = { replicas: 3, eventsMaxAgeMs: 86_400_000 };

describe("the users of the deployed NATS", () => {
  let servers: NatsServers;
  let nodes: NatsConnection;
  before(async () => {
    servers = await NatsServers.start();
    nodes = await openNats({ url: servers.url("nodes") }, { log: silentLog });
  });
  after(async () => {
    await nodes?.close();
    await servers?.[Symbol.asyncDispose]();
  });

  async function as(user: NatsUser): Promise<NatsConnection> {
    const url = new URL(servers.url("nodes").split(",")[1] ?? "");
    return await connect({ servers: url.host, user, pass: PASSWORDS[user], inboxPrefix: `_INBOX.${user}` });
  }

  /** What a user may not do is said by the server, after the fact. */
  async function forbidden(user: NatsUser, act: (connection: NatsConnection) => unknown): Promise<void> {
    const connection = await as(user);
    const said: string[] = [];
    const listening = (async () => {
      for await (const status of connection.status()) {
        if (status.type === "error") said.push(status.error.message);
      }
    })();
    act(connection);
    await until(() => said.some((message) => /permissions violation/i.test(message)), { what: () => `no; ${said}` });
    await connection.close();
    await listening;
  }

  it("let nodes keep three copies of all that they keep", async () => {
    let failure: unknown;
    await until(async () => {
      failure = await reconcile(nodes, TOPOLOGY).then(() => undefined, (error) => error);
      return failure === undefined;
    }, { withinMs: 60_000, what: () => `streams and consumers: ${failure}\n${servers.output}` });
  }, LIMITS);

  it("let services command, ask, send mail and read what is published", async () => {
    for (const subject of ["vitrine.cmd.>", "vitrine.query.>", "$SRV.>"]) {
      nodes.subscribe(subject, { callback: (_, message) => void message.respond(message.subject) });
    }
    await nodes.flush();
    const services = await as("services");
    for (const subject of ["vitrine.cmd.cart.x.add_line", "vitrine.query.cart.x", "$SRV.PING"]) {
      expect((await services.request(subject, "{}", { timeout: 10_000 })).string()).toBe(subject);
    }
    const heard: string[] = [];
    services.subscribe("ecommerce.>", { callback: (_, { subject }) => void heard.push(subject) });
    await services.flush();
    nodes.publish("ecommerce.order.order.created.v1.x", "{}");
    await until(() => heard.length === 1, { what: () => "an event" });
    await services.request("vitrine.mail.cart.x.add_line", "{}", { timeout: 10_000 });
    await services.close();
  }, LIMITS);

  it("keep services away from what nodes say to each other, and from saying what nodes say", async () => {
    for (const subject of ["vitrine.internal.>", "vitrine.signs.>", "_INBOX.>", "vitrine.cmd.>", "vitrine.mail.>"]) {
      await forbidden("services", (services) => services.subscribe(subject, { callback: () => {} }));
    }
    for (
      const subject of [
        "vitrine.internal.x",
        "$KV.vitrine_nodes.x",
        "ecommerce.order.order.created.v1.x",
        "$JS.API.STREAM.DELETE.VITRINE_EVENTS",
        "$JS.API.CONSUMER.MSG.NEXT.VITRINE_MAIL.vitrine_mail",
      ]
    ) {
      await forbidden("services", (services) => services.publish(subject, "{}"));
    }
  }, LIMITS);

  it("let observers look and change nothing", async () => {
    const observers = await as("observers");
    const answer = await observers.request("$JS.API.STREAM.INFO.VITRINE_EVENTS", "", { timeout: 10_000 });
    expect(answer.json()).toMatchObject({ config: { name: "VITRINE_EVENTS", num_replicas: 3 } });
    await observers.close();
    for (const subject of ["vitrine.cmd.cart.x.add_line", "vitrine.mail.cart.x.y", "$JS.API.STREAM.CREATE.X"]) {
      await forbidden("observers", (connection) => connection.publish(subject, "{}"));
    }
  }, LIMITS);

  it("turn away who has no password", async () => {
    const { host } = new URL(servers.url("nodes").split(",")[1] ?? "");
    await expect(connect({ servers: host, maxReconnectAttempts: 0 })).rejects.toThrow(/authorization/i);
  }, LIMITS);
});
