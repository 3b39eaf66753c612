import type { NatsConnection } from "@nats-io/nats-core";
import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { z } from "zod";
import { queriedKinds, serviceCommands } from "../../src/services/service_commands.ts";
import { admin } from "../edge/open_edge.ts";
import { warehouse } from "./open_services.ts";
import { openedShop } from "./shop_story.ts";

const NAMES = ["vitrine-cart", "vitrine-inventory", "vitrine-orders"];

const Identity = z.strictObject({
  type: z.string(),
  name: z.string(),
  id: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  metadata: z.record(z.string(), z.string()),
});
const Ping = Identity.extend({ type: z.literal("io.nats.micro.v1.ping_response") });
const Info = Identity.extend({
  type: z.literal("io.nats.micro.v1.info_response"),
  description: z.string().min(1),
  endpoints: z.array(z.strictObject({
    name: z.string().regex(/^[-\w]+$/),
    subject: z.string(),
    queue_group: z.string(),
    metadata: z.record(z.string(), z.string()),
  })),
});
const Stats = Identity.extend({
  type: z.literal("io.nats.micro.v1.stats_response"),
  started: z.iso.datetime(),
  endpoints: z.array(z.strictObject({
    name: z.string(),
    subject: z.string(),
    queue_group: z.string(),
    num_requests: z.int(),
    num_errors: z.int(),
    last_error: z.string(),
    processing_time: z.int(),
    average_processing_time: z.int(),
  })),
});

describe("the services of a shop", () => {
  it("are discovered by name, and one by one", async () => {
    await using services = await openedShop();
    await services.startNode();
    const everybody = await all(services.client, { subject: "$SRV.PING", shape: Ping, count: 6 });
    expect(everybody.map(({ name }) => name).toSorted()).toEqual(NAMES.flatMap((name) => [name, name]));
    expect(new Set(everybody.map(({ id }) => id)).size).toBe(6);

    const orders = await all(services.client, { subject: "$SRV.PING.vitrine-orders", shape: Ping, count: 2 });
    for (const { id } of orders) {
      const [one] = await all(services.client, { subject: `$SRV.PING.vitrine-orders.${id}`, shape: Ping, count: 1 });
      expect(one).toMatchObject({ name: "vitrine-orders", id });
    }
  });

  it("say what they take", async () => {
    await using services = await openedShop();
    const found = await all(services.client, { subject: "$SRV.INFO", shape: Info, count: 3 });
    const endpoints = found.flatMap((service) => service.endpoints);
    for (const { kind, command, roles } of serviceCommands) {
      const endpoint = endpoints.find(({ subject }) => subject === `vitrine.cmd.${kind}.*.${command}`);
      expect(endpoint?.metadata.roles).toBe(roles.join(" "));
      expect(JSON.parse(endpoint?.metadata.schema ?? "")).toMatchObject({ type: "object" });
    }
    const ship = endpoints.find(({ name }) => name === "order-ship");
    expect(JSON.parse(ship?.metadata.schema ?? "")).toMatchObject({
      required: ["carrier", "trackingNumber"],
      additionalProperties: false,
    });
    for (const [kind, { roles }] of queriedKinds) {
      const state = endpoints.find(({ subject }) => subject === `vitrine.query.${kind}.*`);
      expect([kind, state?.metadata.roles]).toEqual([kind, roles.join(" ")]);
    }
  });

  it("count what they answered, and what went wrong", async () => {
    await using services = await openedShop();
    for (const delta of [1, 2, 0]) {
      await services.ask("vitrine.cmd.stock.MUG.adjust", { as: warehouse, json: { delta, reason: "count" } });
    }
    await services.ask("vitrine.query.product.NONE", { as: admin });
    const [stats] = await all(services.client, { subject: "$SRV.STATS.vitrine-inventory", shape: Stats, count: 1 });
    expect(stats?.endpoints.find(({ name }) => name === "stock-adjust")).toMatchObject({
      num_requests: 3,
      num_errors: 1,
      last_error: "invalid_request",
    });
    expect(stats?.endpoints.find(({ name }) => name === "stock-adjust")?.processing_time).toBeGreaterThan(0);
    expect(stats?.endpoints.find(({ name }) => name === "product-state")).toMatchObject({
      num_requests: 1,
      last_error: "not_found",
    });
  });
});

/** That many answers to one question. */
async function all<Shape extends z.ZodType>(
  client: NatsConnection,
  { subject, shape, count }: { readonly subject: string; readonly shape: Shape; readonly count: number },
): Promise<readonly z.output<Shape>[]> {
  const answers = await client.requestMany(subject, "", { strategy: "count", maxMessages: count, maxWait: 30_000 });
  const found: z.output<Shape>[] = [];
  for await (const answer of answers) found.push(shape.parse(answer.json()));
  expect(found.length).toBe(count);
  return found;
}
