import type { DemoProduct } from "./demo_product.ts";
import { candleShelf } from "./candle_shelf.ts";
import { kitchenShelf } from "./kitchen_shelf.ts";
import { lightShelf } from "./light_shelf.ts";
import { paperShelf } from "./paper_shelf.ts";
import { plantShelf } from "./plant_shelf.ts";
import { playShelf } from "./play_shelf.ts";
import { softShelf } from "./soft_shelf.ts";

/** The shop that an empty database is filled with: sixty products of a gift and home shop that does not exist. */
export const demoCatalogue: {
  readonly storeId: string;
  readonly currency: string;
  readonly products: readonly DemoProduct[];
} = {
  storeId: "main",
  currency: "GBP",
  products: [
    ...kitchenShelf,
    ...candleShelf,
    ...plantShelf,
    ...softShelf,
    ...paperShelf,
    ...lightShelf,
    ...playShelf,
  ],
};
