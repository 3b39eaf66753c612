import { jetstream } from "@nats-io/jetstream";
import { connect, headers } from "@nats-io/transport-node";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Child } from "../harness/child.ts";
import { until } from "../harness/until.ts";
import { ann } from "../edge/open_edge.ts";
import { openGuarded } from "./guarded_services.ts";
import { type OpenServices, warehouse } from "./open_services.ts";
import { openedShop, paidOrderOf } from "./shop_story.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const SLOW = { withinMs: 60_000 };

describe("the sample pick list", () => {
  it("has one line for every order, also when events come twice and it is killed in between", async () => {
    await using services = await openedShop();
    const directory = await Deno.makeTempDir({ prefix: "vitrine-picks-" });
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => Deno.remove(directory, { recursive: true }));
    const file = `${directory}/picks.jsonl`;

    for (const order of ["ord_1", "ord_2"]) await publishCreated(services, { order, eventId: `e-${order}` });
    {
      await using service = startExample("pick_list.ts", { services, args: [file] });
      await until(async () => (await picked(file)).length === 2, { ...SLOW, what: () => service.output });
      await service.kill();
    }
    await Deno.writeTextFile(file, '{"orderId":"ord_', { append: true });
    // The same events again, under ids that JetStream does not know.
    for (const order of ["ord_1", "ord_2", "ord_3"]) {
      await publishCreated(services, { order, eventId: `again-${order}` });
    }
    await using service = startExample("pick_list.ts", { services, args: [file] });
    await until(async () => (await picked(file)).includes("ord_3"), { ...SLOW, what: () => service.output });
    expect((await picked(file)).toSorted()).toEqual(["ord_1", "ord_2", "ord_3"]);

    service.signal("SIGTERM");
    expect((await service.exited()).code).toBe(0);
  });
});

describe("the samples", () => {
  it("log in where the server wants it, with the permissions that the page names", async () => {
    await using services = await openGuarded();
    const directory = await Deno.makeTempDir({ prefix: "vitrine-picks-" });
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => Deno.remove(directory, { recursive: true }));
    const file = `${directory}/picks.jsonl`;
    const bookkeeper = { NATS_USER: "bookkeeper", NATS_PASSWORD: "secret-of-bookkeeper" };
    await using picking = startExample("pick_list.ts", { services, args: [file], env: bookkeeper });
    const created = { partitionKey: "ord_1", sequence: 1, eventId: "e-1", occurredAt: "2026-01-02T12:00:00.250Z" };
    await jetstream(services.client).publish("ecommerce.order.order.created.v1.ord_1", JSON.stringify(created));
    await until(async () => (await picked(file)).includes("ord_1"), { ...SLOW, what: () => picking.output });

    const orderId = await paidOrderOf(services, ann);
    const token = { VITRINE_TOKEN: await services.token(warehouse) };
    const env = { ...token, NATS_USER: "warehouse", NATS_PASSWORD: "secret-of-warehouse" };
    await using shipping = startExample("ship_order.ts", { services, args: [orderId, "Post", "1Z"], env });
    expect([(await shipping.exited()).code, shipping.output]).toEqual([0, `${orderId} is with Post`]);
  });
});

describe("the sample warehouse", () => {
  it("ships an order that is paid, once, and again says that it is shipped", async () => {
    await using services = await openedShop();
    const orderId = await paidOrderOf(services, ann);
    const env = { VITRINE_TOKEN: await services.token(warehouse) };
    for (let run = 0; run < 2; run++) {
      await using service = startExample("ship_order.ts", { services, args: [orderId, "Post", "1Z"], env });
      expect([(await service.exited()).code, service.output]).toEqual([0, `${orderId} is with Post`]);
    }
    expect((await services.ask(`vitrine.query.order.${orderId}`, { as: warehouse })).body).toMatchObject({
      result: { status: "SHIPPED" },
    });
    const events = await services.shop.store.events([{ address: `order/${orderId}`, after: 0, upTo: 999 }], 999);
    expect(events.filter(({ type }) => type === "shipped").length).toBe(1);
  });

  it("says why it cannot", async () => {
    await using services = await openedShop();
    const env = { VITRINE_TOKEN: await services.token(warehouse) };
    await using service = startExample("ship_order.ts", { services, args: ["ord_nobody", "Post", "1Z"], env });
    expect((await service.exited()).code).not.toBe(0);
    expect(service.output).toContain('Cannot ship "ord_nobody": it is not_found');
  });

  it("waits until somebody answers", async () => {
    await using services = await openedShop();
    const orderId = await paidOrderOf(services, ann);
    const env = { VITRINE_TOKEN: await services.token(warehouse) };
    await services.nats.restart();
    await using service = startExample("ship_order.ts", { services, args: [orderId, "Post", "1Z"], env });
    expect([(await service.exited()).code, service.output]).toEqual([0, `${orderId} is with Post`]);
  });
});

interface ExampleOptions {
  readonly services: OpenServices;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** As its first lines say. */
function startExample(name: string, { services, args, env }: ExampleOptions): Child {
  return new Child(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", `docs/examples/${name}`, ...args],
    cwd: ROOT,
    env: { NATS_URL: services.nats.url, NO_COLOR: "1", ...env },
  });
}

async function picked(file: string): Promise<readonly string[]> {
  const text = await Deno.readTextFile(file).catch(() => "");
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line).orderId);
}

async function publishCreated(
  { nats }: OpenServices,
  { order, eventId }: { readonly order: string; readonly eventId: string },
): Promise<void> {
  const connection = await connect({ port: nats.port });
  const type = "ecommerce.order.order.created.v1";
  const envelope = {
    eventId,
    eventType: type,
    occurredAt: "2026-01-02T12:00:00.250Z",
    partitionKey: order,
    sequence: 1,
  };
  const made = headers();
  made.set("Nats-Msg-Id", eventId);
  await jetstream(connection).publish(`${type}.${order}`, JSON.stringify(envelope), { headers: made });
  await connection.close();
}
