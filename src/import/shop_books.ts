import type { Orders } from "../projections/order_listing.ts";
import type { SalesByDay, SalesEntry } from "../projections/sales_by_day.ts";
import type { StockMovements } from "../projections/stock_movements.ts";
import type { ImportStep } from "./import_steps.ts";
import { idOf } from "./import_steps.ts";
import { creditOrderIdOf } from "./credit_replay.ts";

export interface ShopBooksOptions {
  readonly orders: Orders;
  readonly sales: SalesByDay;
  readonly stockMovements: StockMovements;
  readonly secret: string;
}

/** What the shop knows of some steps already. */
export interface KnownSteps {
  /** The status of a sale's first order; undefined: there is none. */
  statusOf(orderId: string): string | undefined;
  isDone(step: ImportStep): boolean;
}

/** Reads in the shop's read models what an earlier run has left. */
export class ShopBooks {
  readonly #options: ShopBooksOptions;

  constructor(options: ShopBooksOptions) {
    this.#options = options;
  }

  /** To be asked before any of the steps is begun. */
  async look(steps: readonly ImportStep[]): Promise<KnownSteps> {
    const { orders, stockMovements } = this.#options;
    const reasons = steps.flatMap((step) => step.kind === "write_off" ? [step.reason] : []);
    const orderIds = steps.flatMap((step) => step.kind === "write_off" ? [] : [this.orderIdOf(step)]);
    const [statuses, given] = await Promise.all([orders.statuses(orderIds), stockMovements.reasonsGiven(reasons)]);
    return {
      statusOf: (orderId) => statuses.get(orderId),
      isDone: (step) => step.kind === "write_off" ? given.has(step.reason) : this.#isOver(step, statuses),
    };
  }

  /** What was counted of these orders. */
  entries(orderIds: readonly string[]): Promise<readonly SalesEntry[]> {
    return this.#options.sales.entries(orderIds);
  }

  /** Those of these reasons that a movement of stock gives. */
  reasonsGiven(reasons: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#options.stockMovements.reasonsGiven(reasons);
  }

  /** A sale's first order, or the order that a credit makes when it stands alone. */
  orderIdOf(step: Exclude<ImportStep, { kind: "write_off" }>): string {
    const { secret } = this.#options;
    return step.kind === "sale" ? idOf("ord", { step, secret, attempt: 1 }) : creditOrderIdOf(step, secret);
  }

  /** Nothing is left to ask for; what belongs to a sale is asked for again, and the order knows it. */
  #isOver(step: Exclude<ImportStep, { kind: "write_off" }>, statuses: ReadonlyMap<string, string>): boolean {
    const status = statuses.get(this.orderIdOf(step));
    if (step.kind === "credit") return status !== undefined;
    return status === "DELIVERED" || status === "CANCELED" || status === "REFUNDED";
  }
}
