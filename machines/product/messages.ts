import { z } from "zod";

/** A stock keeping unit as shops write them: `85123A`, `BANK CHARGES`. Never holds `@` or `/`: both separate. */
export const Sku = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._:|~-]{0,63}$/);

/** The price of one piece in minor units: 0 to 100,000,000. */
export const UnitMinor = z.int().min(0).max(100_000_000);

/** ISO 4217. */
export const Currency = z.string().regex(/^[A-Z]{3}$/);

export const ProductName = z.string().min(1).max(200);

const Description = z.string().max(4_000);
const Category = z.string().max(100);

/** What may be asked of a product. Only admins and services may ask. */
export const ProductCommand = z.discriminatedUnion("type", [
  /** Puts the product on sale, for the first time or again after it was withdrawn. */
  z.strictObject({
    type: z.literal("list"),
    sku: Sku,
    name: ProductName,
    priceMinor: UnitMinor,
    currency: Currency,
    description: Description.optional(),
    category: Category.optional(),
    /** False for fees and services: nothing is reserved for them. */
    stocked: z.boolean(),
  }),
  z.strictObject({
    type: z.literal("change"),
    name: ProductName.optional(),
    priceMinor: UnitMinor.optional(),
    description: Description.optional(),
    category: Category.optional(),
  }),
  z.strictObject({ type: z.literal("withdraw") }),
]);

export type ProductCommand = z.infer<typeof ProductCommand>;

export type ProductEvent =
  | {
    readonly type: "listed";
    readonly name: string;
    readonly priceMinor: number;
    readonly currency: string;
    readonly description: string;
    readonly category: string;
    readonly stocked: boolean;
    readonly priceVersion: number;
  }
  | {
    /** Only what became different. */
    readonly type: "changed";
    readonly name?: string;
    readonly description?: string;
    readonly category?: string;
  }
  | {
    readonly type: "price_changed";
    readonly oldMinor: number;
    readonly newMinor: number;
    /** Counts the prices this product has had, from 1. */
    readonly priceVersion: number;
  }
  | { readonly type: "withdrawn" };

export type ProductRefusal = "product_exists" | "product_is_missing";
