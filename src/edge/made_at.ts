import { addressOf } from "../../actors/runtime/address.ts";
import type { Clock } from "../../actors/runtime/ports.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { Wish } from "./commands/wish.ts";

export interface Made {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly replayed: boolean;
}

/** When it was made that is wished: a repeat is made of the same time, and so is the same. */
export async function madeAt(wish: Wish, clock: Clock): Promise<Made> {
  const command: CustomerCommand = { type: "keep_time", at: Math.floor(clock.now()) };
  const kept = await wish.ask(addressOf("customer", wish.principal.sub), command, { intent: "made" });
  if (!kept.ok) throw new Error(`Cannot keep the time for "${wish.principal.sub}": ${kept.reason}`);
  return { at: Number(kept.outcome), replayed: kept.replayed };
}

export function repeatHeaders({ replayed }: Made): Readonly<Record<string, string>> {
  return replayed ? { "idempotent-replayed": "true" } : {};
}
