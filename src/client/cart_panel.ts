import type { Cart, CartLine } from "./cart_shape.ts";
import { countText, moneyText, timeText } from "./format.ts";
import { LoadedSection } from "./loaded_section.ts";
import type { Shop } from "./shop.ts";
import { cloneTemplate, fill, part, parts, picturePath, productPath, showRows, slot, write } from "./template.ts";

/** What was known last, and since when the shop has not been able to say more: RFC 3339. */
export interface CartPanel {
  show(cart: Cart | null): void;
  showAge(asOf: string | undefined): void;
  refresh(): Promise<void>;
}

/** The cart wherever the page shows it: the lines, the number in the header, the bar at the bottom of small screens. */
export function cartPanel(shop: Pick<Shop, "cart" | "clock">): CartPanel {
  const [element] = parts(document, "[data-cart]");
  const panel = element === undefined ? undefined : linesPanel(element, shop);
  return {
    show(cart): void {
      showCounts(cart);
      panel?.show(cart);
    },
    showAge: (asOf) => panel?.showAge(asOf),
    refresh: () => panel?.section.refresh() ?? shop.cart.refresh().catch(() => {}),
  };
}

function showCounts(cart: Cart | null): void {
  const count = cart?.itemCount ?? 0;
  for (const badge of parts(document, "[data-cart-count]")) {
    if (badge.textContent === String(count)) continue;
    write(badge, String(count));
    badge.toggleAttribute("data-bump", false);
    requestAnimationFrame(() => badge.toggleAttribute("data-bump", true));
  }
  for (const bar of parts(document, "[data-cart-bar]")) {
    bar.hidden = count === 0;
    if (cart === null) continue;
    write(part(bar, "[data-cart-summary]"), `${countText(count, ["item", "items"])} · ${moneyText(cart.totalAmount)}`);
  }
}

interface LinesPanel extends Pick<CartPanel, "show" | "showAge"> {
  readonly section: LoadedSection;
}

function linesPanel(element: HTMLElement, { cart: store, clock }: Pick<Shop, "cart" | "clock">): LinesPanel {
  const list = part(element, "[data-lines]");
  const total = part(element, "[data-total]");
  const note = part(element, "[data-note]");
  const stateOf = (cart: Cart | null): "ready" | "empty" =>
    cart === null || cart.lines.length === 0 ? "empty" : "ready";
  const section = new LoadedSection({
    element,
    clock,
    load: async () => {
      await store.refresh();
      return stateOf(store.cart);
    },
  });

  const rows = {
    key: ({ lineId }: CartLine): string => lineId,
    make: (line: CartLine): HTMLElement => lineRow(line, store),
    update: showLine,
  };
  return {
    section,
    show(cart): void {
      const focused = list.contains(document.activeElement) ? document.activeElement : null;
      const place = parts(list, ":scope > *").findIndex((row) => row.contains(focused));
      showRows(list, cart?.lines ?? [], rows);
      if (cart !== null) write(total, moneyText(cart.totalAmount));
      // An empty cart is only certain once the shop has said so.
      if (section.state === "ready" || section.state === "empty" || stateOf(cart) === "ready") {
        section.show(stateOf(cart));
      }
      if (focused !== null && !focused.isConnected) keepFocus(element, place);
    },
    showAge(asOf): void {
      note.hidden = asOf === undefined;
      write(note, asOf === undefined ? "" : `This is your cart as it was on ${timeText(asOf)}.`);
    },
  };
}

function lineRow({ lineId, sku }: CartLine, store: Shop["cart"]): HTMLElement {
  const row = cloneTemplate("cart-line");
  const quantity = (): number => store.cart?.lines.find((line) => line.lineId === lineId)?.quantity ?? 0;
  const set = (to: () => number) => (): void => void store.setQuantity(lineId, Math.max(0, to()));
  part(row, "[data-less]").addEventListener("click", set(() => quantity() - 1));
  part(row, "[data-more]").addEventListener("click", set(() => quantity() + 1));
  part(row, "[data-remove]").addEventListener("click", set(() => 0));
  slot(row, "picture").setAttribute("src", picturePath(sku));
  for (const name of ["link", "name"]) slot(row, name).setAttribute("href", productPath(sku));
  row.toggleAttribute("data-new", true);
  return row;
}

function showLine(row: HTMLElement, { name, quantity, price }: CartLine): void {
  fill(row, {
    name,
    price: `${moneyText(price)} each`,
    quantity: String(quantity),
    total: moneyText({ ...price, minor: price.minor * quantity }),
  });
  slot(row, "stepper").setAttribute("aria-label", `Quantity of ${name}`);
  part(row, "[data-less]").setAttribute("aria-label", quantity === 1 ? `Remove ${name}` : `One less of ${name}`);
  part(row, "[data-more]").setAttribute("aria-label", `One more of ${name}`);
  part(row, "[data-remove]").setAttribute("aria-label", `Remove ${name}`);
}

/**
 * Whoever removed a line with the keyboard goes on from the one that took its place. The focus is on the row, where
 * Enter does nothing: a key that is pressed once too often must not remove that one too.
 */
function keepFocus(element: HTMLElement, place: number): void {
  const rows = parts(element, "[data-lines] > *");
  const next = rows[place] ?? rows.at(-1) ?? parts(element, '[data-part="empty"] a')[0];
  if (rows.length > 0) next?.setAttribute("tabindex", "-1");
  next?.focus();
}
