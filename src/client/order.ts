import { dayText, moneyText } from "./format.ts";
import { LoadedSection } from "./loaded_section.ts";
import { type Order, type OrderLine, readOrder } from "./order_shape.ts";
import { statusName, statusSentence } from "./order_words.ts";
import { refusalWords, unreachableWords } from "./refusal_words.ts";
import type { Shop } from "./shop.ts";
import { cloneTemplate, fill, part, parts, picturePath, productPath, showRows, slot, write } from "./template.ts";
import { showTimeline } from "./timeline_view.ts";
import { trouble } from "./toasts.ts";

/** One order, as it goes its way. The feed brings each step; it is fetched anew only after a gap. */
export function mountOrder(shop: Shop): () => Promise<void> {
  const [element] = parts(document, "[data-order]");
  const orderId = element?.dataset.order;
  if (element === undefined || orderId === undefined) return () => Promise.resolve();

  const heading = slot(element, "status");
  heading.setAttribute("tabindex", "-1");
  const path = `/api/v1/orders/${encodeURIComponent(orderId)}`;
  let order: Order | undefined;
  const section = new LoadedSection({
    element,
    clock: shop.clock,
    load: async () => {
      const loaded = await shop.get(path, readOrder);
      // A frame may have been faster than the answer.
      if (loaded !== undefined && loaded.history.length >= (order?.history.length ?? 0)) order = loaded;
      if (order === undefined) return "empty";
      showOrder(element, order);
      return "ready";
    },
  });

  shop.feed.subscribe({
    opened: () => void section.refresh(),
    frame: (frame) => {
      if (!("orderId" in frame) || frame.orderId !== orderId || order === undefined) return;
      if (frame.eventType === "order-status-changed") {
        order = withMilestone(order, { status: frame.newStatus, at: frame.occurredAt, reason: frame.reason });
      }
      if (frame.eventType === "shipment-status-changed") {
        order = { ...order, trackingNumber: frame.trackingNumber ?? order.trackingNumber };
      }
      showOrder(element, order);
    },
  });

  const buttons = { cancel: part(element, "[data-cancel]"), pay: part(element, "[data-pay]") };
  buttons.cancel.addEventListener("click", () => void act("cancel"));
  buttons.pay.addEventListener("click", () => void act("pay"));

  let acting = false;
  const setActing = (now: boolean): void => {
    acting = now;
    for (const button of Object.values(buttons)) button.setAttribute("aria-disabled", String(now));
  };

  async function act(action: "cancel" | "pay"): Promise<void> {
    if (acting) return;
    setActing(true);
    const sent = await shop.send({ method: "POST", path: `${path}/${action}`, body: {}, key: shop.newKey() });
    if (sent.outcome === "signed_out") shop.signedOut();
    if (sent.outcome === "refused") trouble(refusalWords(sent.code));
    if (sent.outcome === "unreachable") trouble(unreachableWords);
    await section.refresh();
    setActing(false);
    // Its button has gone, and the focus with it.
    if (buttons[action].hidden) heading.focus();
  }

  return () => section.refresh();
}

/** Each status comes once; one that is there already was in the answer before its frame came. */
function withMilestone(order: Order, milestone: Order["history"][number]): Order {
  const { status, reason } = milestone;
  if (order.history.some((known) => known.status === status)) return order;
  return { ...order, status, reason, allowed: [], history: [...order.history, milestone] };
}

function showOrder(element: HTMLElement, order: Order): void {
  const { status, reason, history, lines, totalAmount, trackingId } = order;
  fill(element, {
    day: dayText(history[0]?.at ?? new Date().toISOString()),
    status: statusName(status),
    sentence: statusSentence(status, reason),
    total: moneyText(totalAmount),
  });
  slot(element, "tracking").setAttribute("href", `/track/${encodeURIComponent(trackingId)}`);
  showTimeline(part(element, "[data-timeline]"), history);
  showLines(part(element, "[data-lines]"), lines);
  showShipment(slot(element, "shipment"), order);
  part(element, "[data-cancel]").hidden = !order.allowed.includes("cancel") || status !== "PENDING";
  part(element, "[data-pay]").hidden = !order.allowed.includes("pay") || order.hasPaymentMethod;
  document.title = `${statusName(status)}: your order · Vitrine`;
}

/** Whatever carries the parcel, and under which number. */
export function showShipment(
  note: HTMLElement,
  { carrier, trackingNumber }: { readonly carrier?: string; readonly trackingNumber?: string },
): void {
  note.hidden = trackingNumber === undefined;
  const by = carrier === undefined ? "" : ` with ${carrier}`;
  write(note, trackingNumber === undefined ? "" : `Travels${by}, number ${trackingNumber}`);
}

function showLines(list: HTMLElement, lines: readonly OrderLine[]): void {
  const numbered = lines.map((line, index) => ({ ...line, index }));
  showRows(list, numbered, {
    key: ({ sku, index }) => `${index} ${sku}`,
    make: ({ sku }) => {
      const row = cloneTemplate("summary-line");
      slot(row, "picture").setAttribute("src", picturePath(sku));
      slot(row, "name").setAttribute("href", productPath(sku));
      return row;
    },
    update: (row, { name, quantity, lineTotal }) =>
      fill(row, { name: quantity === 1 ? name : `${quantity} × ${name}`, total: moneyText(lineTotal) }),
  });
}
