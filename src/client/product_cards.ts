import type { Goods } from "./cart.ts";
import type { Shop } from "./shop.ts";
import { part, write } from "./template.ts";
import { speak } from "./toasts.ts";

const THANKS_MS = 1200;

/** The "Add" buttons, also those of products that come later. */
export function mountProductCards({ cart, clock }: Pick<Shop, "cart" | "clock">): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-add]") : null;
    const goods = button?.closest("[data-sku]");
    if (!(button instanceof HTMLButtonElement) || !(goods instanceof HTMLElement)) return;

    const wanted = goodsOf(goods);
    void cart.add(wanted, quantityIn(goods));
    speak(`${wanted.name} is in your cart.`);
    thank(button);
  });

  function thank(button: HTMLButtonElement): void {
    const words = button.dataset.words ?? button.textContent;
    button.dataset.words = words;
    write(button, "Added ✓");
    clock.after(THANKS_MS, () => write(button, words));
  }
}

export function goodsOf({ dataset }: HTMLElement): Goods {
  return {
    sku: dataset.sku ?? "",
    name: dataset.name ?? "",
    price: { minor: Number(dataset.minor), currency: dataset.currency ?? "GBP" },
  };
}

function quantityIn(goods: HTMLElement): number {
  if (goods.querySelector("[data-quantity]") === null) return 1;
  const field = part(goods, "[data-quantity]");
  const quantity = field instanceof HTMLInputElement ? field.valueAsNumber : 1;
  return Number.isSafeInteger(quantity) && quantity > 0 ? quantity : 1;
}
