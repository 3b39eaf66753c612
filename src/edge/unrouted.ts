import type { Hono } from "hono";
import type { EdgeContext, EdgeEnv } from "./edge_env.ts";
import { EdgeError } from "./edge_error.ts";
import { problemOf, problemResponse } from "./problem.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Answers what no route took: an address that has other methods, or none at all. */
export function unrouted(app: Hono<EdgeEnv>): (c: EdgeContext) => Response {
  return (c) => {
    const allow = allowedMethods(app, c.req.path);
    if (allow.length === 0) return problemResponse(problemOf(new EdgeError("route_not_found")));
    if (c.req.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow: allow.join(", ") } });
    return problemResponse(problemOf(new EdgeError("method_not_allowed", { allow })));
  };
}

function allowedMethods(app: Hono<EdgeEnv>, path: string): readonly string[] {
  const allowed = METHODS.filter((method) => hasRoute(app, { method, path }));
  return allowed.includes("GET") ? ["GET", "HEAD", ...allowed.slice(1)] : allowed;
}

/** Whether something is meant for this very address: what matches everything, such as a page's "not found", is not. */
function hasRoute(app: Hono<EdgeEnv>, { method, path }: { readonly method: string; readonly path: string }): boolean {
  const [matches] = app.router.match(method, path);
  return matches.some(([[, route]]) => route.method === method && !route.path.endsWith("*"));
}
