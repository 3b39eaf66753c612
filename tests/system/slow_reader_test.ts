import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { until } from "../harness/until.ts";
import { seeded } from "../machines/seeded.ts";
import { it } from "./bounded.ts";
import { counted } from "./client/counted.ts";
import { followCustomer } from "./client/customer_feed.ts";
import { openCustomerLine } from "./client/lines.ts";
import { memoryOf } from "./client/memory_of.ts";
import { ReturningClient } from "./client/returning_client.ts";
import { Changes } from "./client/shapes_of_answers.ts";
import { Shop } from "./client/shop.ts";
import { Shopper } from "./client/shopper.ts";
import { StalledEventStream, type StalledReader, StalledSocket } from "./slow/stalled_reader.ts";

const CUSTOMERS = 10;
/** As many as a customer may have. */
const STALLED_EACH = 20;
/** Of each customer's: to fold millions of frames takes its time. */
const COME_BACK = 4;
const STALLED = CUSTOMERS * STALLED_EACH;
/** What may wait in the process for all of them together. */
const BUDGET_MB = STALLED * 256 / 1024;
const MARGIN_MB = 200;
/** After so many changes the process's memory is what it is under load. */
const WARM = 12_000;

interface Stalled {
  readonly shopper: Shopper;
  readonly readers: readonly StalledReader[];
}

/** Long as a name may be, and six times as long in JSON: the sooner is the kernel's own buffer full. */
const LONG_NAME = "\u0007".repeat(200);

async function longNamed({ api, admin: token }: Shop): Promise<string> {
  const sku = `LONG-${crypto.randomUUID().slice(0, 8)}`;
  const body = { sku, name: LONG_NAME, price: { minor: 100, currency: "GBP" } };
  expect((await api.post("/api/v1/products", { token, body })).status).toBe(201);
  return sku;
}

/** Changes a cart until `isOver`, many changes at once; the number of changes. */
async function keepChanging(shopper: Shopper, sku: string, isOver: () => boolean): Promise<number> {
  const { api, token } = shopper;
  const { cartId } = await shopper.openCart();
  await shopper.addItem(cartId, { sku, quantity: 1 });
  let changes = 0;
  const one = async (): Promise<void> => {
    while (!isOver()) {
      const body = { quantity: 1 + ++changes % 1000 };
      const { status } = await api.call(`/api/carts/${cartId}/items/${sku}`, { method: "PATCH", token, body });
      expect(status).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
  return changes;
}

describe("two hundred readers that have stopped reading", () => {
  it("are closed as slow, cost a bounded memory, hold nobody up and come back", async () => {
    await using shop = await Shop.open();
    const { api, server } = shop;
    const sku = await longNamed(shop);
    const others = await Promise.all(Array.from({ length: 5 }, () => Shopper.arrive(api)));
    let warm = 0;
    await Promise.all(others.map((shopper) => keepChanging(shopper, sku, () => ++warm > WARM)));
    const before = await memoryOf(server.pid);

    const stalled: Stalled[] = [];
    for (let customer = 0; customer < CUSTOMERS; customer++) {
      const shopper = await Shopper.arrive(api);
      const kinds = Array.from({ length: STALLED_EACH }, (_, n) => n % 2 === 0 ? StalledEventStream : StalledSocket);
      const readers = await Promise.all(kinds.map((kind) => kind.open(server.port, shopper.token)));
      stalled.push({ shopper, readers });
    }
    const clients = others.map((other, index) => {
      return new ReturningClient(other, { transports: [index % 2 === 0 ? "sse" : "websocket"], chance: seeded(index) });
    });
    await until(async () => await counted(api, "connections_active") === STALLED + clients.length, {
      what: () => "everybody to be connected",
    });

    let [slow, most, isOver] = [0, 0, false];
    const watching = until(async () => {
      most = Math.max(most, (await memoryOf(server.pid)).residentMb);
      slow = await counted(api, "connections_dropped_total", '"slow"');
      return slow >= STALLED;
    }, { withinMs: 300_000, what: () => `${STALLED} to be closed as slow; ${slow} are` }).finally(() => isOver = true);
    const active = [...stalled.map(({ shopper }) => shopper), ...others];
    const changes = await Promise.all(active.map((shopper) => keepChanging(shopper, sku, () => isOver)));
    await watching;
    const total = changes.reduce((sum, count) => sum + count, 0);
    console.info(`${STALLED} stalled, ${total} changes: ${before.residentMb} MB before, ${most} MB at most`);
    expect(most - before.residentMb).toBeLessThan(BUDGET_MB + MARGIN_MB);

    for (const client of clients) {
      const { cursor, state } = (await api.call("/api/changes?channel=customer", client)).as(Changes);
      await until(() => client.follower.cursor === cursor, { what: () => `${cursor}; at ${client.follower.cursor}` });
      expect(client.follower.state).toEqual(state);
      expect(client.follower.complaints).toEqual([]);
      expect(client.connections).toBe(1);
      await client.stop();
    }
    for (const { shopper, readers } of stalled) {
      await Promise.all(readers.slice(0, COME_BACK).map((reader) => comesBack(shopper, reader)));
      for (const reader of readers.slice(COME_BACK)) reader.close();
    }
    expect(await server.isReady()).toBe(true);
  }, { withinMs: 420_000 });
});

/** It reads what had reached it, and goes on from there: nothing is missing, and it knows what there is to know. */
async function comesBack({ api, token, customerId }: Shopper, reader: StalledReader): Promise<void> {
  const follower = followCustomer(customerId);
  await reader.catchUp(follower);
  expect(follower.outcomes.snapshot).toBe(1);
  const line = await openCustomerLine(api, "sse", { token, cursor: follower.cursor, listener: follower });
  const { cursor, state } = (await api.call("/api/changes?channel=customer", { token })).as(Changes);
  await until(() => follower.cursor === cursor, { what: () => `${cursor}; at ${follower.cursor}` });
  expect(follower.state).toEqual(state);
  expect({ complaints: follower.complaints, resets: follower.outcomes.reset }).toEqual({ complaints: [], resets: 0 });
  await line.close();
}
