import { z } from "zod";
import type { StockEvent } from "../../machines/stock/messages.ts";
import { publishedEvent, type Tellings } from "./published_event.ts";

/** Every one says how many can still be reserved after it. */
const shelf = { sku: z.string(), available: z.int() };
const orderId = z.string();
const quantity = z.int();

const adjusted = publishedEvent("ecommerce.inventory.stock.adjusted.v1", {
  summary: "The shelf was counted anew: a delivery or a correction.",
  payload: z.object({ ...shelf, delta: z.int(), change: z.enum(["received", "corrected"]), reason: z.string() }),
});

const reserved = publishedEvent("ecommerce.inventory.stock.reserved.v1", {
  summary: "Pieces are held for an order until a deadline.",
  payload: z.object({ ...shelf, orderId, quantity, expiresAt: z.iso.datetime() }),
});

const pinned = publishedEvent("ecommerce.inventory.stock.pinned.v1", {
  summary: "Paying has begun: an order's hold no longer expires.",
  payload: z.object({ ...shelf, orderId }),
});

const allocated = publishedEvent("ecommerce.inventory.stock.allocated.v1", {
  summary: "What was held is sold.",
  payload: z.object({ ...shelf, orderId, quantity }),
});

const released = publishedEvent("ecommerce.inventory.stock.released.v1", {
  summary: "An order lets its hold go. Quantity 0: nothing was held, and nothing will be.",
  payload: z.object({ ...shelf, orderId, quantity }),
});

const expired = publishedEvent("ecommerce.inventory.stock.expired.v1", {
  summary: "A hold was not paid for in time.",
  payload: z.object({ ...shelf, orderId, quantity }),
});

const restocked = publishedEvent("ecommerce.inventory.stock.restocked.v1", {
  summary: "Sold goods came back to the shelf.",
  payload: z.object({ ...shelf, orderId, returnId: z.string(), quantity }),
});

export const stockEvents = [adjusted, reserved, pinned, allocated, released, expired, restocked];

export const stockTellings: Tellings<StockEvent> = {
  received: adjusted.from(({ quantity, reason, available }, sku) => {
    return { sku, available, delta: quantity, change: "received", reason };
  }),
  adjusted: adjusted.from(({ delta, reason, available }, sku) => {
    return { sku, available, delta, change: "corrected", reason };
  }),
  held: reserved.from(({ orderId, quantity, expiresAt, available }, sku) => {
    return { sku, available, orderId, quantity, expiresAt: new Date(expiresAt).toISOString() };
  }),
  pinned: pinned.from(({ orderId, available }, sku) => ({ sku, available, orderId })),
  allocated: allocated.from(({ orderId, quantity, available }, sku) => ({ sku, available, orderId, quantity })),
  released: released.from(({ orderId, quantity, available }, sku) => ({ sku, available, orderId, quantity })),
  expired: expired.from(({ orderId, quantity, available }, sku) => ({ sku, available, orderId, quantity })),
  restocked: restocked.from(({ orderId, returnId, quantity, available }, sku) => {
    return { sku, available, orderId, returnId, quantity };
  }),
};
