import { z } from "zod";

const Id = z.string().min(1).max(100);
const Quantity = z.int().min(1).max(1_000_000_000);
/** Kept in the journal: says why, never who. */
const Reason = z.string().min(1).max(200);

/** What may be asked of a stock item. Orders ask by letter: at least once, in any order, and are never refused. */
export const StockCommand = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("receive"), quantity: Quantity, reason: Reason }),
  z.strictObject({
    type: z.literal("adjust"),
    delta: z.int().min(-1_000_000_000).max(1_000_000_000),
    reason: Reason,
  }),
  z.strictObject({
    type: z.literal("reserve"),
    orderId: Id,
    quantity: Quantity,
    /** Epoch milliseconds. */
    expiresAt: z.int().min(0),
    /** Refuse instead of telling the order: for callers who wait for the answer. */
    strict: z.boolean().optional(),
  }),
  /** Paying has begun: the hold no longer expires. */
  z.strictObject({ type: z.literal("pin"), orderId: Id }),
  /** Paid: what was held is sold. */
  z.strictObject({ type: z.literal("allocate"), orderId: Id }),
  z.strictObject({ type: z.literal("release"), orderId: Id }),
  /** Sold goods come back; `returnId` makes a repeat harmless. */
  z.strictObject({ type: z.literal("restock"), orderId: Id, returnId: Id, quantity: Quantity }),
  /** The hold's own deadline. */
  z.strictObject({ type: z.literal("expire"), orderId: Id }),
]);

export type StockCommand = z.infer<typeof StockCommand>;

/** What every fact says about the shelf after it: how many can still be reserved. */
interface StockChange {
  readonly available: number;
}

/** A fact about an order's hold. `at` is in epoch milliseconds. */
interface HoldChange extends StockChange {
  readonly orderId: string;
  readonly at: number;
}

export type StockEvent =
  | StockChange & { readonly type: "received"; readonly quantity: number; readonly reason: string }
  | StockChange & { readonly type: "adjusted"; readonly delta: number; readonly reason: string }
  | StockChange & {
    readonly type: "held";
    readonly orderId: string;
    readonly quantity: number;
    readonly expiresAt: number;
  }
  | StockChange & { readonly type: "pinned"; readonly orderId: string }
  | HoldChange & { readonly type: "allocated"; readonly quantity: number }
  /** `quantity` 0: nothing was held, and nothing will be. */
  | HoldChange & { readonly type: "released"; readonly quantity: number }
  | HoldChange & { readonly type: "expired"; readonly quantity: number }
  | HoldChange & { readonly type: "restocked"; readonly returnId: string; readonly quantity: number };

export type StockRefusal = "out_of_stock" | "stock_would_be_negative";
