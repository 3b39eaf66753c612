import { backoffMs } from "./backoff.ts";
import { pageClock, pause } from "./clock.ts";
import type { ConnectionStatus } from "./connection_status.ts";
import { mountDrawer } from "./drawer.ts";
import { type LiveShop, liveShop } from "./live_shop.ts";
import { LiveStatus } from "./live_status.ts";
import { notesIn } from "./notes.ts";
import { listenToPage } from "./page_signals.ts";
import { mountProductSearch } from "./product_search.ts";
import { customerOf, renewedCustomer, type SessionParts } from "./session.ts";
import { toast } from "./toasts.ts";
import { mountTracking } from "./tracking.ts";
import { takingTurns } from "./turns.ts";

const ENDED = "vitrine-ended";
const RENEWED = "vitrine-renewed";
const RENEW_AGAIN_AFTER_MS = 15_000;
const FAILURES_UNSAID = 2;

const clock = pageClock;
const ask = (path: string, init: RequestInit): Promise<Response> => fetch(path, init);
const page = document.documentElement.dataset;

const session: SessionParts = {
  fetch: ask,
  // Only pages that are served securely have locks; elsewhere tabs that start at once may make a guest each.
  exclusively: takingTurns("vitrine-session", navigator.locks),
  notes: notesIn(() => localStorage),
  now: clock.now,
};

const tabNotes = notesIn(() => sessionStorage);
const liveStatus = new LiveStatus({ clock, staleAfterMs: Number(page.staleAfterMs), retry });
const tracking = mountTracking({
  clock,
  fetch: ask,
  onStatus: (status) => liveStatus.show(status),
  onUnknown: () => liveStatus.hide(),
});
// Who only follows a parcel is nobody's customer yet.
const isCustomer = tracking === undefined || page.customer !== undefined;
let shop: LiveShop | undefined;
liveStatus.show({ phase: navigator.onLine ? "connecting" : "offline", again: false, confirmedAt: clock.now() });

if (isCustomer) mountDrawer();
mountProductSearch({ clock, fetch: ask });
listenToPage({
  wake,
  setOnline: (online) => {
    tracking?.setOnline(online);
    shop?.feed.setOnline(online);
  },
  sleep: () => shop?.feed.stop(),
  comeBack: () => shop?.feed.start(),
});
document.addEventListener("click", ({ target }) => {
  const isTooEarly = shop === undefined && target instanceof Element && target.closest("[data-add]") !== null;
  if (isTooEarly) toast("Your cart is not open yet. Please try again in a moment.");
});
sayWhy();
if (isCustomer) openShop(await customer());

function openShop(customerId: string): void {
  let renewing = false;
  shop = liveShop({
    customerId,
    clock,
    fetch: ask,
    onStatus: tracking === undefined ? (status) => liveStatus.show(status) : ignore,
    onSignedOut: () => {
      if (renewing) return;
      renewing = true;
      void renew(customerId);
    },
  });
  if (!navigator.onLine) shop.feed.setOnline(false);
}

/** Everything on the page was somebody else's: it begins anew. A browser that keeps no cookies would do so for ever. */
async function renew(former: string): Promise<void> {
  const now = String(clock.now());
  const isAgain = clock.now() - Number(tabNotes.getItem(RENEWED) ?? 0) < RENEW_AGAIN_AFTER_MS;
  tabNotes.setItem(RENEWED, now);
  if (isAgain || tabNotes.getItem(RENEWED) !== now) {
    liveStatus.trouble = "Please allow cookies: without them we cannot keep your cart.";
    return;
  }

  await insisting(() => renewedCustomer(former, session));
  tabNotes.setItem(ENDED, "yes");
  location.reload();
}

/** A page that began anew says why, once. */
function sayWhy(): void {
  if (tabNotes.getItem(ENDED) !== "yes" || page.customer === undefined) return;
  tabNotes.setItem(ENDED, "");
  toast("Your session ended; this is a new cart.");
}

function customer(): Promise<string> {
  return insisting(() => customerOf(page.customer, session));
}

async function insisting<Value>(task: () => Promise<Value>): Promise<Value> {
  for (let failures = 1;; failures += 1) {
    try {
      const value = await task();
      liveStatus.trouble = undefined;
      return value;
    } catch {
      if (failures === FAILURES_UNSAID) {
        liveStatus.trouble = "We cannot open your cart for the moment. Look around meanwhile; we keep trying.";
      }
      await pause(clock, backoffMs(failures, Math.random));
    }
  }
}

function retry(): void {
  if (liveStatus.trouble !== undefined) return location.reload();
  tracking?.insist();
  shop?.feed.insist();
  shop?.wake();
}

function wake(): void {
  tracking?.wake();
  shop?.feed.wake();
  shop?.wake();
}

function ignore(_status: ConnectionStatus): void {}
