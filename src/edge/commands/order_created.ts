import { z } from "zod";
import type { Answer } from "../../../actors/runtime/actors.ts";
import { addressOf } from "../../../actors/runtime/address.ts";
import { orderFor } from "../order_for.ts";
import type { CommandDeps, CommandResult } from "./command.ts";
import type { Wish } from "./wish.ts";

const OrderReply = z.looseObject({ orderId: z.string() });

export interface CreationDeps extends Pick<CommandDeps, "store" | "metrics" | "clock"> {
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/**
 * The answer to whoever placed an order: the order, and the correlation id under which its story is told. 200 when the
 * cart had become this order before.
 */
export async function orderCreated(
  answer: Answer,
  wish: Wish,
  { store, metrics, clock, startedAt }: CreationDeps,
): Promise<CommandResult> {
  if (!answer.ok) return wish.result(answer);
  const isCreated = answer.outcome === "created";
  const isNew = isCreated && !answer.replayed;
  if (isNew) metrics.orderCreated(clock.now() - startedAt);

  const reply: unknown = JSON.parse(answer.replyJson);
  const order = isCreated ? OrderReply.parse(reply) : orderFor(wish.principal, reply);
  const correlationId = isNew ? undefined : await firstCorrelationId(order.orderId, store);
  const body = { ...order, correlationId: correlationId ?? wish.correlationId };
  return wish.resultWith(answer, { status: isCreated ? 201 : 200, bodyJson: () => JSON.stringify(body) });
}

/** Whoever comes later is told the id of the first time, whatever they brought themselves. */
async function firstCorrelationId(
  orderId: string,
  store: Pick<CommandDeps["store"], "events">,
): Promise<string | undefined> {
  const [placed] = await store.events([{ address: addressOf("order", orderId), after: 0, upTo: 1 }], 1);
  return placed?.correlationId;
}
