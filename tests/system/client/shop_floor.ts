import { until } from "../../harness/until.ts";
import type { Api } from "./api.ts";
import { adminToken, staffToken } from "./people.ts";
import { Order, type OrderStatus, PlacedOrder } from "./shapes_of_answers.ts";
import type { Account } from "../load/providers_books.ts";
import type { Shopper } from "./shopper.ts";

export interface Goods {
  readonly quantity: number;
  readonly priceMinor?: number;
}

export interface Staffed {
  readonly admin: string;
  readonly staff: string;
  /** Reads the payment provider's books: accounts by order. */
  readonly books: () => Promise<ReadonlyMap<string, Account>>;
}

let products = 0;

/** A shop on one node or many, and who works there. */
export class ShopFloor {
  readonly api: Api;
  readonly admin: string;
  readonly staff: string;
  readonly books: Staffed["books"];

  constructor(api: Api, { admin, staff, books }: Staffed) {
    this.api = api;
    this.admin = admin;
    this.staff = staff;
    this.books = books;
  }

  /** Signs in who works there. */
  static async at(api: Api, { books }: Pick<Staffed, "books">): Promise<ShopFloor> {
    return new ShopFloor(api, { admin: await adminToken(api), staff: await staffToken(api), books });
  }

  /** Puts something new on sale, with so much of it on the shelf. */
  async stock({ quantity, priceMinor = 1250 }: Goods): Promise<string> {
    const sku = `TEST-${++products}-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
    const { api, admin: token } = this;
    const product = { sku, name: `Test piece ${products}`, price: { minor: priceMinor, currency: "GBP" } };
    const received = await api.post(`/api/v1/stock/${sku}/receive`, { token, body: { quantity } });
    if (received.status !== 200) throw new Error(`Cannot stock ${sku}: ${received.text}`);
    const listed = await api.post("/api/v1/products", { token, body: product });
    if (listed.status !== 201) throw new Error(`Cannot list ${sku}: ${listed.text}`);
    return sku;
  }

  async order({ token }: Pick<Shopper, "token">, items: readonly unknown[], more: object = {}): Promise<PlacedOrder> {
    const body = { items, ...more };
    return (await this.api.post("/api/v1/orders", { token, key: crypto.randomUUID(), body })).as(PlacedOrder, 201);
  }

  async readOrder(orderId: string, token: string = this.staff): Promise<Order> {
    return (await this.api.call(`/api/v1/orders/${orderId}`, { token })).as(Order);
  }

  /** The order, once it has this status. */
  async orderThatIs(status: OrderStatus, orderId: string): Promise<Order> {
    let order = await this.readOrder(orderId);
    await until(async () => {
      if (order.status !== status) order = await this.readOrder(orderId);
      return order.status === status;
    }, { what: () => `${orderId} to be ${status}; it is ${order.status}` });
    return order;
  }

  /** What lists show as available, of this SKU. */
  async available(sku: string): Promise<number | undefined> {
    const page = await this.api.call(`/api/products?q=${sku}&limit=1`);
    const { items }: { items: { sku: string; available: number }[] } = JSON.parse(page.text);
    return items.find((item) => item.sku === sku)?.available;
  }
}
