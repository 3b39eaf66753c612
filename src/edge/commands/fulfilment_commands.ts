import { z } from "zod";
import type { AcceptedAnswer } from "../../../actors/runtime/actors.ts";
import { PaymentMethod } from "../../../machines/cart/messages.ts";
import type { Principal } from "../../../machines/decision.ts";
import type { OrderCommand } from "../../../machines/order/messages.ts";
import { orderFor } from "../order_for.ts";
import { command, type CommandResult, type CommandSpec } from "./command.ts";
import { methodOf } from "./method_of.ts";
import { orderAddress } from "./own_id.ts";
import { ANY_ROLE, CUSTOMERS, STAFF, STAFF_IN_PERSON } from "./roles.ts";
import type { Wish } from "./wish.ts";

const orderId = z.string().min(1).max(100);
const Reason = z.string().trim().min(1).max(200);
const Short = z.string().trim().min(1).max(100);

const OnlyId = z.strictObject({ orderId });
const WithReason = z.strictObject({ orderId, reason: Reason.optional() });

const pay = command({
  name: "order.pay",
  summary: "Pays an order; without a method, by the shop's first.",
  roles: CUSTOMERS,
  params: z.strictObject({ orderId, paymentMethod: PaymentMethod.optional() }),
  run({ orderId, paymentMethod }, wish, { config }): Promise<CommandResult> {
    const [first = "card"] = config.paymentMethods;
    return act(orderId, wish, { type: "pay", paymentMethod: methodOf(paymentMethod, config) ?? first });
  },
});

const cancel = command({
  name: "order.cancel",
  summary: "Cancels an order: its owner while it is PENDING, staff until it is shipped.",
  roles: ANY_ROLE,
  params: WithReason,
  run: ({ orderId, reason }, wish) => act(orderId, wish, { type: "cancel", reason }),
});

const accept = command({
  name: "order.accept",
  summary: "Takes a paid order on.",
  roles: STAFF,
  params: OnlyId,
  run: ({ orderId }, wish) => act(orderId, wish, { type: "accept_order" }),
});

const ready = command({
  name: "order.ready",
  summary: "Says that an order is packed.",
  roles: STAFF,
  params: OnlyId,
  run: ({ orderId }, wish) => act(orderId, wish, { type: "mark_ready" }),
});

const ship = command({
  name: "order.ship",
  summary: "Hands an order to a carrier.",
  roles: STAFF,
  params: z.strictObject({ orderId, carrier: Short, trackingNumber: Short }),
  run: ({ orderId, carrier, trackingNumber }, wish) => act(orderId, wish, { type: "ship", carrier, trackingNumber }),
});

const deliver = command({
  name: "order.deliver",
  summary: "Says that an order has arrived.",
  roles: STAFF,
  params: OnlyId,
  run: ({ orderId }, wish) => act(orderId, wish, { type: "deliver" }),
});

const refund = command({
  name: "order.refund",
  summary: "Gives all the money back.",
  roles: STAFF_IN_PERSON,
  params: WithReason,
  run: ({ orderId, reason }, wish) => act(orderId, wish, { type: "refund", reason }),
});

export const fulfilmentCommands: readonly CommandSpec[] = [pay, cancel, accept, ready, ship, deliver, refund];

async function act(orderId: string, wish: Wish, action: OrderCommand): Promise<CommandResult> {
  const { principal } = wish;
  const answer = await wish.ask(orderAddress(orderId, principal), action);
  return wish.resultWith(answer, { status: 200, bodyJson: (accepted) => receiptFor(principal, accepted) });
}

/** The owner finds the effect in their own feed; others do not read that feed, and find it in the order's. */
function receiptFor(principal: Principal, { replyJson, ownCursor }: AcceptedAnswer): string {
  const order = orderFor(principal, JSON.parse(replyJson));
  return JSON.stringify(order.customerId === principal.sub ? order : { ...order, cursor: ownCursor });
}
