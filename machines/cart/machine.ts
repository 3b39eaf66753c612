import { assign, setup, type SnapshotFrom } from "xstate";
import { evolver } from "../evolver.ts";
import { type CartLine, withAdded, withoutLine, withQuantity } from "./lines.ts";
import type { CartEvent, Coupon } from "./messages.ts";

export interface CartContext {
  readonly cartId: string;
  /** How many facts the cart is made of. */
  readonly version: number;
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly CartLine[];
  readonly coupon: Coupon | null;
  /** The `personal` row that holds the address. */
  readonly addressId: string | null;
  readonly paymentMethod: string | null;
  /** The order that the cart became. */
  readonly orderId: string | null;
  /** Where the lines of a guest's cart went. */
  readonly movedTo: { readonly cartId: string; readonly customerId: string } | null;
}

const types: { readonly context?: CartContext; readonly events?: CartEvent } = {};

const whileOpen = {
  line_added: { actions: "record" },
  quantity_changed: { actions: "record" },
  coupon_applied: { actions: "record" },
  coupon_removed: { actions: "record" },
  address_set: { actions: "record" },
  payment_method_set: { actions: "record" },
} as const;

/** Which facts may follow which in the life of a cart. */
export const cartMachine = setup({
  types,
  actions: { record: assign(({ context, event }) => record(context, event)) },
  guards: { leavesNothing: ({ context }) => context.lines.length === 1 },
}).createMachine({
  id: "cart",
  context: emptyCart(""),
  initial: "absent",
  states: {
    absent: { on: { opened: { target: "open", actions: "record" } } },
    open: {
      on: {
        ...whileOpen,
        line_removed: { actions: "record" },
        checkout_begun: { target: "checking_out", actions: "record" },
        checked_out: { target: "checked_out", actions: "record" },
        sealed: { target: "sealed", actions: "record" },
      },
    },
    checking_out: {
      on: {
        ...whileOpen,
        /** Nothing is left to check out. */
        line_removed: [{ guard: "leavesNothing", target: "open", actions: "record" }, { actions: "record" }],
        checked_out: { target: "checked_out", actions: "record" },
        sealed: { target: "sealed", actions: "record" },
      },
    },
    checked_out: {},
    sealed: {},
  },
});

export type Cart = SnapshotFrom<typeof cartMachine>;

export function initial(cartId: string): Cart {
  return cartMachine.resolveState({ value: "absent", context: emptyCart(cartId) });
}

/** Moves the cart by a fact; one that has no arrow here changes nothing. */
export const evolve: (cart: Cart, event: CartEvent) => Cart = evolver(cartMachine);

function emptyCart(cartId: string): CartContext {
  return {
    cartId,
    version: 0,
    customerId: "",
    currency: "",
    lines: [],
    coupon: null,
    addressId: null,
    paymentMethod: null,
    orderId: null,
    movedTo: null,
  };
}

function record(cart: CartContext, event: CartEvent): CartContext {
  return { ...cart, ...changeBy(cart, event), version: cart.version + 1 };
}

function changeBy(cart: CartContext, event: CartEvent): Partial<CartContext> {
  switch (event.type) {
    case "opened":
      return { customerId: event.customerId, currency: event.currency };
    case "line_added":
      return { lines: withAdded(cart.lines, lineOf(event)) };
    case "quantity_changed":
      return { lines: withQuantity(cart.lines, event) };
    case "line_removed":
      return { lines: withoutLine(cart.lines, event.lineId) };
    case "coupon_applied":
      return { coupon: event.coupon };
    case "coupon_removed":
      return { coupon: null };
    case "checkout_begun":
      return {};
    case "address_set":
      return { addressId: event.personalId };
    case "payment_method_set":
      return { paymentMethod: event.method };
    case "checked_out":
      return { orderId: event.orderId };
    case "sealed":
      return { lines: [], coupon: null, movedTo: { cartId: event.movedTo, customerId: event.toCustomerId } };
  }
}

function lineOf(event: Extract<CartEvent, { type: "line_added" }>): CartLine {
  const { lineId, sku, name, quantity, unitMinor, stocked } = event;
  return { lineId, sku, name, quantity, unitMinor, stocked };
}
