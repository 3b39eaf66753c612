import type { Api } from "./api.ts";
import { Cart, Session } from "./shapes_of_answers.ts";
import type { z } from "zod";

/** A guest of the shop. */
export class Shopper {
  readonly api: Api;
  readonly token: string;
  readonly customerId: string;

  constructor(api: Api, { token, customerId }: Pick<z.infer<typeof Session>, "token" | "customerId">) {
    this.api = api;
    this.token = token;
    this.customerId = customerId;
  }

  static async arrive(api: Api): Promise<Shopper> {
    return new Shopper(api, (await api.post("/api/session")).as(Session, 201));
  }

  async openCart(): Promise<Cart> {
    const answer = await this.api.post("/api/carts", { token: this.token, body: {} });
    return answer.as(Cart, answer.status === 201 ? 201 : 200);
  }

  async addItem(cartId: string, item: { readonly sku: string; readonly quantity: number }): Promise<Cart> {
    const { api, token } = this;
    return (await api.post(`/api/carts/${cartId}/items`, { token, body: item, key: crypto.randomUUID() })).as(Cart);
  }
}
