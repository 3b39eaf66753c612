import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import { Hono } from "hono";
import { commandTable } from "../../src/edge/commands/command_table.ts";
import { ann, openEdge, problemIn } from "./open_edge.ts";
import { serveStreams } from "./streams/stream_server.ts";

/** What the contract promises, streams apart. */
const CONTRACT = [
  "GET /healthz",
  "GET /readyz",
  "GET /metrics",
  "POST /api/session",
  "POST /api/session/merge",
  "POST /api/stream-tickets",
  "POST /dev/token",
  "GET /api/products",
  "POST /api/carts",
  "POST /api/carts/{id}/items",
  "PATCH /api/carts/{id}/items/{id}",
  "DELETE /api/carts/{id}/items/{id}",
  "GET /api/carts/{id}/view",
  "POST /api/checkouts",
  "GET /api/checkouts/{id}/view",
  "PUT /api/checkouts/{id}/address",
  "PUT /api/checkouts/{id}/payment-method",
  "POST /api/checkouts/{id}/complete",
  "GET /api/account/view",
  "POST /api/v1/orders",
  "POST /api/orders",
  "GET /api/v1/orders",
  "GET /api/v1/orders/{id}",
  ...["pay", "cancel", "accept", "ready", "ship", "deliver", "refund"].map((act) => `POST /api/v1/orders/{id}/${act}`),
  "POST /api/v1/products",
  "GET /api/v1/products/{id}",
  "PATCH /api/v1/products/{id}",
  "DELETE /api/v1/products/{id}",
  "POST /api/v1/products/{id}/stock",
  "GET /api/v1/dead-letters",
  "POST /api/v1/dead-letters/{id}/retry",
  "POST /api/v1/dead-letters/{id}/discard",
];

const edge = await openEdge();

describe("the reference", () => {
  it("has every address of the contract, and describes the bodies that are needed", async () => {
    const { paths } = await (await edge.call("GET /openapi.json")).json();
    const described = Object.entries<Record<string, unknown>>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, "{id}")}`)
    );
    expect(CONTRACT.filter((address) => !described.includes(address))).toEqual([]);
    const { schema } = paths["/api/carts/{cartId}/items"].post.requestBody.content["application/json"];
    expect(Object.keys(schema.properties)).toEqual(["sku", "quantity"]);
    expect(schema.required).toEqual(["sku", "quantity"]);
  });

  it("has every stream that is served, and no other", async () => {
    const { paths } = await (await edge.call("GET /openapi.json")).json();
    await using server = await serveStreams();
    const served = new Set(server.routes.routes.map(({ path }) => path.replaceAll(/:(\w+)/g, "{$1}")));
    const described = Object.keys(paths).filter((path) =>
      !Object.keys(paths[path].get?.responses ?? {}).includes("2XX")
    );
    expect(described.filter((path) => paths[path].get !== undefined).sort()).toEqual([...served].sort());
    expect(paths["/sse/storefront"].get.responses["200"].content).toEqual({ "text/event-stream": {} });
  });

  it("names what stands in the query, and the headers that count", async () => {
    const { paths } = await (await edge.call("GET /openapi.json")).json();
    const named = (path: string, method: string): string[] =>
      paths[path][method].parameters.map(({ in: place, name }: { in: string; name: string }) => `${place} ${name}`);
    expect(named("/api/products", "get")).toEqual(["query q", "query after", "query limit", "header Correlation-Id"]);
    expect(named("/api/v1/orders", "get")).toEqual([
      "query status",
      "query after",
      "query limit",
      "header Correlation-Id",
    ]);
    expect(named("/api/v1/orders/{orderId}/cancel", "post")).toEqual([
      "path orderId",
      "header Idempotency-Key",
      "header If-Match",
      "header Correlation-Id",
    ]);
    expect(named("/api/v1/orders", "post")).not.toContain("header If-Match");
    expect(named("/dev/token", "post")).toEqual(["header Correlation-Id"]);
  });

  it("has an address for every command", () => {
    const served = new Set(edge.routes.map(({ summary }) => summary));
    expect([...commandTable.values()].filter(({ summary }) => !served.has(summary))).toEqual([]);
  });
});

describe("an address", () => {
  it("that does not exist is answered 404 as a problem", async () => {
    for (
      const path of ["/api", "/api/nothing", "/api/carts/", "/API/carts", "/..%2f..%2fetc/passwd", "/%00", "/%ff", "//"]
    ) {
      const response = await edge.call(`GET ${path}`);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await problemIn(response)).toEqual({ status: 404, code: "route_not_found" });
    }
  });

  it("that holds a NUL is answered people with a page, and programs with a problem", async () => {
    const page = { headers: { accept: "text/html,*/*" } };
    for (const path of ["/?q=%00", "/products/%00"]) {
      const response = await edge.app.request(path, page);
      expect([response.status, response.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      expect(await response.text()).toContain("Back to the shop");
    }
    const list = await edge.app.request("/api/products?q=%00", page);
    expect(await problemIn(list)).toEqual({ status: 400, code: "invalid_request" });
  });

  it("that has other methods is answered 405 and says which", async () => {
    const wrong = await edge.call("PUT /api/v1/products/MUG");
    expect(wrong.headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
    expect(await problemIn(wrong)).toEqual({ status: 405, code: "method_not_allowed" });
    expect((await edge.call("GET /api/carts")).headers.get("allow")).toBe("POST");
  });

  it("says which methods it has", async () => {
    const response = await edge.call("OPTIONS /api/v1/orders");
    expect([response.status, response.headers.get("allow")]).toEqual([204, "GET, HEAD, POST"]);
    expect((await edge.call("OPTIONS /api/nothing")).status).toBe(404);
  });

  it("keeps its answers when pages are mounted that take everything", async () => {
    const { app } = await openEdge();
    const pages = new Hono();
    pages.get("*", (c, next) => c.req.header("accept") === "text/html" ? c.html("not here", 404) : next());
    app.route("/", pages);
    expect(await problemIn(await app.request("/api/nothing"))).toEqual({ status: 404, code: "route_not_found" });
    expect((await app.request("/api/carts")).status).toBe(405);
    expect(await (await app.request("/page", { headers: { accept: "text/html" } })).text()).toBe("not here");
  });

  it("answers HEAD like GET, without a body", async () => {
    const response = await edge.call("HEAD /healthz");
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  it("tells browsers that its answers are data, and nobody to keep them", async () => {
    for (const route of ["GET /healthz", "GET /api/nothing", "POST /api/carts"]) {
      const { headers } = await edge.call(route, { as: ann });
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("correlation-id")).toMatch(/^[ab]{26}$/);
    }
  });
});

describe("the process", () => {
  it("says that it is not ready, and why", async () => {
    const ailing = await openEdge({ ready: () => ({ ok: false, reasons: ["the store does not answer"] }) });
    const response = await ailing.call("GET /readyz");
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await response.json()).toEqual({ status: "not_ready", reasons: ["the store does not answer"] });
    expect((await ailing.call("GET /healthz")).status).toBe(200);
    expect((await edge.call("GET /readyz")).status).toBe(200);
  });

  it("tells Prometheus what it counts", async () => {
    const response = await edge.call("GET /metrics");
    expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    expect(await response.text()).toBe("vitrine_up 1\n");
  });
});

describe("another site's page", () => {
  it("may read answers when it is allowed to, and only then", async () => {
    const partners = await openEdge({ env: { ALLOWED_ORIGINS: "https://partner.example" } });
    const asked = (origin: string, route = "GET /healthz"): Promise<Response> =>
      partners.call(route, { headers: { origin } });
    const { headers } = await asked("https://partner.example");
    expect(headers.get("access-control-allow-origin")).toBe("https://partner.example");
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("vary")).toBe("origin");
    expect((await asked("https://partner.example", "OPTIONS /api/carts")).headers.get("access-control-allow-methods"))
      .toContain("POST");
    for (const origin of ["https://evil.example", "null", "https://partner.example.evil.example"]) {
      expect((await asked(origin)).headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
