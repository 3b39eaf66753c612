import { describe, it } from "@std/testing/bdd";
import { expect } from "@std/expect";
import type { Hono } from "hono";
import { EdgeError } from "../../src/edge/edge_error.ts";
import { ActorError } from "../../actors/runtime/errors.ts";
import { money } from "../../machines/money.ts";
import { storefront, type StorefrontDeps } from "../../src/web/storefront.tsx";
import type { ListedProduct } from "../../src/edge/ports.ts";

const HTML = { headers: { accept: "text/html" } };

function listedProduct(more: Partial<ListedProduct> = {}): ListedProduct {
  const imageUrl = "/images/products/MUG-OAT.svg";
  return { sku: "MUG-OAT", name: "Oat mug", price: money(1450, "GBP"), imageUrl, available: 12, ...more };
}

function pages(deps: Partial<StorefrontDeps> = {}): Promise<Hono> {
  return storefront({
    door: { admitAnybody: () => Promise.resolve() },
    products: { search: () => Promise.resolve({ items: [listedProduct()], next: null }) },
    actors: { read: () => Promise.reject(new ActorError("not_readable", "release", "Cannot read: there is none")) },
    customerOf: () => Promise.resolve(undefined),
    log: { warn: () => {}, error: () => {} },
    ...deps,
  });
}

async function text(app: Hono, path: string, init: RequestInit = HTML): Promise<string> {
  return await (await app.request(path, init)).text();
}

describe("the storefront", () => {
  it("shows products with price and stock, and searches without scripts", async () => {
    const asked: unknown[] = [];
    const search = (query: unknown): Promise<{ items: ListedProduct[]; next: null }> => {
      asked.push(query);
      return Promise.resolve({ items: [listedProduct({ available: 3 })], next: null });
    };
    const html = await text(await pages({ products: { search } }), "/?q=mug");
    expect(asked).toEqual([{ q: "mug", after: undefined, limit: 100 }]);
    expect(html).toMatch(/<form[^>]*action="\/"[^>]*method="get"/);
    for (const words of ["Oat mug", "£14.50", "Only 3 left", 'value="mug"']) expect(html).toContain(words);
  });

  it("never lets a name or a query become markup", async () => {
    const evil = `"><script>alert(1)</script>`;
    const app = await pages({
      products: { search: () => Promise.resolve({ items: [listedProduct({ name: evil })], next: evil }) },
    });
    expect(await text(app, `/?q=${encodeURIComponent(evil)}`)).not.toContain("<script>alert");
    expect(await text(app, `/orders/${encodeURIComponent(evil)}`)).not.toContain("<script>alert");
  });

  it("shows the rest of the page when the list of products is not to be had", async () => {
    const app = await pages({ products: { search: () => Promise.reject(new Error("down")) } });
    const response = await app.request("/", HTML);
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain("Temporarily unavailable");
    expect(html).toContain("data-drawer");
  });

  it("leads on with the API's own cursor, and reads it back", async () => {
    const asked: unknown[] = [];
    const search = (
      { after }: { readonly after?: string },
    ): Promise<{ items: ListedProduct[]; next: string | null }> => {
      asked.push(after);
      return Promise.resolve({ items: [listedProduct()], next: after === undefined ? "after oat" : null });
    };
    const app = await pages({ products: { search } });
    const [, href = ""] = /href="([^"]+)" data-more-products/.exec(await text(app, "/")) ?? [];
    const html = await text(app, href);
    expect(asked).toEqual([undefined, "after oat"]);
    expect(html).toContain(`data-after="${new URLSearchParams(href.slice(2)).get("after")}"`);
    expect(html).toContain("<title>More things · Vitrine</title>");
  });

  it("knows no page after what nobody was given", async () => {
    for (const path of ["/?after=garbage", "/fragments/products?after=p.%21"]) {
      const response = await (await pages()).request(path, HTML);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).toContain("Not here");
    }
  });

  it("praises no shelf that is empty", async () => {
    const app = await pages({ products: { search: () => Promise.resolve({ items: [], next: null }) } });
    const html = await text(app, "/");
    expect(html).toContain("Small things that make");
    expect(html).not.toMatch(/on the shelf|hero-pictures/);
  });

  it("says on the page whose it is, and lets no shared cache keep it", async () => {
    const app = await pages({ customerOf: () => Promise.resolve("gst_ann") });
    const response = await app.request("/", HTML);
    expect(await response.text()).toContain('data-customer="gst_ann"');
    expect(response.headers.get("cache-control")).toContain("private");
  });

  it("allows no script and no style that is not a file of ours, and contains none", async () => {
    const app = await pages();
    for (const path of ["/", "/cart", "/checkout", "/account", "/orders/ord_1", "/track/trk_1", "/nowhere"]) {
      const response = await app.request(path, HTML);
      const html = await response.text();
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:/i);
      expect(html).toMatch(/^<!doctype html>/);
    }
  });

  it("answers pages that do not exist with a page, and everything else not at all", async () => {
    const app = await pages();
    const missing = await app.request("/nowhere", HTML);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain("Back to the shop");
    expect((await app.request("/products/NOPE", HTML)).status).toBe(404);
    for (const [path, accept] of [["/api/nowhere", "text/html"], ["/nowhere", "application/json"]] as const) {
      expect(await text(app, path, { headers: { accept } })).not.toContain("<html");
    }
  });

  it("has a heading on the pages of orders and parcels that are not there", async () => {
    const app = await pages();
    for (const path of ["/orders/nope", "/track/nope"]) {
      expect(await text(app, path)).toMatch(/<div data-part="empty"[^>]*><h1[^>]*>Not found</);
    }
  });

  it("says so in a page when somebody asks for too many", async () => {
    const app = await pages({
      door: { admitAnybody: () => Promise.reject(new EdgeError("rate_limited", { retryAfterMs: 1000 })) },
    });
    for (const path of ["/", "/products/MUG-OAT", "/fragments/products"]) {
      const response = await app.request(path, HTML);
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
      expect(await response.text()).toContain("One moment");
    }
    expect(await text(app, "/?q=mug&after=p.eA")).toContain('href="/?q=mug&amp;after=p.eA"');
    expect((await app.request("/cart", HTML)).status).toBe(200);
  });

  it("shows a page, not a stack, when something breaks", async () => {
    const logged: unknown[] = [];
    const app = await pages({
      actors: { read: () => Promise.reject(new Error("secret detail")) },
      log: { warn: () => {}, error: (event) => void logged.push(event) },
    });
    const response = await app.request("/products/MUG-OAT", HTML);
    const html = await response.text();
    expect([response.status, logged]).toEqual([500, ["page_failed"]]);
    expect(html).toContain("Temporarily unavailable");
    expect(html).not.toContain("secret detail");
  });

  it("serves every module that the pages name as JavaScript, with a tag to ask again with", async () => {
    const app = await pages();
    const html = await text(app, "/");
    const paths = [...html.matchAll(/(?:modulepreload" href|module" src)="([^"]+)"/g)].map(([, path]) => path ?? "");
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      const response = await app.request(path);
      const source = await response.text();
      expect(response.headers.get("content-type")).toContain("text/javascript");
      expect(response.headers.get("cache-control")).toContain("immutable");
      expect(source).not.toMatch(/^\s*(interface|type) \w+/m);
      const known = await app.request(path, { headers: { "if-none-match": response.headers.get("etag") ?? "" } });
      expect(known.status).toBe(304);
      for (const [, imported = ""] of source.matchAll(/from\s*"(\.[^"]+)"/g)) {
        expect(paths).toContain(new URL(imported, `http://shop${path}`).pathname);
      }
    }
  });

  it("serves modules of another build without letting anybody keep them", async () => {
    const response = await (await pages()).request("/client/0123456789/src/client/start.ts");
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-cache"]);
    for (const file of ["src/server.ts", "..%2f..%2fdeno.json", "deno.json"]) {
      expect((await (await pages()).request(`/client/0123456789/${file}`)).status).toBe(404);
    }
  });

  it("serves pictures that may be kept for ever", async () => {
    const app = await pages();
    const response = await app.request("/images/products/MUG-OAT.svg");
    expect(response.headers.get("cache-control")).toContain("immutable");
    expect(response.headers.get("content-type")).toBe("image/svg+xml");
    expect(await response.text()).toMatch(/^<svg /);
    expect((await app.request("/images/products/MUG-OAT.png")).status).toBe(404);
  });
});
