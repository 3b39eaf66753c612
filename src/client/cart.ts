import { type Cart, type Money, readCart } from "./cart_shape.ts";
import {
  adopted,
  type CartFrame,
  type CartState,
  emptyCartState,
  framed,
  settled,
  shown,
  type Wish,
  wished,
} from "./cart_state.ts";
import { moneyText } from "./format.ts";
import { refusalWords, unreachableWords } from "./refusal_words.ts";
import type { SendCommand, Sent } from "./send_command.ts";
import type { UnsentWishes } from "./unsent_wishes.ts";

export interface Goods {
  readonly sku: string;
  readonly name: string;
  readonly price: Money;
}

export interface CartParts {
  readonly send: SendCommand;
  /** The open cart, or null; rejects when it cannot be had now. */
  readonly load: () => Promise<Cart | null>;
  /** Has the cart refreshed until that succeeds. */
  readonly insist: () => void;
  readonly unsent: UnsentWishes;
  readonly newKey: () => string;
  readonly onChange: (cart: Cart | null) => void;
  /** Something the customer wanted did not happen, or not as they saw it. */
  readonly onTrouble: (words: string) => void;
  readonly onSignedOut: () => void;
}

/**
 * The customer's cart. What they want shows at once; the shop's answer or the frame of the feed, whichever is first,
 * settles it; a refusal takes it back and says why. Wishes are sent one after the other, in the order of the clicks; the
 * next page goes on with those that this one could not finish.
 */
export class CartStore {
  readonly #parts: CartParts;
  #state: CartState = emptyCartState;
  #queue: Promise<void> = Promise.resolve();
  #waiting = new Set<string>();
  #loading: Promise<void> | undefined;
  #reloadWanted = false;

  constructor(parts: CartParts) {
    this.#parts = parts;
  }

  get cart(): Cart | null {
    return shown(this.#state);
  }

  add(goods: Goods, quantity: number): Promise<void> {
    const { sku, name, price } = goods;
    return this.#wish({ kind: "add", key: this.#parts.newKey(), sku, name, price, quantity });
  }

  /** 0 removes the line. A change that has not been sent yet is replaced: only the last one counts. */
  setQuantity(lineId: string, quantity: number): Promise<void> {
    const unsent = this.#state.wishes.find((wish) =>
      wish.kind === "set" && wish.lineId === lineId && this.#waiting.has(wish.key)
    );
    if (unsent !== undefined) this.#show(settled(this.#state, unsent.key));
    return this.#wish({ kind: "set", key: this.#parts.newKey(), lineId, quantity });
  }

  /** Sends what the page before did not finish, with the same keys: what it did send is not done twice. */
  resume(): void {
    const [first, ...others] = this.#parts.unsent.all();
    if (first === undefined) return;
    // The first may have been granted already: until that is known, it does not count on top.
    this.#queue = this.refresh().catch(() => {}).then(() => this.#answer(first));
    for (const wish of others) void this.#enqueue(wish);
  }

  receive(frame: CartFrame): void {
    this.#show(framed(this.#state, frame));
    if (this.#state.outdated) this.#parts.insist();
  }

  /** Asks the shop for the cart. One that is asked for while another is on its way is asked for after it. */
  refresh(): Promise<void> {
    this.#reloadWanted = true;
    this.#loading ??= this.#reload().finally(() => this.#loading = undefined);
    return this.#loading;
  }

  /** Resolves when everything wanted so far has been answered. */
  idle(): Promise<void> {
    return this.#queue;
  }

  async #reload(): Promise<void> {
    while (this.#reloadWanted) {
      this.#reloadWanted = false;
      const before = this.#state.confirmed;
      const cart = await this.#parts.load();
      const { confirmed } = this.#state;
      // No versions order two carts, or a cart and none: an answer of another cart may be the older news.
      if (confirmed !== before && confirmed?.cartId !== cart?.cartId) this.#reloadWanted = true;
      else this.#show(adopted(this.#state, cart));
    }
  }

  #wish(wish: Wish): Promise<void> {
    this.#parts.unsent.add(wish);
    return this.#enqueue(wish);
  }

  #enqueue(wish: Wish): Promise<void> {
    this.#waiting.add(wish.key);
    this.#show(wished(this.#state, wish));
    const send = (): Promise<void> => this.#send(wish);
    this.#queue = this.#queue.then(send, send);
    return this.#queue;
  }

  async #send(wish: Wish): Promise<void> {
    this.#waiting.delete(wish.key);
    if (this.#state.wishes.includes(wish)) await this.#answer(wish);
    else this.#parts.unsent.remove(wish.key);
  }

  async #answer(wish: Wish): Promise<void> {
    try {
      this.#settle(wish, await this.#sent(wish));
    } catch {
      // An answer that cannot be read says nothing.
      this.#settle(wish, { outcome: "unreachable" });
    } finally {
      this.#parts.unsent.remove(wish.key);
    }
  }

  async #sent(wish: Wish): Promise<Sent> {
    const sent = await this.#grant(wish, wish.key);
    if (sent.outcome !== "refused" || sent.code !== "cart_is_closed" || wish.kind !== "add") return sent;
    // Another tab has just checked out: what is added now begins the next cart.
    this.#show({ ...this.#state, confirmed: null });
    return await this.#grant(wish, `${wish.key}-next`);
  }

  async #grant(wish: Wish, key: string): Promise<Sent> {
    const { send } = this.#parts;
    const opened = await this.#open(key);
    if (opened !== undefined) return opened;

    const items = `/api/carts/${this.#state.confirmed?.cartId}/items`;
    if (wish.kind === "add") {
      const { sku, quantity } = wish;
      const before = this.#state.confirmed;
      const sent = await send({ method: "POST", path: items, body: { sku, quantity }, key });
      if (sent.outcome === "accepted") this.#tellPrice(wish, { before, after: readCart(sent.body) });
      return sent;
    }
    const path = `${items}/${encodeURIComponent(wish.lineId)}`;
    if (wish.quantity === 0) return send({ method: "DELETE", path, key });
    return send({ method: "PATCH", path, body: { quantity: wish.quantity }, key });
  }

  /** Makes sure that there is an open cart; what it came to, if there is none. */
  async #open(key: string): Promise<Sent | undefined> {
    if (this.#state.confirmed !== null) return undefined;
    const sent = await this.#parts.send({ method: "POST", path: "/api/carts", key: `${key}-cart` });
    if (sent.outcome !== "accepted") return sent;
    this.#show(adopted(this.#state, readCart(sent.body)));
    return undefined;
  }

  /** It is bought at the price of the shop, which may have changed since the page was made. */
  #tellPrice(
    { sku, name, price }: Goods,
    { before, after }: { readonly before: Cart | null; readonly after: Cart },
  ): void {
    const had = new Map(before?.lines.map(({ lineId, quantity }) => [lineId, quantity]));
    const grown = after.lines.find((line) => line.sku === sku && line.quantity > (had.get(line.lineId) ?? 0));
    if (grown === undefined || grown.price.minor === price.minor) return;
    this.#parts.onTrouble(`${name} now costs ${moneyText(grown.price)}.`);
  }

  #settle(wish: Wish, sent: Sent): void {
    const { insist, onTrouble, onSignedOut } = this.#parts;
    const state = settled(this.#state, wish.key);
    this.#show(sent.outcome === "accepted" ? adopted(state, readCart(sent.body)) : state);
    if (sent.outcome === "refused") onTrouble(refusalWords(sent.code));
    if (sent.outcome === "unreachable") onTrouble(unreachableWords);
    if (sent.outcome === "signed_out") onSignedOut();
    if (sent.outcome !== "accepted") insist();
  }

  #show(state: CartState): void {
    this.#state = state;
    this.#parts.onChange(this.cart);
  }
}
