import { addressOf } from "../../actors/runtime/address.ts";
import type { StockCommand } from "../../machines/stock/messages.ts";
import { replayCredit } from "./credit_replay.ts";
import type { CreditStep, ImportStep, SaleStep, WriteOffStep } from "./import_steps.ts";
import { idOf } from "./import_steps.ts";
import type { SaleReplayOptions } from "./sale_replay.ts";
import { replaySale } from "./sale_replay.ts";
import { SerialQueues } from "./serial_queues.ts";
import type { KnownSteps, ShopBooks } from "./shop_books.ts";
import { Refusal } from "./shop_desk.ts";
import type { ShopSums } from "./shop_sums.ts";

export interface InvoiceReplayOptions extends SaleReplayOptions {
  readonly books: ShopBooks;
  readonly sums: ShopSums;
  /** A step that the shop refused. */
  readonly onProblem: (problem: string) => void;
}

const SIDE_BY_SIDE = 32;
const READ_AHEAD = 256;

/**
 * Replays the steps of an import: those of one customer in the order of the file, different customers side by side. A
 * refused step is a problem of its invoice alone; when the shop itself fails, everything ends.
 */
export class InvoiceReplay {
  readonly #options: InvoiceReplayOptions;
  readonly #queues = new SerialQueues({ running: SIDE_BY_SIDE, waiting: READ_AHEAD });
  /** Sales that became another order than their first. */
  readonly #orders = new Map<string, string>();
  #failure: { readonly error: unknown } | undefined;

  constructor(options: InvoiceReplayOptions) {
    this.#options = options;
  }

  /** Takes the next invoices of the file, each as its steps; resolves when there is room for more. */
  async take(invoices: readonly (readonly ImportStep[])[], onDone: () => void): Promise<void> {
    const known = await this.#options.books.look(invoices.flat());
    for (const steps of invoices) {
      let left = steps.length;
      for (const step of steps) {
        this.#throwFailure();
        const queue = step.kind === "write_off" ? step.sku : step.customerId;
        await this.#queues.add(queue, async () => {
          await this.#run(step, known);
          left -= 1;
          if (left === 0) onDone();
        });
      }
    }
  }

  /** Resolves when all that was taken is done. */
  async finished(): Promise<void> {
    await this.#queues.drained();
    this.#throwFailure();
  }

  async #run(step: ImportStep, known: KnownSteps): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await this.#replay(step, known);
    } catch (error) {
      this.#options.sums.failed(step);
      if (error instanceof Refusal) this.#options.onProblem(error.message);
      else this.#failure ??= { error };
    }
  }

  #replay(step: ImportStep, known: KnownSteps): Promise<void> {
    switch (step.kind) {
      case "sale":
        return this.#sell(step, known);
      case "credit":
        return this.#credit(step, known);
      case "write_off":
        return this.#writeOff(step, known);
    }
  }

  async #sell(step: SaleStep, known: KnownSteps): Promise<void> {
    const { books, sums, ...options } = this.#options;
    const first = books.orderIdOf(step);
    const orderId = known.isDone(step) ? first : await replaySale(step, { ...options, known: known.statusOf(first) });
    if (orderId !== first) this.#orders.set(step.key, orderId);
    sums.sold(step, orderId);
  }

  async #credit(step: CreditStep, known: KnownSteps): Promise<void> {
    const { books, sums, secret } = this.#options;
    const saleOrderId = step.sale === undefined ? undefined : this.#soldAs(step, step.sale);
    const isDone = saleOrderId === undefined && known.isDone(step);
    if (!isDone) await replayCredit(step, { ...this.#options, secret, saleOrderId });
    sums.credited(step, saleOrderId ?? books.orderIdOf(step));
  }

  #soldAs({ customerId, invoiceNo }: CreditStep, sale: string): string {
    const first = idOf("ord", { step: { key: sale, invoiceNo, customerId }, secret: this.#options.secret, attempt: 1 });
    return this.#orders.get(sale) ?? first;
  }

  async #writeOff(step: WriteOffStep, known: KnownSteps): Promise<void> {
    const { sku, quantity, reason, key, invoiceNo } = step;
    if (!known.isDone(step)) {
      const command: StockCommand = { type: "adjust", delta: -quantity, reason };
      await this.#options.desk.ask({ to: addressOf("stock", sku), command, key, correlationId: `import:${invoiceNo}` });
    }
    this.#options.sums.writtenOff(reason);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
