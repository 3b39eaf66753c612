import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { jetstream } from "@nats-io/jetstream";
import { followOrders } from "../../docs/examples/follow_orders.ts";
import { EVENTS_STREAM } from "../../src/cluster/jetstream_topology.ts";
import { openNats } from "../../src/cluster/nats_connection.ts";
import { reconcile } from "../../src/cluster/nats_reconcile.ts";
import { publishedEvents } from "../../src/events/published_events.ts";
import { startNats } from "../harness/nats.ts";
import { until } from "../harness/until.ts";
import { silentLog } from "../store/silent_log.ts";
import { withTypes } from "./events_page.ts";

const DOCS = new URL("../../docs/", import.meta.url);

describe("the page about published events", () => {
  const page = Deno.readTextFileSync(new URL("events.md", DOCS));

  it("lists every type: `deno task schemas` writes the list", () => {
    expect(words(page)).toBe(words(withTypes(page, publishedEvents)));
  });

  it("names the stream", () => {
    expect(page).toContain(`\`${EVENTS_STREAM}\``);
  });

  it("shows an example that is there as a file", () => {
    const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
    expect(blocks).toEqual([Deno.readTextFileSync(new URL("examples/follow_orders.ts", DOCS))]);
  });

  it("shows an example that takes every event once, in order, whatever comes", async () => {
    await using nats = await startNats();
    const connection = await openNats({ url: nats.url }, { log: silentLog });
    await reconcile(connection, { replicas: 1, eventsMaxAgeMs: 86_400_000 });
    const client = jetstream(connection);
    for (const [order, sequence] of [["a", 1], ["a", 2], ["b", 1], ["a", 2], ["a", 4], ["b", 1], ["a", 3], ["b", 2]]) {
      const event = { partitionKey: order, sequence, eventType: "ecommerce.order.order.paid.v1", payload: {} };
      await client.publish(`${event.eventType}.${order}`, JSON.stringify(event));
    }
    const taken = new Map<string, number[]>();
    const following = followOrders(connection, {
      lastSequence: (orderId) => Promise.resolve(taken.get(orderId)?.at(-1)),
      take: ({ partitionKey, sequence }) => {
        taken.set(partitionKey, [...taken.get(partitionKey) ?? [], sequence]);
        return Promise.resolve();
      },
    });
    await until(() => taken.get("a")?.length === 4 && taken.get("b")?.length === 2, {
      withinMs: 30_000,
      what: () => `six events, not ${JSON.stringify([...taken])}`,
    });
    expect([...taken]).toEqual([["a", [1, 2, 3, 4]], ["b", [1, 2]]]);
    await connection.close();
    await following;
  });
});

/** Where lines end does not matter. */
function words(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
