import { cart } from "../actors/cart.ts";
import { customer } from "../actors/customer.ts";
import { order } from "../actors/order.ts";
import { payment } from "../actors/payment.ts";
import { product } from "../actors/product.ts";
import { JOURNAL_VERSION } from "../actors/cluster/start.ts";
import { idOf, kindOf } from "../actors/runtime/address.ts";
import type { Clock, EventRow, Ids, Log } from "../actors/runtime/ports.ts";
import type { RuntimeMetrics } from "../actors/runtime/runtime_metrics.ts";
import type { RunningActors, RuntimeOptions } from "../actors/runtime/running_actors.ts";
import { startActors } from "../actors/runtime/start.ts";
import { stock } from "../actors/stock.ts";
import type { Cache, CacheMetrics } from "./cache/cache.ts";
import { openCache } from "./cache/open_cache.ts";
import { freshIds } from "./clock/fresh_ids.ts";
import { monotonicClock } from "./clock/monotonic_clock.ts";
import type { Config } from "./config.ts";
import { ActorCatalogue, type Catalogue } from "./edge/catalogue.ts";
import type { EdgeMetrics, ProductListing } from "./edge/ports.ts";
import { type InCluster, startInCluster } from "./cluster/start_in_cluster.ts";
import { LedgerFile } from "./gateways/ledger_file.ts";
import { paymentActivity } from "./gateways/payment_activity.ts";
import { PaymentLedger } from "./gateways/payment_ledger.ts";
import { SharedLedger } from "./gateways/shared_ledger.ts";
import { SimulatedGateway } from "./gateways/simulated_gateway.ts";
import { type PaymentMetrics, reportStuckPayments } from "./gateways/stuck_payments.ts";
import { orderListing, type Orders } from "./projections/order_listing.ts";
import { productListing } from "./projections/product_listing.ts";
import { projectedOrders } from "./projections/projected_orders.ts";
import { projectedProducts } from "./projections/projected_products.ts";
import { projectedSales } from "./projections/projected_sales.ts";
import { projectedStock } from "./projections/projected_stock.ts";
import { projection } from "./projections/projection.ts";
import { type Projector, startProjector } from "./projections/projector.ts";
import { type SalesByDay, salesByDay } from "./projections/sales_by_day.ts";
import { type StockMovements, stockMovements } from "./projections/stock_movements.ts";
import type { RelayMetrics } from "./relay/ports.ts";
import { openEmbeddedStore } from "./store/embedded_store.ts";
import { forgetOldOutcomes } from "./store/outcome_window.ts";
import { StartRefused } from "./store/start_refused.ts";
import { openPostgresStore, type PostgresStore } from "./store/postgres_store.ts";

/** A day, and an hour for clocks and late retries. */
const OUTCOME_WINDOW_MS = 25 * 3_600_000;

export interface NodeParts {
  readonly log: Log;
  readonly metrics:
    & RuntimeMetrics
    & RelayMetrics
    & CacheMetrics
    & PaymentMetrics
    & Pick<EdgeMetrics, "catalogueAsked">
    & {
      /** Called after every commit, with its events. */
      recorded(events: readonly EventRow[]): void;
    };
  /** Gives up waiting for others: `openNode` then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Actors and everything they stand on, without a door to the outside. */
export interface Node extends AsyncDisposable {
  readonly actors: RunningActors;
  readonly store: PostgresStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly cache: Cache;
  readonly catalogue: Catalogue;
  readonly products: ProductListing;
  readonly orders: Orders;
  readonly sales: SalesByDay;
  readonly stockMovements: StockMovements;
  readonly projector: Projector;
  /** Present when this node is one of several. */
  readonly cluster?: InCluster;
  /** Whether nothing has ever happened in this database. */
  isEmpty(): Promise<boolean>;
  /** Takes its share of what the nodes have; one that is alone has it all along. Once, when the doors can be opened. */
  takePart(): void;
}

/**
 * Opens the store, starts the actors of this node and what follows their journals. Disposing closes it all in reverse.
 * Throws `StartRefused` when somebody has to change something first.
 */
export async function openNode(config: Config, { log, metrics, signal }: NodeParts): Promise<Node> {
  await using opened = new AsyncDisposableStack();
  const store = opened.use(await openStore(config, log));
  if (config.nats === undefined) await refuseNewerJournal(store);
  const clock = monotonicClock(await store.now());
  const cache = opened.use(openCache(config, { identity: store.identity, clock, log, metrics }));
  const ids = freshIds();
  const queries = store.reads;

  const projector = opened.use(
    await startProjector({
      store,
      queries,
      projections: [
        projection(projectedProducts, queries),
        projection(projectedStock, queries),
        projection(projectedOrders, queries),
        projection(projectedSales, queries),
      ],
      clock,
      log,
    }),
  );
  const ledger = config.nats === undefined
    ? new PaymentLedger(opened.use(new LedgerFile(`${await dataDir(config)}/payments.jsonl`)))
    : new SharedLedger(queries);
  // Orders would be paid with nothing: whoever runs a real shop must hear of it.
  if (config.production) log.warn("payments_are_simulated");
  const gateway = new SimulatedGateway({ clock, random: Math.random, ledger });

  const runtime: Omit<RuntimeOptions, "node"> = {
    store,
    clock,
    ids,
    random: Math.random,
    log,
    metrics,
    kinds: [cart, customer, order, payment, product, stock],
    activities: new Map([["gateway", paymentActivity(gateway)]]),
    limits: config.limits,
    lanes: config.lanes,
    onCommitted: (events: readonly EventRow[]) => {
      metrics.recorded(events);
      projector.wake(events);
      for (const { address, version } of events) {
        if (kindOf(address) === "product") catalogue.invalidate(idOf(address), version);
      }
      reportStuckPayments(events, { log, metrics });
    },
  };
  const onTaken = (partitions: readonly number[]): void => projector.look(partitions);
  const cluster = config.nats === undefined
    ? undefined
    : opened.use(await startInCluster(config.nats, { runtime, queries, metrics, onTaken, signal }));
  const actors = cluster?.actors ??
    opened.adopt(await startActors({ ...runtime, node: `node_${ids(10)}` }), (alone) => alone.close());
  opened.defer(forgetOldOutcomes({ store, clock, log, windowMs: OUTCOME_WINDOW_MS }));
  const catalogue: Catalogue = new ActorCatalogue({ actors, cache, clock, metrics, ...config.catalogue });

  const closing = opened.move();
  return {
    actors,
    store,
    clock,
    ids,
    cache,
    catalogue,
    products: productListing(queries),
    orders: orderListing(queries),
    sales: salesByDay(queries),
    stockMovements: stockMovements(queries),
    projector,
    ...(cluster === undefined ? {} : { cluster }),
    takePart: () => cluster?.actors.takePart(),
    isEmpty: async () => (await queries.run((sql) => sql`select from event limit 1`)).length === 0,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function openStore({ databaseUrl, dataDir, lanes }: Config, log: Log): Promise<PostgresStore> {
  return databaseUrl === undefined
    ? openEmbeddedStore(dataDir, { log })
    : openPostgresStore(databaseUrl, { commitConnections: lanes });
}

/** A node among others leaves alone what it cannot read; one that is alone could not serve it. */
async function refuseNewerJournal(store: PostgresStore): Promise<void> {
  const newest = Math.max(...(await store.owners()).map(({ journal }) => journal));
  if (newest <= JOURNAL_VERSION) return;
  throw new StartRefused(
    "journal_newer",
    `The journal was written in version ${newest}, of which this program knows nothing: start a newer Vitrine`,
  );
}

async function dataDir({ dataDir }: Config): Promise<string> {
  await Deno.mkdir(dataDir, { recursive: true });
  return dataDir;
}
