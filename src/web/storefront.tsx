import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { Actors } from "../../actors/runtime/actors.ts";
import type { Log } from "../../actors/runtime/ports.ts";
import { readAfter } from "../edge/after.ts";
import type { Door } from "../edge/door.ts";
import type { StreamEnv } from "../edge/streams/client_address.ts";
import { EdgeError } from "../edge/edge_error.ts";
import { isPageRequest } from "../edge/page_request.ts";
import type { ProductListing } from "../edge/ports.ts";
import { AccountPage } from "./account_page.tsx";
import { assetRoutes } from "./asset_routes.ts";
import { CartPage } from "./cart_page.tsx";
import { CheckoutPage } from "./checkout_page.tsx";
import { type ModuleGraph, readModules } from "./client_modules.ts";
import { HomePage } from "./home_page.tsx";
import { MessagePage } from "./message_page.tsx";
import { OrderPage, TrackingPage } from "./order_page.tsx";
import type { PageFrame } from "./page.tsx";
import { PAGE_HEADERS } from "./page_headers.ts";
import { productDetail } from "./product_detail.ts";
import { type Found, ProductGrid } from "./product_grid.tsx";
import { ProductPage } from "./product_page.tsx";
import { readStylesheet } from "./stylesheet.ts";

export interface StorefrontDeps {
  readonly products: ProductListing;
  readonly actors: Pick<Actors, "read">;
  /** Counts who asks for pages that cost something. */
  readonly door: Pick<Door, "admitAnybody">;
  /** The customer that a request's cookie names; undefined when there is none that counts. Must not reject. */
  readonly customerOf: (request: Request) => Promise<string | undefined>;
  readonly log: Pick<Log, "warn" | "error">;
  /** What is shown counts as out of date after this long without the shop; 30 minutes when absent. */
  readonly staleAfterMs?: number;
}

const STALE_AFTER_MS = 30 * 60_000;
const PRODUCTS_PER_PAGE = 100;
const MAX_QUERY = 100;

/**
 * The pages a customer uses, to be mounted at `/` after everything else: it answers whatever page nobody else has.
 * Reads its style sheets and modules from the disk once.
 */
export async function storefront(deps: StorefrontDeps): Promise<Hono> {
  const [modules, style] = await Promise.all([readModules(), readStylesheet()]);
  const app = new Hono();
  app.route("/", assetRoutes({ modules, style }));
  app.route("/", pageRoutes(deps, modules));
  return app;
}

function pageRoutes(deps: StorefrontDeps, modules: ModuleGraph): Hono<StreamEnv> {
  const app = new Hono<StreamEnv>();
  const show = async (c: Context, page: (frame: PageFrame) => JSX.Element, status: 200 | 404 | 429 | 500 = 200) => {
    const customerId = await deps.customerOf(c.req.raw);
    const frame = { customerId, staleAfterMs: deps.staleAfterMs ?? STALE_AFTER_MS, modules };
    return c.html(page(frame), status, PAGE_HEADERS);
  };
  const notFound = (c: Context): Promise<Response> =>
    show(
      c,
      (frame) => <MessagePage frame={frame} title="Not here" words="This page does not exist, or not any more." />,
      404,
    );

  const counted: MiddlewareHandler<StreamEnv> = async (c, next) => {
    await deps.door.admitAnybody(c);
    await next();
  };
  app.get("/", counted, async (c) => {
    const found = await find(c, deps);
    return show(c, (frame) => <HomePage frame={frame} found={found} />);
  });
  app.get(
    "/fragments/products",
    counted,
    async (c) => c.html(<ProductGrid found={await find(c, deps)} />, 200, PAGE_HEADERS),
  );
  app.get("/products/:sku", counted, async (c) => {
    const product = await productDetail(c.req.param("sku"), deps.actors);
    if (product === undefined) return notFound(c);
    return show(c, (frame) => <ProductPage frame={frame} product={product} />);
  });
  app.get("/cart", (c) => show(c, (frame) => <CartPage frame={frame} />));
  app.get("/checkout", (c) => show(c, (frame) => <CheckoutPage frame={frame} />));
  app.get("/account", (c) => show(c, (frame) => <AccountPage frame={frame} />));
  app.get("/orders/:orderId", (c) => show(c, (frame) => <OrderPage frame={frame} orderId={c.req.param("orderId")} />));
  app.get(
    "/track/:trackingId",
    (c) => show(c, (frame) => <TrackingPage frame={frame} trackingId={c.req.param("trackingId")} />),
  );
  app.get("*", (c, next) => isPageRequest(c.req.raw) ? notFound(c) : next());

  app.onError((error, c) => {
    const { pathname, search } = new URL(c.req.url);
    const retry = pathname + search;
    // An address that nobody was given is no outage.
    if (error instanceof EdgeError && error.code === "invalid_request") return notFound(c);
    if (error instanceof EdgeError && error.code === "rate_limited") {
      const words = "You are asking for a lot of pages. In a moment you can go on.";
      c.header("retry-after", "1");
      return show(c, (frame) => <MessagePage frame={frame} title="One moment" words={words} retry={retry} />, 429);
    }
    deps.log.error("page_failed", { path: c.req.path, error });
    return show(c, (frame) => (
      <MessagePage
        frame={frame}
        title="Temporarily unavailable"
        words="We cannot show this page right now. Nothing has happened to your cart or your orders."
        retry={retry}
      />
    ), 500);
  });
  return app;
}

/** The rest of the page is worth having when the list of products is not to be had. */
async function find(c: Context, { products, log }: StorefrontDeps): Promise<Found> {
  const q = (c.req.query("q") ?? "").trim().slice(0, MAX_QUERY);
  const cursor = c.req.query("after");
  const wanted = readAfter(cursor);
  const place = wanted.kind === "page" ? wanted.place : undefined;
  const found = { q, ...(place !== undefined && { after: cursor }) };
  try {
    return {
      ...found,
      page: await products.search({ ...(q !== "" && { q }), after: place, limit: PRODUCTS_PER_PAGE }),
    };
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    log.warn("product_list_unavailable", { error });
    return found;
  }
}
