import { type Context, Hono } from "hono";
import { money } from "../../machines/money.ts";
import { pageCursor, readAfter } from "../../src/edge/after.ts";
import type { FakeCart, FakeProduct, FakeShop } from "./fake_shop.ts";

const STEPS: Readonly<Record<string, string>> = {
  accept: "ACCEPTED",
  ready: "READY",
  ship: "SHIPPED",
  deliver: "DELIVERED",
  cancel: "CANCELED",
};

/** The part of the contract that the storefront uses, without any of its strictness. */
export function fakeApi(shop: FakeShop): Hono {
  const app = new Hono();
  const cartOf = (c: Context): FakeCart | undefined => {
    const cart = shop.carts.get(c.req.param("cartId") ?? `crt_${c.req.param("checkoutId")?.slice(4)}`);
    return cart?.customerId === customerIn(c) ? cart : undefined;
  };

  app.use("/api/*", async (c, next) => {
    const isOpen = /^\/api\/(session|products|changes|v1\/products\/.+)$/.test(c.req.path);
    return isOpen || customerIn(c) !== undefined ? await next() : problem(c, 401, "unauthenticated");
  });
  app.post("/api/session", (c) => {
    const customerId = shop.newGuest();
    c.header("set-cookie", `vitrine_session=${customerId}; Path=/; HttpOnly; SameSite=Lax`);
    return c.json({ token: customerId, customerId, expiresAt: new Date(Date.now() + 8.64e7).toISOString() }, 201);
  });
  app.post("/dev/token", async (c) => c.json({ token: (await c.req.json()).sub }));

  app.get("/api/products", (c) => {
    const after = readAfter(c.req.query("after"));
    const place = after.kind === "page" ? after.place : undefined;
    const { items, next } = searched(shop, { q: c.req.query("q"), after: place });
    return c.json({ items, next: pageCursor(next) });
  });
  app.get("/api/v1/products/:sku", (c) => {
    const product = shop.product(c.req.param("sku"));
    return product === undefined ? problem(c, 404, "not_found") : c.json(listed(product));
  });
  app.post("/api/carts", (c) => c.json(shop.cartView(shop.openCart(customerIn(c) ?? "", keyIn(c))), 201));
  app.get("/api/carts/:customerId/view", (c) => {
    if (c.req.param("customerId") !== customerIn(c)) return problem(c, 404, "not_found");
    const cart = shop.cartOf(customerIn(c) ?? "");
    return c.json({ cart: section(cart === undefined ? null : shop.cartView(cart)) });
  });
  app.post("/api/carts/:cartId/items", async (c) => {
    const cart = cartOf(c);
    if (cart === undefined) return problem(c, 404, "not_found");
    if (cart.status === "checked_out") return problem(c, 409, "cart_is_closed", { orderId: cart.orderId });
    const { sku, quantity } = await c.req.json();
    if (quantity > 10_000) return problem(c, 409, "quantity_too_large");
    return shop.add(cart, { sku, quantity, commandId: keyIn(c) })
      ? c.json(shop.cartView(cart))
      : problem(c, 404, "product_is_missing");
  });
  app.on(["PATCH", "DELETE"], "/api/carts/:cartId/items/:sku", async (c) => {
    const cart = cartOf(c);
    if (cart === undefined) return problem(c, 404, "not_found");
    const quantity = c.req.method === "DELETE" ? 0 : (await c.req.json()).quantity;
    const changed = shop.setQuantity(cart, { sku: c.req.param("sku"), quantity, commandId: keyIn(c) });
    return changed ? c.json(shop.cartView(cart)) : problem(c, 404, "line_is_missing");
  });

  app.post("/api/checkouts", async (c) => {
    const cart = shop.carts.get((await c.req.json()).cartId);
    if (cart === undefined) return problem(c, 404, "not_found");
    shop.beginCheckout(cart, keyIn(c));
    return c.json(shop.cartView(cart), 201);
  });
  app.get("/api/checkouts/:checkoutId/view", (c) => {
    const cart = cartOf(c);
    if (cart === undefined) return problem(c, 404, "not_found");
    const methods = [{ method: "card", chosen: false }, { method: "invoice", chosen: false }];
    const addresses = cart.address === undefined ? [] : [cart.address];
    return c.json({
      cart: section(shop.cartView(cart)),
      addresses: section(addresses),
      paymentMethods: section(methods),
    });
  });
  app.put("/api/checkouts/:checkoutId/:what", async (c) => {
    const cart = cartOf(c);
    if (cart === undefined) return problem(c, 404, "not_found");
    const body = await c.req.json();
    if (c.req.param("what") === "address") cart.address = body;
    else cart.paymentMethod = body.method;
    return c.json(shop.cartView(cart));
  });
  app.post("/api/checkouts/:checkoutId/complete", (c) => {
    const cart = cartOf(c);
    if (cart === undefined) return problem(c, 404, "not_found");
    if (cart.status === "checked_out") return problem(c, 409, "cart_is_closed", { orderId: cart.orderId });
    return c.json(shop.orderView(shop.complete(cart, keyIn(c))), 201);
  });

  app.get("/api/v1/orders/:orderId", (c) => {
    const order = shop.orders.get(c.req.param("orderId"));
    if (order?.customerId !== customerIn(c) || order === undefined) return problem(c, 404, "not_found");
    return c.json(shop.orderView(order));
  });
  app.post("/api/v1/orders/:orderId/:action", async (c) => {
    const order = shop.orders.get(c.req.param("orderId"));
    const status = STEPS[c.req.param("action")];
    if (order === undefined || status === undefined) return problem(c, 404, "not_found");
    if (status === "SHIPPED") {
      const { carrier, trackingNumber } = await c.req.json();
      order.shipment = { carrier, trackingNumber, status };
    }
    shop.move(order, status, keyIn(c));
    return c.json(shop.orderView(order));
  });
  app.get("/api/account/view", (c) => {
    const customerId = customerIn(c) ?? "";
    const orders = [...shop.orders.values()].filter((order) => order.customerId === customerId).reverse();
    return c.json({
      orders: section(orders.map((order) => shop.orderView(order))),
      profile: section({ customerId, guest: true }),
    });
  });
  return app;
}

/** The token is the customer's id: nobody here is an enemy. */
export function customerIn(c: Context): string | undefined {
  const bearer = c.req.header("authorization")?.replace("Bearer ", "");
  return bearer ?? customerInCookie(c.req.raw);
}

export function customerInCookie(request: Request): string | undefined {
  return /vitrine_session=([\w]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
}

/** One page of the list; a place is the number of products before it. */
export function searched(
  { products, pageSize }: FakeShop,
  { q = "", after = "0" }: { readonly q?: string; readonly after?: string },
): { readonly items: readonly ReturnType<typeof listed>[]; readonly next: string | null } {
  const found = products.filter(({ name, sku, category }) =>
    `${name} ${sku} ${category}`.toLowerCase().includes(q.toLowerCase())
  );
  const end = Number(after) + pageSize;
  return { items: found.slice(Number(after), end).map(listed), next: end < found.length ? String(end) : null };
}

function listed({ sku, name, category, priceMinor, available }: FakeProduct): {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly price: ReturnType<typeof money>;
  readonly imageUrl: string;
  readonly available: number;
} {
  const imageUrl = `/images/products/${encodeURIComponent(sku)}.svg`;
  return { sku, name, category, price: money(priceMinor, "GBP"), imageUrl, available };
}

function section(data: unknown): Readonly<Record<string, unknown>> {
  return { status: "ok", asOf: new Date().toISOString(), data };
}

function keyIn(c: Context): string {
  return c.req.header("idempotency-key") ?? crypto.randomUUID();
}

function problem(c: Context, status: 401 | 404 | 409, code: string, details: object = {}): Response {
  return c.json({ title: code, status, code, ...details }, status, { "content-type": "application/problem+json" });
}
