import { z } from "zod";
import type { Actors, ReadAnswer } from "../../../actors/runtime/actors.ts";
import { addressOf } from "../../../actors/runtime/address.ts";
import type { Address, Principal } from "../../../machines/decision.ts";
import { Money } from "../../../machines/money.ts";

export const CartShown = z.looseObject({
  cartId: z.string(),
  customerId: z.string(),
  lines: z.array(z.looseObject({ sku: z.string(), price: Money })),
  itemCount: z.int(),
  totalAmount: Money,
  discount: z.looseObject({ amount: Money }).optional(),
  checkoutId: z.string().optional(),
  addressId: z.string().optional(),
  paymentMethod: z.string().optional(),
  cursor: z.string(),
});

/** What views need to know of a cart; the rest is passed on as it is. */
export type CartShown = z.infer<typeof CartShown>;

const CustomerShown = z.looseObject({ cart: z.looseObject({ cartId: z.string() }).nullable() });

type Reader = Pick<Actors, "read">;

/** The customer's current cart, or null; and the place in their feed from which a stream goes on. */
export const OwnCart = z.strictObject({ cart: CartShown.nullable(), cursor: z.string() });
export type OwnCart = Readonly<z.infer<typeof OwnCart>>;

/** Reads first the customer, then the cart: what the cart has more than the cursor says comes again, and harms nothing. */
export async function readOwnCart(actors: Reader, principal: Principal): Promise<OwnCart> {
  const { view, cursor } = await readCustomer(actors, principal);
  const { cart } = CustomerShown.parse(view);
  if (cart === null) return { cart: null, cursor };
  return { cart: await readCart(actors, { address: addressOf("cart", cart.cartId), principal, cursor }), cursor };
}

/** A cart by its address, with the place in the customer's feed from which a stream goes on. */
export async function readCartAt(
  actors: Reader,
  { address, principal }: { readonly address: Address; readonly principal: Principal },
): Promise<CartShown> {
  const { cursor } = await readCustomer(actors, principal);
  return await readCart(actors, { address, principal, cursor });
}

function readCustomer(actors: Reader, principal: Principal): Promise<ReadAnswer> {
  return actors.read({ address: addressOf("customer", principal.sub), principal });
}

/** A cart has no feed of its own: `cursor` is the customer's. */
async function readCart(
  actors: Reader,
  { address, principal, cursor }: { readonly address: Address; readonly principal: Principal; readonly cursor: string },
): Promise<CartShown> {
  const { view } = await actors.read({ address, principal });
  return { ...CartShown.parse(view), cursor };
}
