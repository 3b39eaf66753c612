import { z } from "zod";
import { addressOf } from "../../../actors/runtime/address.ts";
import { type CartCommand, PaymentMethod } from "../../../machines/cart/messages.ts";
import type { OrderCommand } from "../../../machines/order/messages.ts";
import { command, type CommandResult, type CommandSpec } from "./command.ts";
import { methodOf } from "./method_of.ts";
import { orderCreated } from "./order_created.ts";
import { cartIdOf, ownCart } from "./own_id.ts";
import { CUSTOMERS } from "./roles.ts";
import { storeOf } from "./store_of.ts";

const Id = z.string().min(1).max(100);
const Text = z.string().trim().min(1).max(200);

/** Personal data: kept in its own row, and nowhere else. */
export const PostalAddress = z.strictObject({
  name: Text,
  line1: Text,
  line2: Text.optional(),
  city: Text,
  region: Text.optional(),
  postcode: z.string().trim().min(1).max(20),
  /** ISO 3166-1 alpha-2. */
  country: z.string().regex(/^[A-Z]{2}$/),
  email: z.email().max(200).optional(),
  phone: z.string().regex(/^[+0-9 ().-]{3,40}$/).optional(),
});

export type PostalAddress = z.infer<typeof PostalAddress>;

const begin = command({
  name: "checkout.begin",
  summary: "Begins the checkout of a cart, or answers with the one begun.",
  roles: CUSTOMERS,
  params: z.strictObject({ cartId: Id }),
  async run({ cartId }, wish): Promise<CommandResult> {
    const beginning: CartCommand = { type: "begin_checkout" };
    return wish.result(await wish.ask(ownCart(cartId, wish.principal), beginning), 201);
  },
});

const setAddress = command({
  name: "checkout.set_address",
  summary: "Says where the goods go.",
  roles: CUSTOMERS,
  params: PostalAddress.extend({ checkoutId: Id }),
  async run({ checkoutId, ...data }, wish): Promise<CommandResult> {
    const to = ownCart(cartIdOf(checkoutId), wish.principal);
    // The id depends on the data: another address under the same key is another wish, and the same one is the same row.
    const personalId = wish.newId("adr", `${checkoutId}\n${JSON.stringify(data)}`);
    const setting: CartCommand = { type: "set_address", personalId };
    const personal = [{ id: personalId, customerId: wish.principal.sub, data }];
    return wish.result(await wish.ask(to, setting, { personal }));
  },
});

const setPaymentMethod = command({
  name: "checkout.set_payment_method",
  summary: "Says how the order will be paid.",
  roles: CUSTOMERS,
  params: z.strictObject({
    checkoutId: Id,
    paymentMethod: PaymentMethod.optional(),
    /** The same in short. */
    method: PaymentMethod.optional(),
  }).transform(({ checkoutId, paymentMethod, method }, context) => {
    const named = paymentMethod ?? method;
    if (named !== undefined && (paymentMethod === undefined || method === undefined)) return { checkoutId, named };
    context.addIssue({ code: "custom", path: ["paymentMethod"], message: "It is needed, once" });
    return z.NEVER;
  }),
  async run({ checkoutId, named }, wish, { config }): Promise<CommandResult> {
    const to = ownCart(cartIdOf(checkoutId), wish.principal);
    const setting: CartCommand = { type: "set_payment_method", method: methodOf(named, config) };
    return wish.result(await wish.ask(to, setting));
  },
});

const complete = command({
  name: "checkout.complete",
  summary: "Turns the cart into an order: at most one, however often it is asked for.",
  roles: CUSTOMERS,
  creates: true,
  params: z.strictObject({ checkoutId: Id, paymentMethod: PaymentMethod.optional(), storeId: Id.optional() }),
  async run({ checkoutId, paymentMethod, storeId }, wish, deps): Promise<CommandResult> {
    const startedAt = deps.clock.now();
    const cartId = cartIdOf(checkoutId);
    ownCart(cartId, wish.principal);
    // Seeded by the cart: a second click, with whatever key, reaches the order of the first.
    const orderId = wish.newId("ord", cartId);
    const start: OrderCommand = {
      type: "start",
      customerId: wish.principal.sub,
      cartId,
      trackingId: wish.newPublicId("trk", cartId),
      storeId: storeOf(storeId, deps.config),
      paymentMethod: methodOf(paymentMethod, deps.config),
    };
    const answer = await wish.ask(addressOf("order", orderId), start);
    return orderCreated(answer, wish, { ...deps, startedAt });
  },
});

export const checkoutCommands: readonly CommandSpec[] = [begin, setAddress, setPaymentMethod, complete];
