import { Child } from "../harness/child.ts";
import { startPostgres } from "../harness/postgres.ts";
import { VitrineServer } from "../harness/vitrine_server.ts";
import { measureConnections } from "./connection_memory.ts";
import { load, type LoadFigures, type LoadOptions } from "./http_load.ts";
import { inProcess } from "./in_process_figures.ts";
import { addToCart, bareItem, createOrder, putOnSale, type Shopper, shoppers } from "./shoppers.ts";
import { Sheet } from "./sheet.ts";

const CONNECTIONS = 64;
const ROUND_MS = 2000;
const SKU = "BENCH-MUG";

const sheet = new Sheet();
const run = crypto.randomUUID().slice(0, 8);
let serial = 0;

/** The bare route. */
interface Floor {
  readonly port: number;
  readonly token: string;
}

/** Figures of one node and their floor, interleaved in one run, so that both had the same machine. */
export async function benchNode(rounds: number): Promise<void> {
  await using postgres = await startPostgres();
  await using spare = await startPostgres();
  await using bare = new Child(Deno.execPath(), {
    args: ["run", "--allow-net", "--allow-env", new URL("bare_route.ts", import.meta.url).pathname],
  });
  const floor: Floor = JSON.parse(await bare.line(/"port"/));

  for (const [name, databaseUrl] of [["PostgreSQL", postgres.url()], ["embedded", undefined]] as const) {
    console.info(`\n${name}: ${rounds} rounds of ${ROUND_MS / 1000} s at ${CONNECTIONS} connections`);
    await using server = await VitrineServer.start(databaseUrl === undefined ? {} : { databaseUrl });
    await putOnSale(server.url, { sku: SKU, quantity: 100_000_000 });
    const crowd = await shoppers(server.url, 256);
    for (let round = 0; round < rounds; round++) await overHttp(name, { port: server.port, crowd, floor });
  }
  for (const script of ["in_process.ts", "push_latency.ts"] as const) {
    for (const [what, unit, value] of await inProcess(script, { env: { DATABASE_URL: spare.url() }, rounds })) {
      sheet.add(what, { unit, value });
    }
  }
  for (const [what, unit, value] of await measureConnections()) sheet.add(what, { unit, value });
  console.info(`\n${sheet.text()}`);
}

async function overHttp(
  name: string,
  shop: { readonly port: number; readonly crowd: readonly Shopper[]; readonly floor: Floor },
): Promise<void> {
  const { port, crowd, floor } = shop;
  const add = (n: number): Uint8Array => addToCart(at(crowd, n), { sku: SKU, key: key() });
  const order = (n: number): Uint8Array => createOrder(at(crowd, n), { sku: SKU, key: key() });

  const bareRoute = await loaded({ port: floor.port, expects: 200, request: () => bareItem(floor.token, SKU) });
  const adding = await loaded({ port, expects: 200, request: add });
  const alone = await loaded({ port, expects: 200, request: add, connections: 1, durationMs: ROUND_MS / 2 });
  const ordering = await loaded({ port, expects: 201, request: order });
  const half = await loaded({ port, expects: 201, request: order, perSecond: ordering.perSecond / 2 });

  sheet.add("bare route (hono, jose, zod)", { unit: "/s", value: bareRoute.perSecond });
  sheet.add(`${name}: add to cart`, { unit: "/s", value: adding.perSecond });
  sheet.add(`${name}: add to cart beside the bare route`, { unit: "×", value: adding.perSecond / bareRoute.perSecond });
  sheet.add(`${name}: add to cart, p50 alone`, { unit: "ms", value: alone.p50Ms });
  sheet.add(`${name}: order create`, { unit: "/s", value: ordering.perSecond });
  sheet.add(`${name}: order create, p95 at half load`, { unit: "ms", value: half.p95Ms });
}

async function loaded(
  options: Pick<LoadOptions, "port" | "expects" | "request"> & Partial<LoadOptions>,
): Promise<LoadFigures> {
  const figures = await load({ connections: CONNECTIONS, durationMs: ROUND_MS, ...options });
  if (figures.unexpected > 0) console.warn(`${figures.unexpected} answers were not ${options.expects}`);
  return figures;
}

function key(): string {
  return `${run}-${serial++}`;
}

function at<Item>(items: readonly Item[], n: number): Item {
  const item = items[n % items.length];
  if (item === undefined) throw new Error("Cannot bench without shoppers");
  return item;
}
