import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { addressOf, deriveId } from "../../actors/runtime/address.ts";
import type { Address, Principal } from "../../machines/decision.ts";
import type { CartCommand } from "../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import { readConfig } from "../../src/config.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { type Node, openNode } from "../../src/node.ts";
import { EventStreamReader } from "../edge/streams/event_stream_reader.ts";
import { serveStreams, type StreamServer } from "../edge/streams/stream_server.ts";
import { startPostgres } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";
import { silentLog } from "../store/silent_log.ts";
import { it } from "./bounded.ts";
import { followCustomer } from "./client/customer_feed.ts";
import { heldMb } from "./client/memory_of.ts";
import { StalledEventStream, type StalledReader, StalledSocket } from "./slow/stalled_reader.ts";

const CUSTOMERS = 50;
const STALLED_EACH = 4;
const STALLED = CUSTOMERS * STALLED_EACH;
/** Of each customer's: one of each transport. */
const COME_BACK = 2;
const IN_FLIGHT_EACH = 8;
const FRAMES_AT_LEAST = 100_000;
/** After so many changes the process holds what it holds under load. */
const WARM = 30_000;
/** What may wait in the process for all of them together. */
const BUDGET_MB = STALLED * 256 / 1024;
const MARGIN_MB = 100;
/** Long as a name may be, and six times as long in JSON: the sooner are the kernel's buffers full. */
const LONG_NAME = "\u0007".repeat(200);

interface Busy extends Principal {
  readonly token: string;
  readonly cart: HotCart;
}

interface Stalled extends Busy {
  readonly readers: readonly StalledReader[];
}

/** One customer's cart, changed over and over. */
class HotCart {
  changes = 0;
  readonly #node: Node;
  readonly #customer: Principal;
  readonly #cartId: string;

  private constructor(node: Node, { customer, cartId }: { readonly customer: Principal; readonly cartId: string }) {
    this.#node = node;
    this.#customer = customer;
    this.#cartId = cartId;
  }

  static async open(node: Node, customer: Principal): Promise<HotCart> {
    const { sub } = customer;
    const cartId = deriveId("crt", { routingKey: sub, secret: "test", seed: "cart" });
    const cart = new HotCart(node, { customer, cartId });
    await cart.#ask(addressOf("customer", sub), { type: "open_cart", cartId, currency: "GBP" });
    const line = { sku: "LONG", name: LONG_NAME, quantity: 1, unitMinor: 250 };
    await cart.#ask(addressOf("cart", cartId), { type: "add_line", ...line });
    return cart;
  }

  /** So many changes at once, until it is over. */
  async hurry(isOver: () => boolean): Promise<void> {
    const one = async (): Promise<void> => {
      while (!isOver()) await this.#change();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT_EACH }, one));
  }

  /** As fast as somebody can read who shares a process with all the others. */
  async stroll(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#change();
      await new Promise<void>((resolve) => setTimeout(resolve, 10));
    }
  }

  #change(): Promise<void> {
    const quantity = 1 + ++this.changes % 1000;
    return this.#ask(addressOf("cart", this.#cartId), { type: "change_quantity", sku: "LONG", quantity });
  }

  async #ask(to: Address, command: CartCommand | CustomerCommand): Promise<void> {
    const commandId = `test:${crypto.randomUUID()}`;
    const ask = { to, command, commandId, fresh: true, principal: this.#customer, correlationId: "test" };
    const answer = await this.#node.actors.ask(ask);
    expect(answer).toMatchObject({ ok: true });
  }
}

/** It reads what had reached it, and comes back to where it left off, or to a snapshot. */
async function comesBack(server: StreamServer, { sub, token }: Stalled, reader: StalledReader): Promise<void> {
  const follower = followCustomer(sub);
  await reader.catchUp(follower);
  expect(follower.complaints).toEqual([]);
  const lastEventId = follower.cursor ?? "";
  await using back = await EventStreamReader.open(`${server.url}/sse/storefront`, { token, lastEventId });
  expect(["resumed", "snapshot"]).toContain((await back.next()).type);
}

describe("two hundred stalled readers and thousands of events a second (RT-9)", () => {
  it("cost a bounded memory, are closed as slow, hold no reader up and can come back", async () => {
    await using opened = new AsyncDisposableStack();
    const dataDir = await Deno.makeTempDir();
    opened.defer(() => Deno.remove(dataDir, { recursive: true }));
    const postgres = opened.use(await startPostgres());
    const read = readConfig({ DATABASE_URL: postgres.url(), DATA_DIR: dataDir });
    if (!read.ok) throw new Error(read.mistakes.join("\n"));
    let frames = 0;
    const metrics = { ...createMetrics(), pushed: (count: number) => void (frames += count) };
    await using node = await openNode(read.config, { log: silentLog, metrics });
    node.takePart();
    await using server = await serveStreams({
      ...node,
      limits: { perAddress: 10_000 },
    });

    // The doors' own clock stands still.
    const ttlSeconds = Math.ceil((node.clock.now() - server.clock.now()) / 1000) + 3600;
    const busy = await Promise.all(Array.from({ length: CUSTOMERS }, async (_, n): Promise<Busy> => {
      const customer = customerOf(`gst_stalled${n}`);
      const [cart, token] = await Promise.all([HotCart.open(node, customer), server.tokenFor(customer, ttlSeconds)]);
      return { ...customer, cart, token };
    }));
    const isWarm = (): boolean => busy.reduce((sum, { cart }) => sum + cart.changes, 0) > WARM;
    await Promise.all(busy.map(({ cart }) => cart.hurry(isWarm)));
    const before = heldMb();

    const stalled = await Promise.all(busy.map(async (customer): Promise<Stalled> => {
      const kinds = Array.from({ length: STALLED_EACH }, (_, at) => at % 2 === 0 ? StalledEventStream : StalledSocket);
      return { ...customer, readers: await Promise.all(kinds.map((kind) => kind.open(server.port, customer.token))) };
    }));
    const reading = await Promise.all(Array.from({ length: 5 }, async (_, n) => {
      const customer = customerOf(`gst_reading${n}`);
      const cart = await HotCart.open(node, customer);
      const token = await server.tokenFor(customer, ttlSeconds);
      const reader = await EventStreamReader.open(`${server.url}/sse/storefront`, { token });
      return { reader, cart };
    }));
    await until(() => node.actors.gauges().outlets === STALLED + reading.length, { what: () => "all to listen" });

    const startedAt = performance.now();
    const changesBefore = busy.reduce((sum, { cart }) => sum + cart.changes, 0);
    let [slowAt, most] = [0, 0];
    const isOver = (): boolean => server.dropped.length >= STALLED && frames >= FRAMES_AT_LEAST;
    const calling = Promise.all([
      ...stalled.map(({ cart }) => cart.hurry(isOver)),
      ...reading.map(({ cart }) => cart.stroll(isOver)),
    ]);
    await until(() => {
      const held = heldMb();
      if (slowAt === 0 && server.dropped.length > 0) slowAt = held;
      most = Math.max(most, held);
      return isOver();
    }, {
      withinMs: 300_000,
      // Each look collects the garbage first.
      everyMs: 2000,
      what: () => `${STALLED} to be slow, ${server.dropped.length} are; ${frames} frames`,
    });
    await calling;
    const seconds = (performance.now() - startedAt) / 1000;
    const changes = [...stalled, ...reading].reduce((sum, { cart }) => sum + cart.changes, 0) - changesBefore;
    // Each is a fact of its cart and one of its customer.
    const perSecond = (2 * changes / seconds).toFixed();
    console.info(
      `${2 * changes} events in ${seconds.toFixed(1)} s, ${perSecond}/s; ${frames} frames; ${before} MB before, ` +
        `${slowAt} MB when the first was closed, ${most} MB at most`,
    );
    expect(server.dropped).toEqual(Array.from({ length: STALLED }, () => "slow"));
    expect(most - before).toBeLessThan(BUDGET_MB + MARGIN_MB);
    for (const { reader, cart } of reading) {
      await until(() => reader.events.length === cart.changes + 1, { what: () => `${cart.changes} changes` });
      const versions = reader.events.map(({ lastEventId }) => Number(lastEventId.split(".")[0]));
      expect(versions).toEqual(versions.map((_, index) => (versions[0] ?? 0) + index));
      reader.close();
    }
    for (const customer of stalled) {
      await Promise.all(customer.readers.slice(0, COME_BACK).map((reader) => comesBack(server, customer, reader)));
      for (const reader of customer.readers.slice(COME_BACK)) reader.close();
    }
  }, { withinMs: 420_000 });
});

function customerOf(sub: string): Principal {
  return { sub, roles: ["customer"], stores: [] };
}
