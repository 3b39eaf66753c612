import { type Money, readMoney } from "./cart_shape.ts";
import { moneyText, stockLevel, stockText } from "./format.ts";
import { list, maybe, record, text, whole } from "./json_shape.ts";
import { goodsOf } from "./product_cards.ts";
import type { Shop } from "./shop.ts";
import { part, parts, write } from "./template.ts";
import { toast } from "./toasts.ts";

const EVERY_MS = 20_000;
const AT_MOST = 100;

interface Offer {
  readonly sku: string;
  readonly available?: number;
  readonly price?: Money;
}

/** Keeps stock and prices of the products on the page up to date, while somebody looks at it. */
export function mountStockWatch(shop: Shop): void {
  if (parts(document, "[data-sku]").length === 0 && document.querySelector("[data-products]") === null) return;

  const look = (): void => void refresh(shop).catch(() => {});
  const again = (): void =>
    void shop.clock.after(EVERY_MS, () => {
      if (document.visibilityState === "visible") look();
      again();
    });
  again();
  shop.onWake(look);
  shop.feed.subscribe({
    frame: ({ eventType }) => {
      if (eventType === "order-status-changed") look();
    },
    other: (data) => {
      const event = record(data);
      if (event.eventType === "stock-changed" || event.eventType === "price-changed") show(readOffer(event), shop);
    },
  });
}

async function refresh(shop: Shop): Promise<void> {
  const [shown] = parts(document, "[data-products]");
  if (shown === undefined) return await refreshOne(shop);

  const { q } = shown.dataset;
  // One place for each page that is shown: that of the first, and those that "Show more" has brought.
  for (const { dataset: { after } } of parts(document, "[data-after]")) {
    const query = new URLSearchParams({ ...(q && { q }), ...(after && { after }), limit: String(AT_MOST) });
    const offers = await shop.get(`/api/products?${query}`, (json) => list(readOffer)(record(json).items));
    for (const offer of offers ?? []) show(offer, shop);
  }
}

/** A product's own page. */
async function refreshOne(shop: Shop): Promise<void> {
  for (const goods of parts(document, "[data-sku]")) {
    const { sku = "" } = goods.dataset;
    const offer = await shop.get(`/api/v1/products/${encodeURIComponent(sku)}`, readOffer);
    if (offer === undefined) showStock(goods, 0, "Not sold any more");
    else show(offer, shop);
  }
}

function readOffer(json: unknown): Offer {
  const offer = record(json);
  return { sku: text(offer.sku), available: maybe(whole)(offer.available), price: maybe(readMoney)(offer.price) };
}

function show({ sku, available, price }: Offer, { cart }: Pick<Shop, "cart">): void {
  for (const goods of parts(document, "[data-sku]").filter(({ dataset }) => dataset.sku === sku)) {
    if (available !== undefined) showStock(goods, available);
    if (price !== undefined) showPrice(goods, price, cart);
  }
}

function showStock(goods: HTMLElement, available: number, words = stockText(available)): void {
  goods.dataset.available = String(available);
  const stock = part(goods, "[data-stock]");
  stock.dataset.level = stockLevel(available);
  if (stock.textContent !== words) notice(stock, words);
  part(goods, "[data-add]").toggleAttribute("disabled", available <= 0);
  for (const field of parts(goods, "[data-quantity]")) field.setAttribute("max", String(Math.max(1, available)));
}

/** A price never changes in silence, and never in a cart. */
function showPrice(goods: HTMLElement, price: Money, cart: Shop["cart"]): void {
  const { name, sku } = goodsOf(goods);
  if (goods.dataset.minor === String(price.minor)) return;
  goods.dataset.minor = String(price.minor);
  notice(part(goods, "[data-price]"), moneyText(price));
  const line = cart.cart?.lines.find((each) => each.sku === sku);
  if (line === undefined || line.price.minor === price.minor) return;
  toast(`${name} now costs ${moneyText(price)}. In your cart it stays ${moneyText(line.price)}.`);
}

function notice(element: HTMLElement, words: string): void {
  write(element, words);
  element.toggleAttribute("data-changed", false);
  requestAnimationFrame(() => element.toggleAttribute("data-changed", true));
}
