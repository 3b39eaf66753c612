import { addressOf, deriveId } from "../../actors/runtime/address.ts";
import type { Command, Principal } from "../../machines/decision.ts";
import { readConfig } from "../../src/config.ts";
import { jsonLog } from "../../src/log/json_log.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { openNode } from "../../src/node.ts";
import { percentile } from "./samples.ts";

/** Measures the actor API on the store of `DATABASE_URL`; prints one JSON figure a line. */
const ROUNDS = Number(Deno.args[0] ?? 5);
const HOT_COMMANDS = 20_000;
const IN_FLIGHT = 256;
const PUSHES = 500;
const CARTS = 20_000;
const WAKES = 1000;
const SERVICE: Principal = { sub: "bench", roles: ["service", "admin"], stores: [] };

const read = readConfig({ ...Deno.env.toObject(), RESIDENTS: String(CARTS) });
if (!read.ok) throw new Error(read.mistakes.join("\n"));
const committedAt = new Map<string, number>();
const metrics = createMetrics();
await using node = await openNode(read.config, {
  log: jsonLog({ level: "warn" }),
  metrics: Object.assign(Object.create(metrics), {
    recorded: (events: Parameters<typeof metrics.recorded>[0]) => {
      const now = performance.now();
      for (const { address, version } of events) committedAt.set(`${address} ${version}`, now);
      if (committedAt.size > 10_000) committedAt.clear();
    },
  }),
});
node.takePart();
let serial = 0;

for (let round = 0; round < ROUNDS; round++) {
  await hotCart(round);
  await hotStock(round);
  await pushes(round);
}
await idleActors();

async function hotCart(round: number): Promise<void> {
  const { customer, cartId } = await openCart(`hot-${round}`);
  const add = { type: "add_line", sku: "MUG", name: "A mug", quantity: 1, unitMinor: 250 };
  print("one hot cart, actor API", "/s", await rate(HOT_COMMANDS, () => ask(addressOf("cart", cartId), add, customer)));
}

async function hotStock(round: number): Promise<void> {
  const address = addressOf("stock", `HOT-${round}`);
  const supply = HOT_COMMANDS - 1000;
  await ask(address, { type: "receive", quantity: supply, reason: "bench" }, SERVICE);
  const expiresAt = Math.floor(node.clock.now()) + 3_600_000;
  let held = 0;
  const perSecond = await rate(HOT_COMMANDS, async (n) => {
    const orderId = `ord_${round}_${n}`;
    const answer = await ask(address, { type: "reserve", orderId, quantity: 1, expiresAt, strict: true }, SERVICE);
    if (answer.ok) held++;
  });
  print("reservations of one hot stock item, actor API", "/s", perSecond);
  print("oversold", "pcs", held - supply);
}

/** From the return of the commit to the frame in the hands of another subscriber's outlet. */
async function pushes(round: number): Promise<void> {
  const { customer, cartId, customerId } = await openCart(`push-${round}`);
  const address = addressOf("customer", customerId);
  const delays: number[] = [];
  const detach = await node.actors.subscribe({ address, feed: "owner", principal: customer }, {
    open: () => {},
    deliver: ({ version }) =>
      queueMicrotask(() => {
        const at = committedAt.get(`${address} ${version}`);
        if (at !== undefined) delays.push(performance.now() - at);
      }),
    close: () => {},
  });
  const add = { type: "add_line", sku: "MUG", name: "A mug", quantity: 1, unitMinor: 250 };
  for (let n = 0; n < PUSHES; n++) await ask(addressOf("cart", cartId), add, customer);
  detach();
  print("commit to outlet, p50", "ms", percentile(delays, 50));
}

/** Each cart is two actors, and half of them all have to go: those in memory are weighed, those gone are woken. */
async function idleActors(): Promise<void> {
  const before = Deno.memoryUsage().rss;
  const carts: Awaited<ReturnType<typeof openCart>>[] = [];
  await rate(CARTS, async (n) => {
    carts.push(await openCart(`idle-${n}`));
  });
  print("idle actor, resident memory", "KB", (Deno.memoryUsage().rss - before) / 1024 / CARTS);

  const wakes: number[] = [];
  for (const { cartId, customer } of carts.slice(0, WAKES)) {
    const askedAt = performance.now();
    await node.actors.read({ address: addressOf("cart", cartId), principal: customer });
    wakes.push(performance.now() - askedAt);
  }
  print("activation of a sleeping actor, p95", "ms", percentile(wakes, 95));
}

async function openCart(name: string): Promise<{ customer: Principal; customerId: string; cartId: string }> {
  const customerId = `${name}-${crypto.randomUUID().slice(0, 8)}`;
  const customer: Principal = { sub: customerId, roles: ["customer"], stores: [] };
  const cartId = deriveId("crt", { routingKey: customerId, secret: "bench", seed: name });
  await ask(addressOf("customer", customerId), { type: "open_cart", cartId, currency: "GBP" }, customer);
  return { customer, customerId, cartId };
}

function ask(to: ReturnType<typeof addressOf>, command: Command & Record<string, unknown>, principal: Principal) {
  return node.actors.ask({
    to,
    command,
    commandId: `bench:${serial++}`,
    fresh: false,
    principal,
    correlationId: "bench",
  });
}

/** Runs `count` tasks, so many in flight; returns how many a second. */
async function rate(count: number, task: (n: number) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    while (next < count) await task(next++);
  }));
  return count / ((performance.now() - startedAt) / 1000);
}

function print(what: string, unit: string, value: number): void {
  console.info(JSON.stringify([what, unit, value]));
}
