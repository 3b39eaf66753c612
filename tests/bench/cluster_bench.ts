import { startNats } from "../harness/nats.ts";
import { startPostgres } from "../harness/postgres.ts";
import { VitrineServer } from "../harness/vitrine_server.ts";
import { startCluster } from "../cluster/harness/cluster.ts";
import { load } from "./http_load.ts";
import { measureMoves } from "./cluster_moves.ts";
import { inProcess } from "./in_process_figures.ts";
import { COMMIT_TIMES, measureReach } from "./cluster_reach.ts";
import { cpuMs } from "./process_cpu.ts";
import { addToCart, putOnSale, type Shopper, shoppers } from "./shoppers.ts";
import { Sheet } from "./sheet.ts";

const CONNECTIONS = 64;
const ROUND_MS = 3000;
const CHANGES_PER_ROUND = 4;
const SKU = "BENCH-MUG";

/** `deno task bench cluster [rounds]`: what several nodes cost and how far away they are, interleaved in one run. */
export async function benchCluster(rounds: number): Promise<void> {
  const sheet = new Sheet();
  console.info(`CPU a command: ${rounds} rounds of ${ROUND_MS / 1000} s at ${CONNECTIONS} connections`);
  await costOfNats(sheet, rounds);
  console.info("Asks to another node's actors, and 10,000 streams that come back after a kill");
  await using nats = await startNats();
  await using spare = await startPostgres();
  const env = { NATS_URL: nats.url, DATABASE_URL: spare.url() };
  for (const [what, unit, value] of await inProcess("remote_asks.ts", { env, rounds })) {
    sheet.add(what, { unit, value });
  }
  console.info("From a request at one node to the frame at another, 1,000 events a second");
  await using cluster = await startCluster({ nodes: 3, postgres: COMMIT_TIMES, direct: true });
  for (const [what, unit, value] of await measureReach(cluster, { rounds })) sheet.add(what, { unit, value });
  console.info("A node that leaves and joins again, 300 commands a second");
  const changes = CHANGES_PER_ROUND * rounds;
  for (const [what, unit, value] of await measureMoves(cluster, { changes })) sheet.add(what, { unit, value });
  console.info(`\n${sheet.text()}`);
}

/** The same load on a node of its own and on one that is a cluster of one, each on a database of its own. */
async function costOfNats(sheet: Sheet, rounds: number): Promise<void> {
  await using nats = await startNats();
  await using one = await startPostgres();
  await using other = await startPostgres();
  await using alone = await VitrineServer.start({ databaseUrl: one.url() });
  await using clustered = await VitrineServer.start({ databaseUrl: other.url(), env: { NATS_URL: nats.url } });
  const run = crypto.randomUUID().slice(0, 8);
  const crowds = new Map<VitrineServer, readonly Shopper[]>();
  for (const server of [alone, clustered]) {
    await putOnSale(server.url, { sku: SKU, quantity: 100_000_000 });
    crowds.set(server, await shoppers(server.url, 256));
    await costOfAdds(server, { crowd: crowds.get(server) ?? [], key: `${run}-${server.port}-warm` });
  }
  for (let round = 0; round < rounds; round++) {
    const costs: number[] = [];
    for (const [name, server] of [["in process", alone], ["on NATS", clustered]] as const) {
      const crowd = crowds.get(server) ?? [];
      const { perSecond, cpuUs } = await costOfAdds(server, { crowd, key: `${run}-${server.port}-${round}` });
      sheet.add(`add to cart, one node ${name}`, { unit: "/s", value: perSecond });
      sheet.add(`add to cart, one node ${name}: its CPU`, { unit: "µs", value: cpuUs });
      costs.push(cpuUs);
    }
    const [inProcessUs = NaN, onNatsUs = NaN] = costs;
    sheet.add("CPU on NATS beside in process", { unit: "×", value: onNatsUs / inProcessUs });
  }
}

async function costOfAdds(
  { port, pid }: VitrineServer,
  { crowd, key }: { readonly crowd: readonly Shopper[]; readonly key: string },
): Promise<{ readonly perSecond: number; readonly cpuUs: number }> {
  const before = cpuMs(pid);
  const request = (n: number): Uint8Array => {
    const shopper = crowd[n % crowd.length];
    if (shopper === undefined) throw new Error("Cannot bench without shoppers");
    return addToCart(shopper, { sku: SKU, key: `${key}-${n}` });
  };
  const { perSecond, unexpected } = await load({
    port,
    connections: CONNECTIONS,
    durationMs: ROUND_MS,
    expects: 200,
    request,
  });
  if (unexpected > 0) console.warn(`${unexpected} answers were not 200`);
  return { perSecond, cpuUs: 1e6 * (cpuMs(pid) - before) / (perSecond * ROUND_MS) };
}
