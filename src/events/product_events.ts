import { z } from "zod";
import { Money, money } from "../../machines/money.ts";
import type { ProductEvent } from "../../machines/product/messages.ts";
import { publishedEvent, type Tellings } from "./published_event.ts";

const sku = z.string();
/** Counts the prices this product has had, from 1. */
const priceVersion = z.int();
/** In minor units of the product's currency. */
const unitMinor = z.int();

const listed = publishedEvent("ecommerce.product.product.listed.v1", {
  summary: "A product is on sale, for the first time or again.",
  payload: z.object({
    sku,
    name: z.string(),
    description: z.string(),
    category: z.string(),
    price: Money,
    priceVersion,
    /** False for fees and services: nothing is reserved for them. */
    stocked: z.boolean(),
  }),
});

const updated = publishedEvent("ecommerce.product.product.updated.v1", {
  summary: "A product's texts or its price changed; what is absent stayed.",
  payload: z.object({
    sku,
    name: z.string().optional(),
    description: z.string().optional(),
    category: z.string().optional(),
    price: z.object({ oldMinor: unitMinor, newMinor: unitMinor, priceVersion }).optional(),
  }),
});

const withdrawn = publishedEvent("ecommerce.product.product.withdrawn.v1", {
  summary: "A product is no longer on sale.",
  payload: z.object({ sku }),
});

export const productEvents = [listed, updated, withdrawn];

export const productTellings: Tellings<ProductEvent> = {
  listed: listed.from(({ name, description, category, priceMinor, currency, priceVersion, stocked }, sku) => {
    return { sku, name, description, category, price: money(priceMinor, currency), priceVersion, stocked };
  }),
  changed: updated.from(({ name, description, category }, sku) => ({ sku, name, description, category })),
  price_changed: updated.from(({ oldMinor, newMinor, priceVersion }, sku) => {
    return { sku, price: { oldMinor, newMinor, priceVersion } };
  }),
  withdrawn: withdrawn.from((_, sku) => ({ sku })),
};
