import { z } from "zod";
import type { AcceptedAnswer } from "../../actors/runtime/actors.ts";
import { addressOf } from "../../actors/runtime/address.ts";
import type { AddedLine, CartCommand } from "../../machines/cart/messages.ts";
import type { CustomerCommand } from "../../machines/customer/messages.ts";
import type { SoldLine } from "./cart_lines.ts";
import type { SaleAttempt } from "./sale_attempt.ts";
import type { ShopDesk } from "./shop_desk.ts";
import { Refusal } from "./shop_desk.ts";
import { isStocked } from "./stock_codes.ts";

export interface CartFillingOptions {
  readonly desk: ShopDesk;
  readonly currency: string;
  /** The catalogue's price; undefined for what is not in it. */
  listMinorOf(sku: string): number | undefined;
}

const CartView = z.object({
  cartId: z.string(),
  itemCount: z.number(),
  totalAmount: z.object({ minor: z.number() }),
});

type CartView = z.infer<typeof CartView>;

/**
 * Opens the customer's cart and puts the invoice's lines into it: all at once, so that a cart that was left behind is
 * either empty or full. Returns its id.
 */
export async function fillCart(attempt: SaleAttempt, options: CartFillingOptions): Promise<string> {
  const { step: { customerId, lines, invoiceNo } } = attempt;
  const open: CustomerCommand = { type: "open_cart", cartId: attempt.cartId, currency: options.currency };
  const cart = await presentCart(await attempt.ask(addressOf("customer", customerId), open), options.desk);
  if (holds(cart, lines)) return cart.cartId;
  if (cart.itemCount > 0) {
    throw new Refusal("cart_in_use", `Cannot sell invoice ${invoiceNo}: "${customerId}" has another cart open`);
  }

  const added = lines.map((line) => addedLine(line, { invoiceNo, listMinor: options.listMinorOf(line.sku) }));
  const fill: CartCommand = { type: "add_lines", lines: added };
  await attempt.ask(addressOf("cart", cart.cartId), fill);
  return cart.cartId;
}

/** An answer that is repeated shows the cart as it was. */
async function presentCart({ replyJson, replayed }: AcceptedAnswer, desk: ShopDesk): Promise<CartView> {
  const cart = CartView.parse(JSON.parse(replyJson));
  return replayed ? CartView.parse(await desk.read(addressOf("cart", cart.cartId))) : cart;
}

function holds(cart: CartView, lines: readonly SoldLine[]): boolean {
  const itemCount = lines.reduce((sum, line) => sum + line.quantity, 0);
  const totalMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0);
  return cart.itemCount === itemCount && cart.totalAmount.minor === totalMinor;
}

function addedLine(
  line: SoldLine,
  { invoiceNo, listMinor }: { readonly invoiceNo: string; readonly listMinor: number | undefined },
): AddedLine {
  const isOverride = listMinor !== undefined && listMinor !== line.unitMinor;
  return {
    ...line,
    stocked: isStocked(line.sku),
    ...(isOverride && { listMinor, priceReason: `invoice ${invoiceNo}` }),
  };
}
