import type { MiddlewareHandler } from "hono";
import type { Ids } from "../../actors/runtime/ports.ts";
import type { EdgeEnv } from "./edge_env.ts";
import { EdgeError, invalid } from "./edge_error.ts";
import { problemOf, problemResponse } from "./problem.ts";
import { isPageRequest } from "./page_request.ts";
import { traceOf } from "./request_headers.ts";

export interface EntranceOptions {
  readonly ids: Ids;
  /** Other sites whose pages may call. */
  readonly allowedOrigins: readonly string[];
}

const ALLOWED_HEADERS =
  "authorization, content-type, correlation-id, idempotency-key, if-match, last-event-id, traceparent";
const EXPOSED_HEADERS = "command-id, correlation-id, etag, idempotent-replayed, retry-after";

/**
 * What every request passes, whatever answers it: its correlation id, and leave for other origins to read the answer. A
 * NUL in its address stops here, since PostgreSQL fails on any it is given.
 */
export function entrance({ ids, allowedOrigins }: EntranceOptions): MiddlewareHandler<EdgeEnv> {
  return async (c, next) => {
    const trace = traceOf(c.req.raw.headers, ids);
    c.set("trace", trace);
    const origin = allowedOrigins.length === 0 ? undefined : c.req.header("origin");
    const isAllowed = origin !== undefined && allowedOrigins.includes(origin);
    if (isAllowed && c.req.method === "OPTIONS") {
      c.res = preflight();
    } else if (c.req.raw.url.includes("%00")) {
      c.res = isPageRequest(c.req.raw) ? noPage() : problemResponse(problemOf(holdingNul(c.req.raw.url)));
    } else {
      await next();
    }
    // A WebSocket's answer is not ours to change. Hono's own `c.header` would copy the whole response.
    if (c.res.status === 101) return;
    const { headers } = c.res;
    headers.set("correlation-id", trace.correlationId);
    if (!isAllowed) return;
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-credentials", "true");
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
    headers.append("vary", "origin");
  };
}

function holdingNul(url: string): EdgeError {
  const isInPath = new URL(url).pathname.includes("%00");
  return isInPath ? new EdgeError("route_not_found") : invalid("", "No text in an address holds a NUL");
}

/** For people, before any page of the shop is asked. */
function noPage(): Response {
  const headers = {
    "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
  };
  const page = '<!doctype html><html lang="en-GB"><meta name="viewport" content="width=device-width">' +
    '<title>Not here · Vitrine</title><link rel="stylesheet" href="/assets/style.css"><main class="message">' +
    '<h1>Not here</h1><p class="lead">No page has such an address.</p>' +
    '<a class="button" href="/">Back to the shop</a></main>';
  return new Response(page, { status: 404, headers: { ...headers, "content-type": "text/html; charset=utf-8" } });
}

function preflight(): Response {
  const headers = {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": "600",
  };
  return new Response(null, { status: 204, headers });
}
