import { readOrderId } from "./own_views.ts";
import { refusalWords } from "./refusal_words.ts";
import type { CommandRequest, Sent } from "./send_command.ts";
import type { Shop } from "./shop.ts";

export interface OrderWish {
  readonly checkoutId: string;
  readonly address: Readonly<Record<string, string>>;
  readonly method: string;
}

export type Placed =
  | { readonly orderId: string }
  | { readonly signedOut: true }
  /** What to tell the customer. */
  | { readonly trouble: string };

const UNREACHABLE =
  "We could not reach the shop, so we do not know yet whether your order arrived. Press the button again: you will " +
  "never get it twice.";

type OrderShop = Pick<Shop, "cart" | "send" | "newKey">;

/** Address, payment method, order: one after the other. A cart that another tab has just ordered leads to its order. */
export async function placeOrder(wish: OrderWish, shop: OrderShop): Promise<Placed> {
  try {
    return placed(await sendAll(wish, shop));
  } catch {
    // An answer that cannot be read says nothing.
    return { trouble: UNREACHABLE };
  }
}

async function sendAll(
  { checkoutId, address, method }: OrderWish,
  { cart, send, newKey }: OrderShop,
): Promise<Sent> {
  // What was clicked in the cart a moment ago belongs to the order.
  await cart.idle();
  const path = `/api/checkouts/${checkoutId}`;
  const steps: readonly Omit<CommandRequest, "key">[] = [
    { method: "PUT", path: `${path}/address`, body: address },
    { method: "PUT", path: `${path}/payment-method`, body: { method } },
    { method: "POST", path: `${path}/complete` },
  ];
  let sent: Sent = { outcome: "unreachable" };
  for (const step of steps) {
    sent = await send({ ...step, key: newKey() });
    if (sent.outcome !== "accepted") break;
  }
  return sent;
}

function placed(sent: Sent): Placed {
  switch (sent.outcome) {
    case "accepted":
      return { orderId: readOrderId(sent.body) };
    case "signed_out":
      return { signedOut: true };
    case "unreachable":
      return { trouble: UNREACHABLE };
    case "refused": {
      const { orderId } = sent.details;
      if (sent.code === "cart_is_closed" && typeof orderId === "string") return { orderId };
      return { trouble: refusalWords(sent.code) };
    }
  }
}
