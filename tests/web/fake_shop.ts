import { money } from "../../machines/money.ts";
import { demoCatalogue } from "../../src/catalogue/demo_catalogue.ts";
import { FakeFeed } from "./fake_feed.ts";

interface Line {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitMinor: number;
}

export interface FakeCart {
  readonly cartId: string;
  readonly customerId: string;
  status: "open" | "checking_out" | "checked_out";
  lines: readonly Line[];
  version: number;
  address?: Readonly<Record<string, unknown>>;
  paymentMethod?: string;
  orderId?: string;
}

export interface FakeOrder {
  readonly orderId: string;
  readonly trackingId: string;
  readonly customerId: string;
  readonly lines: readonly Line[];
  history: readonly { readonly status: string; readonly at: string }[];
  shipment: { readonly carrier: string; readonly trackingNumber: string; readonly status: string } | null;
  readonly tracking: FakeFeed;
}

export interface FakeProduct {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly description: string;
  priceMinor: number;
  available: number;
}

const CURRENCY = "GBP";

/** A shop in memory that survives its server: what the storefront sees of one, and nothing else. */
export class FakeShop {
  products: readonly FakeProduct[] = demoCatalogue.products
    .map(({ stock, look: _look, ...product }) => ({ ...product, available: stock }))
    .sort((one, other) => one.name.localeCompare(other.name));
  readonly carts = new Map<string, FakeCart>();
  readonly orders = new Map<string, FakeOrder>();
  readonly #feeds = new Map<string, FakeFeed>();
  readonly #openCarts = new Map<string, string>();
  /** How many products a list shows at once. */
  pageSize = 100;
  /** Guests made so far. */
  guests = 0;
  #ids = 0;

  newGuest(): string {
    this.guests += 1;
    return this.#id("gst");
  }

  product(sku: string): FakeProduct | undefined {
    return this.products.find((product) => product.sku === sku);
  }

  feedOf(customerId: string): FakeFeed {
    const known = this.#feeds.get(customerId);
    if (known !== undefined) return known;
    const feed = new FakeFeed(customerId.slice(-8), () => this.#feedState(customerId));
    this.#feeds.set(customerId, feed);
    return feed;
  }

  cartOf(customerId: string): FakeCart | undefined {
    return this.carts.get(this.#openCarts.get(customerId) ?? "");
  }

  openCart(customerId: string, commandId: string): FakeCart {
    const open = this.cartOf(customerId);
    if (open !== undefined) return open;
    const cart: FakeCart = { cartId: this.#id("crt"), customerId, status: "open", lines: [], version: 0 };
    this.carts.set(cart.cartId, cart);
    this.#openCarts.set(customerId, cart.cartId);
    this.feedOf(customerId).append();
    this.#changed(cart, [], commandId);
    return cart;
  }

  add(cart: FakeCart, wish: { readonly sku: string; readonly quantity: number; readonly commandId: string }): boolean {
    const product = this.product(wish.sku);
    if (product === undefined) return false;
    const quantity = (cart.lines.find(({ sku }) => sku === wish.sku)?.quantity ?? 0) + wish.quantity;
    const line = { sku: wish.sku, name: product.name, quantity, unitMinor: product.priceMinor };
    const isKnown = cart.lines.some(({ sku }) => sku === wish.sku);
    cart.lines = isKnown ? cart.lines.map((each) => each.sku === wish.sku ? line : each) : [...cart.lines, line];
    this.#changed(cart, [line], wish.commandId);
    return true;
  }

  setQuantity(
    cart: FakeCart,
    wish: { readonly sku: string; readonly quantity: number; readonly commandId: string },
  ): boolean {
    const line = cart.lines.find(({ sku }) => sku === wish.sku);
    if (line === undefined) return false;
    const changed = { ...line, quantity: wish.quantity };
    cart.lines = cart.lines.flatMap((each) => each === line ? (wish.quantity === 0 ? [] : [changed]) : [each]);
    this.#changed(cart, [changed], wish.commandId);
    return true;
  }

  beginCheckout(cart: FakeCart, commandId: string): void {
    if (cart.status === "checking_out") return;
    cart.status = "checking_out";
    this.#changed(cart, [], commandId);
  }

  complete(cart: FakeCart, commandId: string): FakeOrder {
    const { customerId, lines } = cart;
    const orderId = `ord_${cart.cartId.slice(4)}`;
    cart.status = "checked_out";
    cart.orderId = orderId;
    this.#openCarts.delete(customerId);
    this.#changed(cart, [], commandId);
    const trackingId = this.#id("trk");
    const order: FakeOrder = {
      orderId,
      trackingId,
      customerId,
      lines,
      history: [],
      shipment: null,
      tracking: new FakeFeed(trackingId.slice(-8), () => this.trackingState(order)),
    };
    this.orders.set(orderId, order);
    for (const { sku, quantity } of lines) {
      const product = this.product(sku);
      if (product !== undefined) product.available -= quantity;
    }
    this.move(order, "PENDING", commandId);
    if (cart.paymentMethod !== undefined) this.move(order, "PAID", commandId);
    return order;
  }

  move(order: FakeOrder, status: string, commandId = "system"): void {
    const at = new Date().toISOString();
    order.history = [...order.history, { status, at }];
    const { orderId, trackingId, customerId } = order;
    const totalAmount = totalOf(order.lines);
    this.feedOf(customerId).append({
      eventType: "order-status-changed",
      ...{ orderId, trackingId, newStatus: status, totalAmount, customerId, occurredAt: at, commandId },
      ...(status === "PENDING" && { placedAt: at }),
    });
    if (order.shipment !== null && (status === "SHIPPED" || status === "DELIVERED")) {
      this.feedOf(customerId).append({
        eventType: "shipment-status-changed",
        ...{ orderId, customerId, occurredAt: at, commandId, newStatus: status },
        ...{ shipmentId: `shp_${orderId.slice(4)}`, trackingNumber: order.shipment.trackingNumber },
      });
    }
    const shipment = status === "SHIPPED" && order.shipment !== null ? { shipment: order.shipment } : {};
    order.tracking.append({ eventType: "order-status-changed", newStatus: status, occurredAt: at, ...shipment });
  }

  cartView(cart: FakeCart): Readonly<Record<string, unknown>> {
    const { cartId, customerId, status, lines, version, orderId } = cart;
    return {
      ...{ cartId, customerId, status, version, currency: CURRENCY, orderId },
      lines: lines.map((line) => ({ lineId: line.sku, ...shownLine(line) })),
      itemCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
      totalAmount: totalOf(lines),
      checkoutId: `chk_${cartId.slice(4)}`,
      cursor: this.feedOf(customerId).cursor,
    };
  }

  orderView(order: FakeOrder): Readonly<Record<string, unknown>> {
    const { orderId, trackingId, customerId, lines, history, shipment } = order;
    const status = history.at(-1)?.status;
    return {
      ...{ orderId, trackingId, customerId, status, history },
      lines: lines.map(shownLine),
      totalAmount: totalOf(lines),
      payment: { status: "captured", method: "card" },
      ...(shipment !== null && { shipment }),
      allowed: status === "PENDING" ? ["cancel"] : [],
      placedAt: history[0]?.at,
      version: history.length,
      cursor: this.feedOf(customerId).cursor,
    };
  }

  trackingState({ trackingId, history, shipment }: FakeOrder): Readonly<Record<string, unknown>> {
    return { trackingId, status: history.at(-1)?.status, shipment, history };
  }

  #changed(cart: FakeCart, changed: readonly Line[], commandId: string): void {
    cart.version += 1;
    const { cartId, customerId, status, lines, version } = cart;
    this.feedOf(customerId).append({
      eventType: "cart-updated",
      ...{ cartId, customerId, status, cartVersion: version, commandId },
      itemCount: lines.reduce((sum, { quantity }) => sum + quantity, 0),
      totalAmount: totalOf(lines),
      changed: changed.map(({ unitMinor, ...line }) => ({
        lineId: line.sku,
        ...line,
        price: money(unitMinor, CURRENCY),
      })),
      occurredAt: new Date().toISOString(),
    });
  }

  #feedState(customerId: string): unknown {
    const cart = this.cartOf(customerId);
    const orders = [...this.orders.values()].filter((order) => order.customerId === customerId).reverse();
    return {
      customerId,
      cart: cart === undefined ? null : { ...this.cartView(cart), cartVersion: cart.version },
      orders: orders.map((order) => this.orderView(order)),
      shipments: [],
      notifications: [],
    };
  }

  #id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}${String(this.#ids).padStart(8, "0")}`;
  }
}

function shownLine({ sku, name, quantity, unitMinor }: Line): Readonly<Record<string, unknown>> {
  return { sku, name, quantity, price: money(unitMinor, CURRENCY), lineTotal: money(unitMinor * quantity, CURRENCY) };
}

function totalOf(lines: readonly Line[]): ReturnType<typeof money> {
  return money(lines.reduce((sum, { quantity, unitMinor }) => sum + quantity * unitMinor, 0), CURRENCY);
}
