import type { CartLine } from "./cart_shape.ts";
import { placeOrder } from "./place_order.ts";
import { moneyText } from "./format.ts";
import { LoadedSection } from "./loaded_section.ts";
import { type PaymentMethod, readCheckoutId, readCheckoutView } from "./own_views.ts";
import { refusalWords } from "./refusal_words.ts";
import type { Sent } from "./send_command.ts";
import type { Shop } from "./shop.ts";
import { cloneTemplate, fill, part, parts, picturePath, showRows, slot, write } from "./template.ts";
import { trouble } from "./toasts.ts";

const methodNames: Readonly<Record<string, string>> = {
  card: "Card",
  invoice: "Invoice, to be paid within 14 days",
};

const NOTHING_TO_ORDER: ReadonlySet<string> = new Set(["cart_is_empty", "cart_is_closed"]);

/** The checkout: begun when the page opens, followed by address, payment and one button. */
export function mountCheckout(shop: Shop): { readonly refresh: () => Promise<void>; readonly show: () => void } {
  const [element] = parts(document, "[data-checkout]");
  if (element === undefined) return { refresh: () => Promise.resolve(), show: () => {} };

  const form = part(element, "[data-checkout-form]");
  const button = part(element, "[data-place]");
  let checkout: Checkout | undefined;
  let placing = false;

  const section = new LoadedSection({
    element,
    clock: shop.clock,
    load: async () => {
      await shop.cart.idle();
      await shop.cart.refresh();
      const { cart } = shop.cart;
      if (cart === null || cart.lines.length === 0) return "empty";
      const begun = await begin(cart.cartId, shop);
      if (begun.outcome === "refused") {
        trouble(refusalWords(begun.code));
        return NOTHING_TO_ORDER.has(begun.code) ? "empty" : "unavailable";
      }
      const { checkoutId } = begun;
      await fillIn(checkoutId, { form, shop });
      checkout = { checkoutId, cartId: cart.cartId };
      showSummary(element, shop);
      return "ready";
    },
  });

  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    if (!placing && checkout !== undefined && form instanceof HTMLFormElement) void place(checkout, form);
  });

  async function place(of: Checkout, filled: HTMLFormElement): Promise<void> {
    placing = true;
    show("Placing your order…");
    const { method, ...address } = fieldsOf(filled);
    const placed = await placeOrder({ ...of, address, method: method ?? "card" }, shop)
      .finally(() => placing = false);
    if ("orderId" in placed) return location.assign(`/orders/${placed.orderId}`);
    if ("signedOut" in placed) return shop.signedOut();
    show(undefined, placed.trouble);
    showCart();
  }

  function show(words: string | undefined, trouble?: string): void {
    write(button, words ?? "Place order");
    button.setAttribute("aria-disabled", String(words !== undefined));
    const note = part(form, "[data-trouble]");
    note.hidden = trouble === undefined;
    write(note, trouble ?? "");
  }

  const showCart = (): void => {
    // While the order is being placed, the cart becomes the order: that is no empty cart.
    if (placing || section.state === "loading" || section.state === "unavailable") return;
    const { cart } = shop.cart;
    if (cart === null || cart.lines.length === 0) return section.show("empty");
    showSummary(element, shop);
    if (checkout?.cartId === cart.cartId) return section.show("ready");
    // Another tab has ordered the cart that this checkout was of.
    section.show("loading");
    void section.refresh();
  };

  return { refresh: () => section.refresh(), show: showCart };
}

interface Checkout {
  readonly checkoutId: string;
  readonly cartId: string;
}

type Begun = { readonly outcome: "begun"; readonly checkoutId: string } | Extract<Sent, { outcome: "refused" }>;

async function begin(
  cartId: string,
  { send, newKey, signedOut }: Pick<Shop, "send" | "newKey" | "signedOut">,
): Promise<Begun> {
  const sent = await send({ method: "POST", path: "/api/checkouts", body: { cartId }, key: newKey() });
  if (sent.outcome === "refused") return sent;
  if (sent.outcome === "signed_out") signedOut();
  if (sent.outcome !== "accepted") throw new Error(`Cannot begin the checkout: ${sent.outcome}`);
  return { outcome: "begun", checkoutId: readCheckoutId(sent.body) };
}

interface Form {
  readonly form: HTMLElement;
  readonly shop: Pick<Shop, "get">;
}

/** What the customer has typed already stays. */
async function fillIn(checkoutId: string, { form, shop }: Form): Promise<void> {
  const view = await shop.get(`/api/checkouts/${checkoutId}/view`, readCheckoutView);
  if (view === undefined || view.paymentMethods.status === "unavailable") throw new Error("Cannot show the checkout");
  showMethods(part(form, "[data-methods]"), view.paymentMethods.data);

  const known = view.addresses.status === "unavailable" ? undefined : view.addresses.data[0];
  for (const field of parts(form, "input, select")) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
    const value = known?.[field.name];
    if (typeof value === "string" && (field.value === "" || field instanceof HTMLSelectElement)) field.value = value;
  }
}

function showMethods(list: HTMLElement, methods: readonly PaymentMethod[]): void {
  const hasChosen = methods.some(({ chosen }) => chosen);
  showRows(list, methods, {
    key: ({ method }) => method,
    make: ({ method, chosen }) => {
      const row = cloneTemplate("payment-method");
      const radio = slot(row, "method");
      if (radio instanceof HTMLInputElement) {
        radio.value = method;
        radio.checked = chosen || (!hasChosen && method === methods[0]?.method);
      }
      return row;
    },
    update: (row, { method }) => fill(row, { name: methodNames[method] ?? method.replaceAll("_", " ") }),
  });
}

function showSummary(element: HTMLElement, { cart: { cart } }: Pick<Shop, "cart">): void {
  if (cart === null) return;
  showRows(part(element, "[data-summary]"), cart.lines, {
    key: ({ lineId }: CartLine) => lineId,
    make: ({ sku }) => {
      const row = cloneTemplate("summary-line");
      slot(row, "picture").setAttribute("src", picturePath(sku));
      return row;
    },
    update: (row, { name, quantity, price }) =>
      fill(row, {
        name: quantity === 1 ? name : `${quantity} × ${name}`,
        total: moneyText({ ...price, minor: price.minor * quantity }),
      }),
  });
  write(part(element, "[data-summary-total]"), moneyText(cart.totalAmount));
}

/** What was filled in; a field left empty is not there. */
function fieldsOf(form: HTMLFormElement): Readonly<Record<string, string>> {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== ""));
}
