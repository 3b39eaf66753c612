import { readOrderId } from "./own_views.ts";
import { refusalWords } from "./refusal_words.ts";
import type { CommandRequest, Sent } from "./send_command.ts";
import type { Shop } from "./shop.ts";

export interface OrderWish {
  readonly checkoutId: string;
  /** The cart that the checkout is of. */
  readonly cartId: string;
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
const ANOTHER_CART =
  "The cart you had here has already become an order, and this is the next one. Please look it over and press the " +
  "button again.";

type OrderShop = Pick<Shop, "cart" | "send" | "newKey">;

/** Address, payment method, order: one after the other. A cart that another tab has just ordered leads to its order. */
export async function placeOrder(wish: OrderWish, shop: OrderShop): Promise<Placed> {
  try {
    // What was clicked in the cart a moment ago belongs to the order.
    await shop.cart.idle();
    if (isAnotherCart(wish, shop)) return { trouble: ANOTHER_CART };
    const sent = await sendAll(wish, shop);
    const isClosed = sent.outcome === "refused" && sent.code === "cart_is_closed";
    return isClosed && isAnotherCart(wish, shop) ? { trouble: ANOTHER_CART } : placed(sent);
  } catch {
    // An answer that cannot be read says nothing.
    return { trouble: UNREACHABLE };
  }
}

async function sendAll(
  { checkoutId, address, method }: OrderWish,
  { send, newKey }: OrderShop,
): Promise<Sent> {
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

/** What is seen is not what the checkout is of: another tab has ordered that, and begun the next cart. */
function isAnotherCart({ cartId }: OrderWish, { cart: { cart } }: OrderShop): boolean {
  return cart !== null && cart.cartId !== cartId;
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
