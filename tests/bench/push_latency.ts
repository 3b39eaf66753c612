import { readConfig } from "../../src/config.ts";
import { jsonLog } from "../../src/log/json_log.ts";
import { createMetrics } from "../../src/metrics/metrics.ts";
import { startServer } from "../../src/server.ts";
import { percentile } from "./samples.ts";
import { addToCart, putOnSale, shoppers } from "./shoppers.ts";

/** From the return of a commit to the frame in another connection's hands, over a real socket. Prints JSON figures. */
const ROUNDS = Number(Deno.args[0] ?? 5);
const PUSHES = 300;
const SKU = "PUSH-MUG";

const read = readConfig({ ...Deno.env.toObject(), PORT: "0", LOG_LEVEL: "warn" });
if (!read.ok) throw new Error(read.mistakes.join("\n"));
let committedAt = 0;
const metrics = createMetrics();
const server = await startServer(read.config, {
  log: jsonLog({ level: "warn" }),
  metrics: {
    ...metrics,
    recorded: (events) => {
      committedAt = performance.now();
      metrics.recorded(events);
    },
  },
});
const url = `http://127.0.0.1:${server.port}`;
await putOnSale(url, { sku: SKU, quantity: 1_000_000 });
const [shopper] = await shoppers(url, 1);
if (shopper === undefined) throw new Error("Cannot bench without a shopper");

const frames: number[] = [];
const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, [`bearer.${shopper.token}`]);
const subscribed = Promise.withResolvers<void>();
let arrived = Promise.withResolvers<void>();
socket.onopen = (): void => socket.send(JSON.stringify({ type: "subscribe", ref: "1", channel: "customer" }));
socket.onmessage = ({ data }): void => {
  const { type } = JSON.parse(data);
  if (type === "snapshot") subscribed.resolve();
  if (type !== "event") return;
  frames.push(performance.now() - committedAt);
  arrived.resolve();
};
await subscribed.promise;

using line = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
const answer = new Uint8Array(65_536);
for (let round = 0; round < ROUNDS; round++) {
  frames.length = 0;
  for (let n = 0; n < PUSHES; n++) {
    arrived = Promise.withResolvers();
    await line.write(addToCart(shopper, { sku: SKU, key: `push-${round}-${n}` }));
    await Promise.all([line.read(answer), arrived.promise]);
  }
  console.info(JSON.stringify(["commit to another connection, p50", "ms", percentile(frames, 50)]));
}
Deno.exit(0);
