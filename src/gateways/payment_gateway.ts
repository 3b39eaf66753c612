import type { GatewayCommand } from "../../machines/payment/messages.ts";

/**
 * What a provider says to a call.
 *
 * - `approved`, `declined`: it is done, or never will be. Asked again, also by `query`, it says the same again.
 * - To a void: `approved` also when nothing is blocked any more, `declined` as `already_captured` when it comes too late.
 * - `not_found`: only to `query`; it has not seen the step, which may still be on its way.
 */
export type GatewayAnswer =
  | { readonly outcome: "approved"; readonly reference: string }
  | { readonly outcome: "declined"; readonly reason: string }
  | { readonly outcome: "not_found" };

/** A payment provider. Calls with the same `key` are one wish, done once. */
export interface PaymentGateway {
  /** Rejects with `NoAnswer` when nobody knows whether it was done, with anything else when it surely was not. */
  call(command: GatewayCommand, options: { readonly signal: AbortSignal }): Promise<GatewayAnswer>;
}

/** The provider kept silent: it may or may not have done what it was told. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(key: string) {
    super(`Cannot know the outcome of "${key}": no answer`);
  }
}
