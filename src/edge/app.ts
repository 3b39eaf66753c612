import { Hono } from "hono";
import type { Actors } from "../../actors/runtime/actors.ts";
import type { Clock, Ids, Log, Store } from "../../actors/runtime/ports.ts";
import type { Cache } from "../cache/cache.ts";
import type { Config } from "../config.ts";
import type { Catalogue } from "./catalogue.ts";
import { CommandScopes } from "./commands/command_scopes.ts";
import { commandRunner, type RunCommand } from "./commands/run_command.ts";
import { Deadlines } from "./deadlines.ts";
import { Door } from "./door.ts";
import type { EdgeEnv } from "./edge_env.ts";
import { entrance } from "./entrance.ts";
import type { Identity } from "./identity/identity.ts";
import type { EdgeMetrics, OrderListing, ProductListing, Projector, Ready } from "./ports.ts";
import { problemOf, problemResponse } from "./problem.ts";
import type { RateLimit } from "./rate_limit.ts";
import { accountRoutes } from "./routes/account_routes.ts";
import { cartViewRoutes } from "./routes/cart_view_routes.ts";
import { checkoutViewRoutes } from "./routes/checkout_view_routes.ts";
import { commandRoutes } from "./routes/command_routes.ts";
import { deadLetterRoutes } from "./routes/dead_letter_routes.ts";
import { healthRoutes } from "./routes/health_routes.ts";
import { openApiRoute } from "./routes/openapi_route.ts";
import { orderRoutes } from "./routes/order_routes.ts";
import { productRoutes } from "./routes/product_routes.ts";
import type { Route } from "./routes/route.ts";
import { schemaRoutes } from "./routes/schema_routes.ts";
import { sessionRoutes } from "./routes/session_routes.ts";
import { unrouted } from "./unrouted.ts";

export interface EdgeDeps {
  readonly actors: Pick<Actors, "ask" | "read">;
  readonly store: Pick<Store, "identity" | "events" | "personal" | "deadLetters" | "takeDeadLetter">;
  readonly cache: Cache;
  readonly catalogue: Catalogue;
  readonly products: ProductListing;
  readonly orders: OrderListing;
  readonly projector: Projector;
  readonly identity: Identity;
  readonly rateLimit: RateLimit;
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: EdgeMetrics;
  readonly ready: Ready;
}

export interface Edge {
  /** Serve `app.fetch`. Streams and pages are mounted on it: `app.route("/", …)`. */
  readonly app: Hono<EdgeEnv>;
  /** Every address of the API. */
  readonly routes: readonly Route[];
  /** For other transports. */
  readonly runCommand: RunCommand;
  /** For pages. */
  readonly door: Pick<Door, "admitAnybody">;
}

/** The HTTP API, streams apart. */
export function edgeApp(deps: EdgeDeps): Edge {
  const { config, log } = deps;
  const scopes = new CommandScopes(deps.store.identity.secret);
  const door = new Door({ identity: deps.identity, rateLimit: deps.rateLimit, trustProxy: config.trustProxy });
  const runCommand = commandRunner({ ...deps, scopes });
  const routes = routesOf(deps, { runCommand, scopes, door });

  const app = new Hono<EdgeEnv>();
  app.use(entrance({ ids: deps.ids, allowedOrigins: config.allowedOrigins }));
  for (const { method, path, handle } of routes) app.on(method, path, handle);
  app.notFound(unrouted(app));
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (problem.status === 500) log.error("request_failed", { ...c.get("trace"), path: c.req.path, error });
    else if (error.cause !== undefined && problem.status === 503) log.warn("request_not_served", { error });
    return problemResponse(problem);
  });
  return { app, routes, runCommand, door };
}

interface Shared {
  readonly runCommand: RunCommand;
  readonly scopes: CommandScopes;
  readonly door: Door;
}

function routesOf(deps: EdgeDeps, shared: Shared): readonly Route[] {
  const { config, clock, store } = deps;
  const parts = {
    ...deps,
    ...shared,
    body: new Deadlines({ clock, timeoutMs: config.bodyTimeoutMs }),
    timeoutMs: config.sectionTimeoutMs,
    partitions: store.identity.partitions,
  };
  const routes = [
    ...sessionRoutes(parts),
    ...commandRoutes(parts),
    ...cartViewRoutes(parts),
    ...checkoutViewRoutes(parts),
    ...accountRoutes(parts),
    ...orderRoutes(parts),
    ...productRoutes(parts),
    ...deadLetterRoutes(parts),
    ...schemaRoutes(parts),
    ...healthRoutes(parts),
  ];
  return [...routes, openApiRoute(routes)];
}
