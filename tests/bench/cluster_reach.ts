import { load } from "./http_load.ts";
import type { Figure } from "./in_process_figures.ts";
import { percentile } from "./samples.ts";
import { addToCart, putOnSale, shoppers } from "./shoppers.ts";

const READERS = 200;
const PER_SECOND = 1000;
const ROUND_MS = 5000;
const SKU = "REACH-MUG";

/**
 * Customers who click at one node and look at another: the time from sending the request until the frame is there, which
 * holds the whole way of the command and the push.
 */
export async function measureReach(
  urls: readonly string[],
  { rounds }: { readonly rounds: number },
): Promise<readonly Figure[]> {
  const [clicked, watched] = urls;
  if (clicked === undefined || watched === undefined) throw new Error("Cannot measure reach: two nodes are needed");
  await putOnSale(clicked, { sku: SKU, quantity: 1_000_000 });
  const crowd = await shoppers(clicked, READERS);
  const sentAt = new Map<string, number>();
  let latencies: number[] = [];
  const sockets = await Promise.all(crowd.map(({ token }) =>
    watch(watched, {
      token,
      onFrame: (commandId) => {
        const at = sentAt.get(commandId);
        if (at !== undefined) latencies.push(performance.now() - at);
      },
    })
  ));
  const figures: Figure[] = [];
  for (let round = 0; round < rounds; round++) {
    latencies = [];
    const { p50Ms } = await load({
      port: Number(new URL(clicked).port),
      connections: 64,
      durationMs: ROUND_MS,
      perSecond: PER_SECOND,
      expects: 200,
      request: (n) => {
        const shopper = crowd[n % crowd.length];
        if (shopper === undefined) throw new Error("Cannot bench without shoppers");
        const key = `reach-${round}-${n}`;
        sentAt.set(key, performance.now());
        return addToCart(shopper, { sku: SKU, key });
      },
    });
    figures.push(
      ["request to its answer, p50", "ms", p50Ms],
      ["request to the frame at another node, p50", "ms", percentile(latencies, 50)],
      ["request to the frame at another node, p99", "ms", percentile(latencies, 99)],
      ["frames at the other node", "/s", 1000 * latencies.length / ROUND_MS],
    );
    sentAt.clear();
  }
  for (const socket of sockets) socket.close();
  return figures;
}

function watch(
  url: string,
  { token, onFrame }: { readonly token: string; readonly onFrame: (commandId: string) => void },
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, [`bearer.${token}`]);
  return new Promise((resolve, reject) => {
    socket.onopen = (): void => socket.send(JSON.stringify({ type: "subscribe", ref: "1", channel: "customer" }));
    socket.onerror = (): void => reject(new Error(`Cannot watch ${url}`));
    socket.onmessage = ({ data }): void => {
      const message = JSON.parse(data);
      if (message.type === "snapshot") resolve(socket);
      if (message.type === "event") onFrame(message.data?.commandId);
    };
  });
}
