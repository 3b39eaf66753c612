import { Hono } from "hono";
import type { ModuleGraph } from "./client_modules.ts";
import { productPicture } from "./picture.ts";
import { FOR_EVER, serve, type ServedText } from "./served_text.ts";

const PICTURE = /^(.{1,64})\.svg$/;
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2f5d50"/>' +
  '<path d="M8 9l8 15 8-15" fill="none" stroke="#f7f1e6" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>';

interface Assets {
  readonly modules: ModuleGraph;
  readonly style: ServedText;
}

/** Style, modules and pictures. */
export function assetRoutes({ modules, style }: Assets): Hono {
  const app = new Hono();
  app.get("/assets/style.css", (c) => serve(style, { ifNoneMatch: c.req.header("if-none-match") }));
  app.get("/assets/icon.svg", () => svg(ICON));
  app.get("/favicon.ico", (c) => c.redirect("/assets/icon.svg", 301));
  app.get("/client/:build/:file{.+}", (c) => {
    const module = modules.modules.get(c.req.param("file"));
    if (module === undefined) return c.notFound();
    // While a new version is rolled out, pages of one node may ask another for modules of another build.
    const forEver = c.req.param("build") === modules.build;
    return serve(module, { ifNoneMatch: c.req.header("if-none-match"), forEver });
  });
  app.get("/images/products/:file", (c) => {
    const sku = PICTURE.exec(c.req.param("file"))?.[1];
    return sku === undefined ? c.notFound() : svg(productPicture(sku));
  });
  return app;
}

function svg(text: string): Response {
  return new Response(text, {
    headers: {
      "cache-control": FOR_EVER,
      "content-security-policy": "default-src 'none'",
      "content-type": "image/svg+xml",
      "x-content-type-options": "nosniff",
    },
  });
}
