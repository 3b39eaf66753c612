import { dayText, moneyText, timeText } from "./format.ts";
import { LoadedSection } from "./loaded_section.ts";
import type { ListedOrder } from "./order_shape.ts";
import { statusName } from "./order_words.ts";
import { type AccountView, type Profile, readAccountView } from "./own_views.ts";
import type { Section } from "./section_shape.ts";
import type { Shop } from "./shop.ts";
import { cloneTemplate, fill, part, parts, showRows, slot, write } from "./template.ts";

const ENDED: ReadonlySet<string> = new Set(["CANCELED", "FAILED", "REFUNDED"]);

/** The customer's orders and profile; each shows itself, and fails by itself. */
export function mountAccount(shop: Shop): () => Promise<void> {
  const [ordersElement] = parts(document, "[data-orders]");
  const [profileElement] = parts(document, "[data-profile]");
  if (ordersElement === undefined || profileElement === undefined) return () => Promise.resolve();

  const note = part(ordersElement, "[data-note]");
  let orders: readonly ListedOrder[] = [];
  const view = shared(() => shop.get("/api/account/view", readAccountView));

  const ordersSection = new LoadedSection({
    element: ordersElement,
    clock: shop.clock,
    load: async () => {
      const section = available((await view())?.orders);
      orders = section.data;
      showAge(note, section);
      if (section.status === "stale") ordersSection.refreshLater();
      return showOrders(ordersElement, orders);
    },
  });
  const profileSection = new LoadedSection({
    element: profileElement,
    clock: shop.clock,
    load: async () => {
      const { data } = available((await view())?.profile);
      write(slot(profileElement, "profile"), profileWords(data));
      return "ready";
    },
  });

  shop.feed.subscribe({
    opened: () => void ordersSection.refresh(),
    frame: (frame) => {
      if (frame.eventType !== "order-status-changed" || ordersSection.state === "loading") return;
      const { orderId, newStatus: status, totalAmount, occurredAt } = frame;
      const known = orders.find((order) => order.orderId === orderId);
      const placedAt = known?.placedAt ?? frame.placedAt ?? occurredAt;
      const order = { orderId, status, totalAmount, placedAt };
      orders = known === undefined ? [order, ...orders] : orders.map((each) => each === known ? order : each);
      ordersSection.show(showOrders(ordersElement, orders));
    },
  });
  shop.onWake(() => {
    if (!note.hidden) void ordersSection.refresh();
  });
  return async () => void await Promise.all([ordersSection.refresh(), profileSection.refresh()]);
}

type Present<Data> = Exclude<Section<Data>, { status: "unavailable" }>;

function available<Data>(section: Section<Data> | undefined): Present<Data> {
  if (section === undefined || section.status === "unavailable") throw new Error("Cannot show what is unavailable");
  return section;
}

/** Both sections come with one answer. */
function shared(load: () => Promise<AccountView | undefined>): () => Promise<AccountView | undefined> {
  let loading: Promise<AccountView | undefined> | undefined;
  return () => loading ??= load().finally(() => loading = undefined);
}

function showAge(note: HTMLElement, { status, asOf }: { readonly status: string; readonly asOf: string }): void {
  note.hidden = status !== "stale";
  write(note, note.hidden ? "" : `These are your orders as of ${timeText(asOf)}.`);
}

function showOrders(element: HTMLElement, orders: readonly ListedOrder[]): "ready" | "empty" {
  showRows(part(element, "[data-order-list]"), orders, {
    key: ({ orderId }) => orderId,
    make: ({ orderId }) => {
      const row = cloneTemplate("order-row");
      slot(row, "link").setAttribute("href", `/orders/${encodeURIComponent(orderId)}`);
      return row;
    },
    update: (row, { status, totalAmount, placedAt }) => {
      fill(row, {
        day: placedAt === undefined ? "" : dayText(placedAt),
        status: statusName(status),
        total: moneyText(totalAmount),
      });
      slot(row, "status").toggleAttribute("data-ended", ENDED.has(status));
    },
  });
  return orders.length === 0 ? "empty" : "ready";
}

function profileWords({ guest }: Profile): string {
  return guest
    ? "You are shopping as a guest. Your cart and your orders belong to this browser."
    : "You are signed in. Your cart and your orders follow you to every device.";
}
