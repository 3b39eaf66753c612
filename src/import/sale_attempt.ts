import type { AcceptedAnswer } from "../../actors/runtime/actors.ts";
import type { Address, Command } from "../../machines/decision.ts";
import type { SaleStep } from "./import_steps.ts";
import { idOf } from "./import_steps.ts";
import type { ShopDesk } from "./shop_desk.ts";

/** One try at a sale. A cart becomes one order at most, so every try has ids of its own: the same in every run. */
export class SaleAttempt {
  readonly step: SaleStep;
  readonly cartId: string;
  readonly orderId: string;
  readonly trackingId: string;
  readonly #key: string;
  readonly #desk: ShopDesk;

  constructor(
    step: SaleStep,
    { number, secret, desk }: { readonly number: number; readonly secret: string; readonly desk: ShopDesk },
  ) {
    const made = { step, secret, attempt: number };
    this.step = step;
    this.cartId = idOf("crt", made);
    this.orderId = idOf("ord", made);
    this.trackingId = idOf("trk", made);
    this.#key = `${step.key}#${number}`;
    this.#desk = desk;
  }

  /** Throws `Refusal` when the shop refuses. */
  ask<Asked extends Command>(to: Address, command: Asked): Promise<AcceptedAnswer> {
    const key = `${this.#key}/${command.type}`;
    return this.#desk.ask({ to, command, key, correlationId: `import:${this.step.invoiceNo}` });
  }
}
