import { z } from "zod";
import type { Principal } from "../../machines/decision.ts";
import { theirActions } from "../../machines/order/status.ts";

const OrderView = z.looseObject({
  orderId: z.string(),
  customerId: z.string(),
  storeId: z.string(),
  status: z.string(),
  allowed: z.array(z.string()),
});

export type OrderFor = z.infer<typeof OrderView>;

/** An order as this reader sees it: `allowed` names what they may do next, where the actor names what somebody may. */
export function orderFor(reader: Principal, view: unknown): OrderFor {
  const order = OrderView.parse(view);
  return { ...order, allowed: [...theirActions(reader, order)] };
}
