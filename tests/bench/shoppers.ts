import { jsonRequest } from "./http_load.ts";

export interface Shopper {
  readonly token: string;
  readonly customerId: string;
  readonly cartId: string;
}

/** Guests with an open cart each, made over the API like any browser's. */
export function shoppers(baseUrl: string, count: number): Promise<Shopper[]> {
  return Promise.all(Array.from({ length: count }, () => shopper(baseUrl)));
}

async function shopper(baseUrl: string): Promise<Shopper> {
  const session = await post(`${baseUrl}/api/session`);
  const token = String(session.token);
  const cart = await post(`${baseUrl}/api/carts`, { token });
  return { token, customerId: String(session.customerId), cartId: String(cart.cartId) };
}

/** Puts one product into a shopper's cart under a key of its own. */
export function addToCart(
  { token, cartId }: Shopper,
  { sku, key }: { readonly sku: string; readonly key: string },
): Uint8Array {
  return jsonRequest("POST", `/api/carts/${cartId}/items`, {
    headers: [`authorization: Bearer ${token}`, `idempotency-key: ${key}`],
    body: { sku, quantity: 1 },
  });
}

/** Orders one product at once, to be paid later. */
export function createOrder(
  { token }: Shopper,
  { sku, key }: { readonly sku: string; readonly key: string },
): Uint8Array {
  return jsonRequest("POST", "/api/v1/orders", {
    headers: [`authorization: Bearer ${token}`, `idempotency-key: ${key}`],
    body: { items: [{ sku, quantity: 1 }] },
  });
}

/** The same request as `addToCart`, for the bare route. */
export function bareItem(token: string, sku: string): Uint8Array {
  return jsonRequest("POST", "/api/carts/somebody/items", {
    headers: [`authorization: Bearer ${token}`],
    body: { sku, quantity: 1 },
  });
}

/** Lists a product with enough of it on the shelf, as an admin does. */
export async function putOnSale(
  baseUrl: string,
  { sku, quantity }: { readonly sku: string; readonly quantity: number },
): Promise<void> {
  const { token } = await post(`${baseUrl}/dev/token`, { body: { sub: "bench", roles: ["admin"] } });
  const price = { minor: 1250, currency: "GBP" };
  await post(`${baseUrl}/api/v1/products`, {
    token: String(token),
    body: { sku, name: "Bench mug", price, stock: quantity },
  });
}

async function post(
  url: string,
  { token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<Record<string, unknown>> {
  const headers = new Headers({ "idempotency-key": crypto.randomUUID() });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Cannot prepare the bench: ${url} answered ${response.status}`);
  return await response.json();
}
