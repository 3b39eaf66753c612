import { type CustomerFrame, isOver } from "../../machines/customer/fold.ts";
import type { Cart, CartLine, Money } from "./cart_shape.ts";

/** Something the customer wants that the shop has not confirmed yet. `key` is its idempotency key. */
export type Wish =
  | {
    readonly kind: "add";
    readonly key: string;
    readonly sku: string;
    readonly name: string;
    readonly price: Money;
    readonly quantity: number;
  }
  /** Quantity 0 removes the line. */
  | { readonly kind: "set"; readonly key: string; readonly lineId: string; readonly quantity: number };

/** The cart as the shop confirmed it, and what is wished on top of it. */
export interface CartState {
  /** Null: there is no open cart. */
  readonly confirmed: Cart | null;
  readonly wishes: readonly Wish[];
  /** A frame was missed: the cart has to be fetched. */
  readonly outdated: boolean;
}

export type CartFrame = Extract<CustomerFrame, { eventType: "cart-updated" }>;

export const emptyCartState: CartState = { confirmed: null, wishes: [], outdated: false };

/** The shop's own answer; an older one than what is held changes nothing. */
export function adopted(state: CartState, cart: Cart | null): CartState {
  const held = state.confirmed;
  if (cart !== null && held?.cartId === cart.cartId && cart.version < held.version) return state;
  const isOpen = cart !== null && !isOver(cart.status);
  return { ...state, confirmed: isOpen ? cart : null, outdated: false };
}

/** A frame that follows directly on what is held brings its changes along; after a gap the cart is outdated. */
export function framed(state: CartState, frame: CartFrame): CartState {
  const held = state.confirmed?.cartId === frame.cartId ? state.confirmed : freshCart(frame);
  if (held === undefined) return isOver(frame.status) ? state : { ...state, outdated: true };
  if (frame.cartVersion <= held.version) return state;
  if (frame.cartVersion !== held.version + 1) return { ...state, outdated: true };

  const { itemCount, totalAmount, cartVersion, status } = frame;
  const cart = {
    ...held,
    status,
    lines: frame.changed.reduce(withLine, held.lines),
    itemCount,
    totalAmount,
    version: cartVersion,
  };
  const wishes = state.wishes.filter(({ key }) => key !== frame.commandId);
  return { ...adopted(state, cart), outdated: state.outdated, wishes };
}

export function wished(state: CartState, wish: Wish): CartState {
  return { ...state, wishes: [...state.wishes, wish] };
}

/** Granted or refused: in either case it is a wish no more. */
export function settled(state: CartState, key: string): CartState {
  return { ...state, wishes: state.wishes.filter((wish) => wish.key !== key) };
}

/** What the customer sees: the confirmed cart with every wish granted. */
export function shown(state: CartState): Cart | null {
  const first = state.wishes[0];
  if (first === undefined) return state.confirmed;
  const start = state.confirmed ?? (first.kind === "add" ? newCart("", first.price.currency) : null);
  return start === null ? null : state.wishes.reduce(granted, start);
}

function granted(cart: Cart, wish: Wish): Cart {
  const line = cart.lines.find((each) =>
    wish.kind === "set" ? each.lineId === wish.lineId : each.sku === wish.sku && each.price.minor === wish.price.minor
  );
  if (wish.kind === "add") {
    const { sku, name, price } = wish;
    const quantity = (line?.quantity ?? 0) + wish.quantity;
    // As the shop names a line whose SKU is in the cart at another price.
    const lineId = cart.lines.some((each) => each.lineId === sku) ? `${sku}@${price.minor}` : sku;
    return changed(cart, line ?? { lineId, sku, name, price, quantity: 0 }, quantity);
  }
  return line === undefined ? cart : changed(cart, line, wish.quantity);
}

function changed(cart: Cart, line: CartLine, quantity: number): Cart {
  const added = quantity - line.quantity;
  const { minor, currency } = cart.totalAmount;
  return {
    ...cart,
    lines: withLine(cart.lines, { ...line, quantity }),
    itemCount: cart.itemCount + added,
    totalAmount: { minor: Math.max(0, minor + added * line.price.minor), currency },
  };
}

/** A line keeps its place; a new one comes last; none is left at quantity 0. */
function withLine(lines: readonly CartLine[], line: CartLine): readonly CartLine[] {
  if (line.quantity === 0) return lines.filter(({ lineId }) => lineId !== line.lineId);
  const isKnown = lines.some(({ lineId }) => lineId === line.lineId);
  return isKnown ? lines.map((each) => each.lineId === line.lineId ? line : each) : [...lines, line];
}

/** The first frame of a cart says all there is to know of it. */
function freshCart({ cartId, cartVersion, totalAmount }: CartFrame): Cart | undefined {
  return cartVersion === 1 ? newCart(cartId, totalAmount.currency) : undefined;
}

function newCart(cartId: string, currency: string): Cart {
  return {
    cartId,
    status: "open",
    currency,
    lines: [],
    itemCount: 0,
    totalAmount: { minor: 0, currency },
    version: 0,
  };
}
