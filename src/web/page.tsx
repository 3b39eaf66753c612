// deno-lint-ignore-file jsx-key -- keys serve a second rendering, and the server renders once
import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/jsx-runtime";
import { raw } from "hono/html";
import { CartLineTemplate, CartPanel } from "./cart_panel.tsx";
import type { ModuleGraph } from "./client_modules.ts";

/** What every page needs to know beside its content. */
export interface PageFrame {
  /** Whom the page is rendered for; undefined before the first visit. */
  readonly customerId?: string;
  readonly staleAfterMs: number;
  readonly modules: Pick<ModuleGraph, "entry" | "preloads">;
}

export interface PageProps {
  readonly frame: PageFrame;
  readonly title: string;
  readonly description?: string;
  /** What was searched for, to stand in the search field. */
  readonly q?: string;
  /** `cart`, `checkout`: pages that show the cart themselves have neither drawer nor cart button at the bottom. */
  readonly kind?: "shop" | "cart" | "checkout";
  readonly children?: Child;
}

const DESCRIPTION = "Gifts and things for the home, made slowly and sold honestly.";

/** The frame of every page: header with live state, banner, cart drawer, footer. */
export function Page({ frame, title, description, q, kind = "shop", children }: PageProps): JSX.Element {
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en-GB" data-customer={frame.customerId} data-stale-after-ms={frame.staleAfterMs} data-page={kind}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title} · Vitrine</title>
          <meta name="description" content={description ?? DESCRIPTION} />
          <meta name="color-scheme" content="light dark" />
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/assets/style.css" />
          {frame.modules.preloads.map((href) => <link rel="modulepreload" href={href} />)}
          <script type="module" src={frame.modules.entry}></script>
        </head>
        <body>
          <a class="skip" href="#main">Skip to the content</a>
          <Header q={q} />
          <div class="banner" data-banner hidden>
            <p data-banner-words></p>
            <button type="button" class="button quiet" data-banner-retry>Try now</button>
          </div>
          <noscript>
            <p class="banner">You can browse and search. Carts and orders need JavaScript.</p>
          </noscript>
          <main id="main" tabindex={-1}>{children}</main>
          <Footer />
          {kind === "shop" ? <Drawer /> : null}
          <CartLineTemplate />
          <div class="toasts" data-toasts role="status" aria-live="polite"></div>
          <p class="unseen" data-spoken role="status" aria-live="polite"></p>
        </body>
      </html>
    </>
  );
}

function Header({ q }: { readonly q?: string }): JSX.Element {
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href="/">Vitrine</a>
        <p class="live" data-live data-phase="connecting" role="status" aria-live="polite">
          <span class="live-dot" aria-hidden="true"></span>
          <span data-live-words>Connecting…</span>
        </p>
        <form class="search" role="search" action="/" method="get" data-search>
          <label class="unseen" for="q">Search the shop</label>
          <input id="q" type="search" name="q" value={q} placeholder="Search mugs, candles, kites…" maxlength={100} />
          <button type="submit" class="button quiet">Search</button>
        </form>
        <nav class="top-links" aria-label="Your things">
          <a class="top-link" href="/account">Orders</a>
          <a class="cart-button" href="/cart" data-open-cart>
            <span>
              Cart<span class="unseen">, items in it:</span>
            </span>
            <span class="count" data-cart-count>0</span>
          </a>
        </nav>
      </div>
    </header>
  );
}

/** A native dialog: it keeps the focus inside, closes on Escape and gives the focus back. */
function Drawer(): JSX.Element {
  return (
    <>
      <a class="cart-bar" href="/cart" data-open-cart data-cart-bar hidden>
        <span>View cart</span>
        <span data-cart-summary></span>
      </a>
      <dialog class="drawer" data-drawer aria-labelledby="drawer-title" closedby="any">
        <div class="drawer-head">
          <h2 id="drawer-title">Your cart</h2>
          <button type="button" class="icon-button" data-close aria-label="Close the cart">×</button>
        </div>
        <CartPanel />
        <div class="toasts" data-toasts role="status" aria-live="polite"></div>
      </dialog>
    </>
  );
}

function Footer(): JSX.Element {
  return (
    <footer class="foot">
      <p>Vitrine is a demonstration shop. Nothing here is for sale, and no money moves.</p>
      <p>
        <a href="/">Shop</a> <a href="/account">Your orders</a>
      </p>
    </footer>
  );
}
