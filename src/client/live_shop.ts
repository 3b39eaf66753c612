import { mountAccount } from "./account.ts";
import { CartStore } from "./cart.ts";
import { cartPanel } from "./cart_panel.ts";
import { mountCheckout } from "./checkout.ts";
import type { Clock } from "./clock.ts";
import type { ConnectionStatus } from "./connection_status.ts";
import { OLD_AGAIN_MS } from "./loaded_section.ts";
import { mountOrder } from "./order.ts";
import { readCartView } from "./own_views.ts";
import { mountProductCards } from "./product_cards.ts";
import { reloadOnce } from "./reload_once.ts";
import { commandSender } from "./send_command.ts";
import type { SharedFeed } from "./shared_feed.ts";
import { jsonGetter, type Shop } from "./shop.ts";
import { mountStockWatch } from "./stock_watch.ts";
import { tabFeed } from "./tab_feed.ts";
import { toast, trouble } from "./toasts.ts";
import { unsentWishes } from "./unsent_wishes.ts";

export interface LiveShopParts {
  readonly customerId: string;
  readonly clock: Clock;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly onStatus: (status: ConnectionStatus) => void;
  readonly onSignedOut: () => void;
}

/** Everything on a page that belongs to a customer, put together. `wake` looks at all of it again. */
export interface LiveShop {
  readonly feed: SharedFeed;
  wake(): void;
}

export function liveShop({ customerId, clock, fetch, onStatus, onSignedOut: signedOut }: LiveShopParts): LiveShop {
  const wakers: (() => void)[] = [];
  const get = jsonGetter({ fetch, signedOut });
  const send = commandSender({ fetch, clock, random: Math.random });

  const cart = new CartStore({
    send,
    insist: () => void panel.refresh(),
    unsent: unsentWishes({ customerId, storage: () => sessionStorage, now: clock.now }),
    newKey,
    onTrouble: trouble,
    onSignedOut: signedOut,
    onChange: (shown) => {
      panel.show(shown);
      checkout.show();
    },
    load: async () => {
      const section = await get(`/api/carts/${encodeURIComponent(customerId)}/view`, readCartView);
      // Another tab has changed who shops here: nothing on this page is that customer's.
      if (section === undefined) {
        reloadOnce(customerId, { storage: () => sessionStorage, reload: () => location.reload() });
      }
      if (section === undefined || section.status === "unavailable") throw new Error("Cannot show the cart");
      showAge(section.status === "stale" ? section.asOf : undefined);
      return section.data ?? null;
    },
  });

  /** There while what the cart shows is old. */
  let cancelAgain: (() => void) | undefined;
  let wasLive = false;
  const feed = tabFeed({
    customerId,
    clock,
    fetch,
    onSignedOut: signedOut,
    onStatus: (status) => {
      const isLive = status.phase === "live";
      // What broke while the shop was away is mended at once.
      if (isLive && !wasLive) wake();
      wasLive = isLive;
      onStatus(status);
    },
  });
  const onWake = (task: () => void): void => void wakers.push(task);
  const shop: Shop = { customerId, clock, cart, feed, send, get, newKey, signedOut, onWake };

  const panel = cartPanel(shop);
  const checkout = mountCheckout(shop);
  const refreshOrder = mountOrder(shop);
  const refreshAccount = mountAccount(shop);
  mountProductCards(shop);
  mountStockWatch(shop);
  feed.subscribe({
    opened: () => void panel.refresh(),
    frame: (frame) => {
      if (frame.eventType === "cart-updated") cart.receive(frame);
      if (frame.eventType === "notification-created") toast(frame.title);
    },
  });
  onWake(() => {
    if (cancelAgain !== undefined) void panel.refresh();
  });
  cart.resume();
  for (const refresh of [panel.refresh, checkout.refresh, refreshOrder, refreshAccount]) void refresh();
  feed.start();

  /** What is old is asked for again, now and then and whenever somebody looks. */
  function showAge(asOf: string | undefined): void {
    panel.showAge(asOf);
    cancelAgain?.();
    cancelAgain = asOf === undefined ? undefined : clock.after(OLD_AGAIN_MS, () => void panel.refresh());
  }

  function wake(): void {
    for (const waker of wakers) waker();
  }
  return { feed, wake };
}

/** An idempotency key; `crypto.randomUUID` exists on secure pages only. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}
