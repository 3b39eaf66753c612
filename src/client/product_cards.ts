import type { Goods } from "./cart.ts";
import type { Shop } from "./shop.ts";
import { write } from "./template.ts";
import { speak } from "./toasts.ts";

const THANKS_MS = 1200;

/** The "Add" buttons, also those of products that come later. */
export function mountProductCards({ cart, clock }: Pick<Shop, "cart" | "clock">): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-add]") : null;
    const goods = button?.closest("[data-sku]");
    if (!(button instanceof HTMLButtonElement) || !(goods instanceof HTMLElement)) return;

    const [wanted, quantity] = [goodsOf(goods), quantityIn(goods)];
    if (quantity === undefined) return;
    void cart.add(wanted, quantity);
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

/** Undefined when what was typed is no quantity, or more than there is now: the field says so. */
function quantityIn(goods: HTMLElement): number | undefined {
  const field = goods.querySelector("[data-quantity]");
  if (!(field instanceof HTMLInputElement)) return 1;
  return field.reportValidity() ? field.valueAsNumber : undefined;
}
