import { Hono } from "hono";
import { changes, type ChangesDeps } from "./changes.ts";
import type { StreamEnv } from "./client_address.ts";
import { eventStream, type EventStreamDeps } from "./event_stream.ts";
import { socketStream, type SocketStreamDeps } from "./socket_stream.ts";

export type StreamRoutesDeps = ChangesDeps & EventStreamDeps & SocketStreamDeps;

/**
 * Every stream by its address. Mount it where nothing rewrites responses afterwards: an upgrade's must leave as it is.
 */
export function streamRoutes(deps: StreamRoutesDeps): Hono<StreamEnv> {
  const app = new Hono<StreamEnv>();
  app.get("/sse/storefront", (c) => eventStream(c, { kind: "customer" }, deps));
  app.get("/sse/flash-sales", (c) => eventStream(c, { kind: "flash_sales" }, deps));
  app.get(
    "/sse/stores/:storeId/orders",
    (c) => eventStream(c, { kind: "store", storeId: c.req.param("storeId") }, deps),
  );
  for (const path of ["/api/v1/orders/:id/events", "/orders/:id/events"] as const) {
    app.get(path, (c) => eventStream(c, { kind: "order", orderId: c.req.param("id") }, deps));
  }
  app.get(
    "/track/:trackingId/events",
    (c) => eventStream(c, { kind: "track", trackingId: c.req.param("trackingId") }, deps),
  );
  for (const path of ["/ws", "/ws/orders"]) app.get(path, (c) => socketStream(c, deps));
  app.get("/api/changes", (c) => changes(c, deps));
  return app;
}
