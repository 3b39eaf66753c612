import { describe } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Child } from "../harness/child.ts";
import { FarEnd } from "../harness/far_end.ts";
import { until } from "../harness/until.ts";
import { it } from "./bounded.ts";
import { counted } from "./client/counted.ts";
import { followCustomer } from "./client/customer_feed.ts";
import { openCustomerLine } from "./client/lines.ts";
import { Shop } from "./client/shop.ts";
import { Shopper } from "./client/shopper.ts";
import { heldConnections } from "./far/held_connections.ts";

const GONE = 15;
/** 45 s are promised, and held to in virtual time; here they are printed, on a machine that may be busy. */
const FREED_WITHIN_MS = 60_000;
/** So often is the same sent again, each time after twice as long: some three seconds in all. */
const SILENT_TIMES = 4;

/** Reads the streams of these customers at the far end. */
function startReading(end: FarEnd, shoppers: readonly Shopper[]): Child {
  const script = new URL("far/stream_readers.ts", import.meta.url).pathname;
  const [url = ""] = shoppers.map(({ api }) => api.url);
  const args = ["run", "--quiet", "--no-check", "--allow-net", script, url, ...shoppers.map(({ token }) => token)];
  return end.start(Deno.execPath(), { args });
}

/** A customer whose reader is behind a line that is cut for a while, again and again. */
class Wavering {
  silences = 0;
  readonly reader: Child;
  readonly #end: FarEnd;
  readonly #pid: number;
  readonly #change: () => Promise<string>;

  constructor(end: FarEnd, { shopper, pid, change }: {
    readonly shopper: Shopper;
    readonly pid: number;
    readonly change: () => Promise<string>;
  }) {
    this.#end = end;
    this.#pid = pid;
    this.#change = change;
    this.reader = startReading(end, [shopper]);
  }

  async waver(isOver: () => boolean): Promise<void> {
    const isSilent = async (): Promise<boolean> => {
      const [connection] = await heldConnections(this.#pid, this.#end.address);
      return connection !== undefined && connection.times >= SILENT_TIMES;
    };
    for (; !isOver(); this.silences++) {
      await this.#end.cut();
      const cursor = await this.#change();
      await until(isSilent, {
        withinMs: 20_000,
        everyMs: 250,
        what: () => "the reader's silence to be seen",
      });
      await this.#end.heal();
      await this.reader.line(new RegExp(`^0 at ${RegExp.escape(cursor)}$`), { withinMs: 30_000 });
    }
  }
}

/** Puts one more piece into a customer's cart each time; the cursor where that is told. */
async function changing(shopper: Shopper, sku: string): Promise<() => Promise<string>> {
  const { cartId } = await shopper.openCart();
  return async () => (await shopper.addItem(cartId, { sku, quantity: 1 })).cursor;
}

describe("event streams whose readers are behind a cut line", () => {
  it("are freed within 45 seconds with their descriptors, and those of slow and of silent readers stay", async () => {
    await using cutOff = await FarEnd.open();
    await using slow = await FarEnd.open();
    await using shop = await Shop.open({ host: cutOff.nearAddress });
    const { api, server, server: { pid } } = shop;
    const sku = await shop.stock({ quantity: 1000 });
    const gone = await Promise.all(Array.from({ length: GONE }, () => Shopper.arrive(api)));
    const [shopper, silent] = [await Shopper.arrive(api), await Shopper.arrive(api)];

    const wavering = new Wavering(slow, { shopper, pid, change: await changing(shopper, sku) });
    const follower = followCustomer(silent.customerId);
    const line = await openCustomerLine(api, "sse", { token: silent.token, listener: follower });
    const goneReaders = startReading(cutOff, gone);
    const active = (): Promise<number> => counted(api, "connections_active", '"sse"');
    await until(async () => await active() === GONE + 2, { withinMs: 20_000, what: () => goneReaders.output });
    expect((await heldConnections(pid, cutOff.address)).length).toBe(GONE);

    await cutOff.cut();
    const began = performance.now();
    let isOver = false;
    const freed = until(async () => {
      if ((await heldConnections(pid, cutOff.address)).length > 0) return false;
      return await counted(api, "connections_dropped_total", '"dead_peer"') === GONE;
    }, {
      withinMs: FREED_WITHIN_MS,
      everyMs: 250,
      what: () => `${GONE} dead peers to be freed\n${server.output}`,
    });
    const tookMs = freed.then(() => performance.now() - began).finally(() => isOver = true);
    await Promise.all([tookMs, wavering.waver(() => isOver)]);
    console.info(
      `${GONE} streams freed after ${Math.round(await tookMs)} ms; one lived through ${wavering.silences} silences`,
    );

    expect(wavering.silences).toBeGreaterThan(2);
    expect(wavering.reader.lines.filter((said) => !said.startsWith("0 at "))).toEqual([]);
    expect(await active()).toBe(2);
    const cursor = await (await changing(silent, sku))();
    await until(() => follower.cursor === cursor, { what: () => cursor });
    expect([follower.outcomes.snapshot, follower.complaints]).toEqual([1, []]);
    expect(server.output).toMatch(/^Vitrine is open at \S+$/);
    await line.close();
  }, { withinMs: 180_000 });
});
